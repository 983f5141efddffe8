// Publishes to the stream `bench`; a PUBACK comes when they are synced.

#include <stdexcept>

#include "tests/bench/load/operations/frames_publisher.hpp"
#include "tests/bench/load/operations/frames_rows.hpp"
#include "tests/bench/load/operations/make_operations.hpp"

namespace fanfare::load {
namespace {

class FanfareDurable final : public Operations {
 public:
  explicit FanfareDurable(const Work& work) : session_(work, "bench"), publisher_(session_, kStoredTopic, work.size) {}

  bool start(std::uint64_t number) override { return publisher_.publish(number); }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    session_.flush();
    wait(session_.socket(), deadline);
    session_.receive([&](const protocol::RawCommand& command) {
      if (command.type == protocol::CommandType::puback) take(command, done);
    });
  }

  std::string disagreement(std::uint64_t started) override {
    const auto head = value_of(row_of(session_, protocol::QueryKind::streams, "stream", "bench"), "head");
    return head == std::to_string(started) ? "" : "the stream ends at " + head;
  }

 private:
  static void take(const protocol::RawCommand& command, std::vector<Run>& done) {
    const auto puback = protocol::decode<protocol::Puback>(command.body);
    if (!puback) throw std::runtime_error("a malformed PUBACK came");
    for (const auto& range : puback->ranges) {
      // The only publisher of a new stream: request n is at sequence n.
      if (range.stream == protocol::kNoStream || range.flags != 0 || range.sequence != range.first) {
        throw std::runtime_error("a publish is not where it should be");
      }
      done.push_back({range.first - 1, range.count});
    }
  }

  FramesSession session_;
  FramesPublisher publisher_;
};

}  // namespace

MadeOperations fanfare_durable(const Work& work) { return std::make_unique<FanfareDurable>(work); }

}  // namespace fanfare::load
