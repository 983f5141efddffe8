#pragma once
// A script of this folder that serves something on a port, which it prints first. It ends with this, or with the
// process, however that ends: its standard input does then. For tests only.

#include <cstdio>
#include <string>

namespace fanfare::test {

class ServedPort {
 public:
  /// Waits until it serves; throws if it does not.
  explicit ServedPort(const std::string& script_and_arguments);
  ~ServedPort();
  ServedPort(const ServedPort&) = delete;
  ServedPort& operator=(const ServedPort&) = delete;

  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  std::string port_;
  FILE* pipe_ = nullptr;
  int input_ = -1;
};

}  // namespace fanfare::test
