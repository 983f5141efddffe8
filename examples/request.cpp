// Asks whoever serves a topic and prints the reply: request TOPIC PAYLOAD
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
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-request"});
  try {
    const auto reply = client.request(argv[1], argv[2], 5s).get();
    std::printf("%s\n", reply.payload.c_str());
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
