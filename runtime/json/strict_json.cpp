#include "runtime/json/strict_json.hpp"

#include <set>
#include <string>
#include <vector>

namespace fanfare::runtime {
namespace {

/// Looks at the text once before a value is built of it, and stops at the first thing it does not want.
class Inspection final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Inspection(std::size_t depth) : depth_(depth) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override { return names_.back().insert(name).second; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

 private:
  bool open() {
    names_.emplace_back();
    return names_.size() <= depth_;
  }
  bool close() {
    names_.pop_back();
    return true;
  }

  const std::size_t depth_;
  std::vector<std::set<std::string>> names_;  // the members so far of each open object
};

}  // namespace

std::optional<nlohmann::json> parse_strict_json(std::string_view text, const JsonBounds& bounds) {
  if (text.size() > bounds.size) return std::nullopt;
  Inspection inspection(bounds.depth);
  if (!nlohmann::json::sax_parse(text, &inspection)) return std::nullopt;
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

}  // namespace fanfare::runtime
