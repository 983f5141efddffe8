#pragma once
// Whether everything that was sent arrived. A value.

#include <cstdint>
#include <string>

namespace fanfare::cli {

struct Verdict {
  std::uint64_t missing = 0;
  std::uint64_t repeated = 0;    ///< arrived again
  std::uint64_t disordered = 0;  ///< arrived after a later one of its publisher

  [[nodiscard]] bool complete() const { return missing == 0 && repeated == 0; }
  [[nodiscard]] bool in_order() const { return disordered == 0; }

  Verdict& operator+=(const Verdict& other) {
    missing += other.missing;
    repeated += other.repeated;
    disordered += other.disordered;
    return *this;
  }
  bool operator==(const Verdict&) const = default;
};

/// "every message arrived, once and in order", or what is wrong: "3 missing, 1 twice, 2 out of order".
[[nodiscard]] inline std::string describe(const Verdict& verdict) {
  std::string wrong;
  const auto add = [&wrong](std::uint64_t count, const char* what) {
    if (count > 0) wrong += (wrong.empty() ? "" : ", ") + std::to_string(count) + what;
  };
  add(verdict.missing, " missing");
  add(verdict.repeated, " twice");
  add(verdict.disordered, " out of order");
  return wrong.empty() ? "every message arrived, once and in order" : wrong;
}

}  // namespace fanfare::cli
