// Answers COUNT requests on a topic, each with its payload in capitals: serve TOPIC COUNT
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>
#include <future>
#include <string>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s TOPIC COUNT\n", argv[0]);
    return 2;
  }
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-serve"});

  int left = std::stoi(argv[2]);  // only the handler's thread touches it
  std::promise<void> done;
  const auto shout = [&](const fanfare::Request& request) {
    std::string text(request.payload);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (--left == 0) done.set_value();
    return fanfare::Reply{.payload = text};
  };
  try {
    auto service = client.serve(argv[1], shout, {.max_in_flight = 64});
    if (!service.wait_ready(5s)) {
      std::fprintf(stderr, "%s\n", client.state().reason.c_str());
      return 1;
    }
    std::printf("serving\n");
    std::fflush(stdout);
    done.get_future().wait();
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
