#pragma once
// Stands between the stores of a test and PostgreSQL, and is that server as they see it when it stands still (frozen)
// or was killed (gone: connections are reset, new ones refused). For tests only; set() from any thread.

#include <atomic>
#include <map>
#include <string>
#include <thread>

namespace fanfare::test {

class DatabaseGate {
 public:
  enum class Mode { kPass, kFrozen, kGone };

  /// Before the server of this URL.
  explicit DatabaseGate(const std::string& url);
  ~DatabaseGate();
  DatabaseGate(const DatabaseGate&) = delete;
  DatabaseGate& operator=(const DatabaseGate&) = delete;

  /// The same database, through the gate.
  [[nodiscard]] const std::string& url() const { return url_; }
  void set(Mode mode) { mode_ = mode; }

 private:
  void run();
  void listen();
  void let_in();
  void pass_on();
  void hang_up();

  std::uint16_t server_port_ = 0;
  std::uint16_t port_ = 0;
  std::string url_;
  std::atomic<Mode> mode_ = Mode::kPass;
  std::atomic<bool> is_over_ = false;
  int listener_ = -1;              // the thread's, as all below
  std::map<int, int> other_side_;  // of each socket
  std::thread thread_;
};

}  // namespace fanfare::test
