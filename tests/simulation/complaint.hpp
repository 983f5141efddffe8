#pragma once
// What the checker says when a promise was broken. Thrown from wherever it is noticed, caught by the episode; values.

#include <stdexcept>
#include <string>

namespace fanfare::simulation {

class Complaint : public std::runtime_error {
 public:
  /// `rule`: one word for the promise, the same for every way to break it.
  Complaint(std::string rule, const std::string& text)
      : std::runtime_error(rule + ": " + text), rule_(std::move(rule)) {}

  [[nodiscard]] const std::string& rule() const { return rule_; }

 private:
  std::string rule_;
};

}  // namespace fanfare::simulation
