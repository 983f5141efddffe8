// Prints what comes on a pattern, COUNT messages of it: subscribe PATTERN COUNT
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>
#include <future>
#include <string>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s PATTERN COUNT\n", argv[0]);
    return 2;
  }
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-subscribe"});

  int left = std::stoi(argv[2]);  // only the handler's thread touches it
  std::promise<void> done;
  const auto print = [&](const fanfare::Message& message) {
    std::printf("%.*s: %.*s\n", static_cast<int>(message.topic.size()), message.topic.data(),
                static_cast<int>(message.payload.size()), message.payload.data());
    if (--left == 0) done.set_value();
  };
  const auto tell_gap = [](const fanfare::Gap&) { std::printf("something may be missing here\n"); };
  try {
    auto subscription = client.subscribe(argv[1], print, {.on_gap = tell_gap});
    if (!subscription.wait_ready(5s)) {
      std::fprintf(stderr, "%s\n", client.state().reason.c_str());
      return 1;
    }
    std::printf("subscribed\n");
    std::fflush(stdout);
    done.get_future().wait();
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
