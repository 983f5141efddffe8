#pragma once
// One reply or push, encoded once and shared by every socket it goes to. Immutable; any thread.
// It begins with the newline that separates it from what stands before it in a frame: so any number of lines goes out
// as a list of buffers, and the first leaves its newline out.

#include <memory>
#include <string>
#include <string_view>

namespace fanfare::frontends::websocket::protocol {

class Line {
 public:
  /// `json` is one JSON value without a line feed.
  explicit Line(std::string_view json) {
    std::string text;
    text.reserve(json.size() + 1);
    text += '\n';
    text += json;
    text_ = std::make_shared<const std::string>(std::move(text));
  }

  [[nodiscard]] std::string_view with_separator() const { return *text_; }
  [[nodiscard]] std::string_view json() const { return std::string_view(*text_).substr(1); }
  [[nodiscard]] std::size_t size() const { return text_->size(); }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace fanfare::frontends::websocket::protocol
