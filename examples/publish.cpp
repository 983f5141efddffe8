// Publishes one message and waits until the broker has it: publish TOPIC PAYLOAD
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s TOPIC PAYLOAD\n", argv[0]);
    return 2;
  }
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-publish"});
  if (!client.wait_ready(5s)) {
    std::fprintf(stderr, "%s\n", client.state().reason.c_str());
    return 1;
  }
  try {
    const auto ack = client.publish(argv[1], argv[2]).get();
    if (ack.stream.empty()) {
      std::printf("accepted, handed to %llu sessions\n", static_cast<unsigned long long>(ack.matched));
    } else {
      std::printf("stored in %s at %s\n", ack.stream.c_str(), ack.position.to_string().c_str());
    }
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
