// Prints what a stream holds, and goes on where it was when it is started again: durable PATTERN FILE. FILE keeps the
// position of the last message. Ends when it has printed all that was stored.
#include <cstdio>
#include <cstdlib>
#include <fanfare/client.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <utility>

namespace {

fanfare::From from_where(const std::string& file) {
  std::string text;
  std::ifstream(file) >> text;
  const auto position = fanfare::Position::parse(text);
  return position ? fanfare::From::after(*position) : fanfare::From::all();
}

/// Whole or not at all. With a database, the position belongs into the transaction of what was made of the message.
void keep(const std::string& file, const fanfare::Position& position) {
  std::ofstream(file + ".new") << position.to_string() << std::flush;
  std::filesystem::rename(file + ".new", file);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s PATTERN FILE\n", argv[0]);
    return 2;
  }
  const std::string file = argv[2];
  const char* address = std::getenv("FANFARE_BROKER_ADDRESS");
  auto client = fanfare::Client::connect(
      {.address = address == nullptr ? "tcp://127.0.0.1:7410" : address, .name = "example-durable"});

  std::promise<void> done;
  const auto print = [&](const fanfare::Message& message) {
    std::printf("%.*s: %.*s\n", static_cast<int>(message.topic.size()), message.topic.data(),
                static_cast<int>(message.payload.size()), message.payload.data());
    keep(file, message.position);
  };
  const auto tell_gap = [](const fanfare::Gap&) { std::printf("something may be missing here\n"); };
  const auto finish = [&, first = true](const fanfare::Position&) mutable {
    if (std::exchange(first, false)) done.set_value();
  };
  try {
    auto subscription =
        client.subscribe(argv[1], print, {.from = from_where(file), .on_gap = tell_gap, .on_caught_up = finish});
    if (!subscription.wait_ready(5s)) {
      std::fprintf(stderr, "%s\n", client.state().reason.c_str());
      return 1;
    }
    done.get_future().wait();
  } catch (const fanfare::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
