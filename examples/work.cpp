// Works in a group until it has handled COUNT messages: work GROUP PATTERN COUNT. Start it several times to share them.
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>
#include <future>
#include <string>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s GROUP PATTERN COUNT\n", argv[0]);
    return 2;
  }
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-work"});

  int left = std::stoi(argv[3]);  // only the handler's thread touches it
  std::promise<void> done;
  // It is acknowledged when this returns and comes again when it throws, after five times to the dead letters. It may
  // come twice: what is done here should do no harm then.
  const auto handle = [&](const fanfare::Work& work) {
    std::printf("%.*s: %.*s\n", static_cast<int>(work.message.topic.size()), work.message.topic.data(),
                static_cast<int>(work.message.payload.size()), work.message.payload.data());
    if (--left == 0) done.set_value();
  };
  try {
    const auto member = client.join(argv[1], argv[2], handle, {.order = fanfare::Order::key});
    if (!member.wait_ready(5s)) {
      std::fprintf(stderr, "%s\n", client.state().reason.c_str());
      return 1;
    }
    done.get_future().wait();
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
