#include "cli/format/row.hpp"

#include <charconv>
#include <utility>

#include "cli/format/text.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {
namespace {

constexpr const char* kNothing = "-";

}  // namespace

std::string take(Headers& row, const std::string& key) {
  const auto found = row.find(key);
  if (found == row.end()) return {};
  std::string value = std::move(found->second);
  row.erase(found);
  return value;
}

std::optional<std::uint64_t> take_number(Headers& row, const std::string& key) {
  const std::string text = take(row, key);
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<Timestamp> take_time(Headers& row, const std::string& key) {
  constexpr std::uint64_t kBeyond = 253'402'300'800'000'000;  // the year 10000
  const auto microseconds = take_number(row, key).value_or(0);
  if (microseconds == 0 || microseconds >= kBeyond) return std::nullopt;
  return Timestamp(std::chrono::microseconds(microseconds));
}

std::string cell(const std::string& text) { return text.empty() ? kNothing : printable(text); }
std::string cell(const std::optional<std::uint64_t>& number) { return number ? std::to_string(*number) : kNothing; }
std::string cell(const std::optional<Timestamp>& time) { return time ? runtime::to_text(*time) : kNothing; }
std::string size_cell(const std::optional<std::uint64_t>& bytes) { return bytes ? rough_size(*bytes) : kNothing; }

}  // namespace fanfare::cli
