#pragma once
// Stands between a service and a broker that listens at an ipc:// address, and cuts their connections when told to. For
// tests only; a thread of its own moves the bytes, calls may come from any other.

#include <string>
#include <thread>
#include <vector>

namespace fanfare::test {

class BrokerGate {
 public:
  /// `broker` is its address, ipc://PATH.
  explicit BrokerGate(const std::string& broker);
  BrokerGate(const BrokerGate&) = delete;
  BrokerGate& operator=(const BrokerGate&) = delete;
  ~BrokerGate();

  /// Where the broker seems to be, tcp://127.0.0.1:PORT.
  [[nodiscard]] std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  /// Closes every connection there is; new ones are let through.
  void cut() { wake('c'); }

 private:
  struct Pair {
    int inner;
    int outer;
  };

  void wake(char why);
  void run();
  void accept();
  bool move(int from, int to);
  void close(const Pair& pair);

  const std::string path_;
  int listener_ = -1;
  int port_ = 0;
  int wake_[2] = {-1, -1};
  std::vector<Pair> pairs_;  // the thread's
  std::jthread thread_;
};

}  // namespace fanfare::test
