#pragma once
// Reads the members of one request as typed values and gathers everything that is wrong with them, so that a form can
// show all of it at once. Made for one request, on its thread; what it reads from has to outlive it.
// Promise: after refusal() returned nothing, every value that was read is present and within its bounds.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/fanfare/uuid.hpp"
#include "workers/common/refusal.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::common {

/// Characters are Unicode code points. Control characters are never taken.
struct TextBounds {
  std::size_t minimum = 0;
  std::size_t maximum = 0;
  bool may_be_blank = true;  ///< whether spaces alone are enough
};

struct CountBounds {
  std::uint64_t minimum = 0;
  std::uint64_t maximum = 0;
};

class Fields {
 public:
  /// `object` is a JSON object.
  explicit Fields(const nlohmann::json& object) : object_(object) {}

  std::string text(const std::string& name, const TextBounds& bounds);
  /// Nothing when the member is missing or null.
  std::optional<std::string> optional_text(const std::string& name, const TextBounds& bounds);
  std::string choice(const std::string& name, std::initializer_list<std::string_view> choices);
  std::uint64_t count(const std::string& name, const CountBounds& bounds, std::uint64_t fallback);
  /// The same for one that has to be there.
  std::uint64_t number(const std::string& name, const CountBounds& bounds);
  Uuid id(const std::string& name);
  /// Nothing when the member is missing or null.
  std::optional<Uuid> optional_id(const std::string& name);
  /// A date and time of RFC 3339, in milliseconds. Nothing when the member is missing or null.
  std::optional<TimePoint> optional_time(const std::string& name);
  /// An array of ids; none twice.
  std::vector<Uuid> ids(const std::string& name, const CountBounds& bounds);

  /// Notes what only the method knows: `problem` goes on after the field's name, "is taken".
  void add_problem(const std::string& name, std::string problem);

  /// `invalid` with all that is wrong, members that nobody read included; nothing when all is well.
  [[nodiscard]] std::optional<Refusal> refusal();

 private:
  const nlohmann::json* find(const std::string& name, bool is_required);
  std::optional<std::uint64_t> checked_count(const std::string& name, const nlohmann::json& value,
                                             const CountBounds& bounds);
  Uuid checked_id(const std::string& name, const nlohmann::json& value);
  std::string checked_text(const std::string& name, const nlohmann::json& value, const TextBounds& bounds);

  const nlohmann::json& object_;
  std::set<std::string, std::less<>> read_;
  std::map<std::string, std::string> problems_;
};

}  // namespace fanfare::workers::common
