#pragma once
// Cuts what a process writes into lines. A line that is longer than the bound is cut into several, so that memory stays
// bounded whatever is written. A value with one owner.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanfare::runtime {

class LineSplitter {
 public:
  static constexpr std::size_t kLongestLine = 16384;

  /// The lines that `text` completes, without their ends.
  std::vector<std::string> feed(std::string_view text) {
    std::vector<std::string> lines;
    for (const char c : text) {
      if (c == '\n' || rest_.size() == kLongestLine) {
        lines.push_back(std::move(rest_));
        rest_.clear();
      }
      if (c != '\n') rest_ += c;
    }
    return lines;
  }

  /// What stood behind the last line's end.
  std::string take_rest() { return std::exchange(rest_, {}); }

 private:
  std::string rest_;
};

}  // namespace fanfare::runtime
