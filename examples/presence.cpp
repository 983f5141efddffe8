// Is there as KEY and prints who comes and goes on PATTERN, until OTHER has come: presence KEY PATTERN OTHER
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>
#include <future>
#include <string>
#include <utility>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s KEY PATTERN OTHER\n", argv[0]);
    return 2;
  }
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-presence"});

  const std::string awaited = argv[3];
  bool is_there = false;  // only the handler's thread touches it
  std::promise<void> done;
  const auto print = [&](const fanfare::PresenceChange& change) {
    const auto state = fanfare::to_string(change.state);
    std::printf("%.*s is %.*s\n", static_cast<int>(change.key.size()), change.key.data(),
                static_cast<int>(state.size()), state.data());
    std::fflush(stdout);
    if (change.key == awaited && !std::exchange(is_there, true)) done.set_value();
  };
  try {
    const auto here = client.hold_presence(argv[1]);
    const auto watch = client.watch_presence(argv[2], print);
    if (!here.wait_ready(5s) || !watch.wait_ready(5s)) {
      std::fprintf(stderr, "%s\n", client.state().reason.c_str());
      return 1;
    }
    done.get_future().wait();
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
