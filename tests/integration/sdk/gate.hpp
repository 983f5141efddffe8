#pragma once
// A door between a client and its broker that can be slammed: it listens on an ipc address of its own, passes on what
// comes, both ways, and cuts all connections when it is told to. New ones pass again. Any thread.

#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace fanfare::test {

class Gate {
 public:
  /// From the socket file `here`, which it makes, to the broker's, `there`.
  Gate(std::filesystem::path here, std::filesystem::path there);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  [[nodiscard]] std::string address() const { return "ipc://" + here_.string(); }

  /// Whatever is under way is lost.
  void cut();

 private:
  struct Passage {
    int client;
    int broker;
    std::jthread forth;
    std::jthread back;
  };

  void accept_all();

  const std::filesystem::path here_;
  const std::filesystem::path there_;
  const int listener_;
  std::mutex mutex_;
  std::list<Passage> passages_;
  std::jthread acceptor_;
};

}  // namespace fanfare::test
