#pragma once
// What a log is written into, by any thread, while a test reads it. For tests only.

#include <mutex>
#include <sstream>
#include <string>

namespace fanfare::test {

/// A log that may be read while it is written.
class SharedLog final : public std::stringbuf {
 public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 protected:
  std::streamsize xsputn(const char* from, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    text_.append(from, static_cast<std::size_t>(size));
    return size;
  }
  int overflow(int character) override {
    const std::lock_guard lock(mutex_);
    text_ += static_cast<char>(character);
    return character;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

}  // namespace fanfare::test
