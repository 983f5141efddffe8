#pragma once
// The built fanfare-broker as a child process of the test, on an address of its own.

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace fanfare::test {

class BrokerProcess {
 public:
  /// Starts it with its data in `folder`.
  BrokerProcess(const std::string& address, const std::filesystem::path& folder);
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;
  /// Stops it gently.
  ~BrokerProcess();

  [[nodiscard]] pid_t pid() const { return process_; }
  /// kill -9.
  void kill();

 private:
  void end(int signal);

  pid_t process_ = -1;
};

}  // namespace fanfare::test
