// XADD to one stream, pipelined. With `appendfsync always` redis answers when the log it has written is synced. Spoken
// plainly (https://redis.io/docs/reference/protocol-spec/): hiredis would make an object of each answer.

#include <charconv>
#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"
#include "tests/bench/load/operations/wait.hpp"

namespace fanfare::load {
namespace {

class RedisDurable final : public Operations {
 public:
  explicit RedisDurable(const Work& work) : stream_(work.addresses.at(0)) {
    command_ = "*5\r\n$4\r\nXADD\r\n$5\r\nbench\r\n$1\r\n*\r\n$1\r\nm\r\n$" + std::to_string(work.size) + "\r\n";
    payload_at_ = command_.size();
    command_ += make_payload(work.size) + "\r\n";
  }

  bool start(std::uint64_t number) override {
    set_number(command_.data() + payload_at_, number);
    stream_.send_small(command_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    stream_.flush();
    wait(stream_, deadline);
    stream_.fill();
    const auto first = answered_;
    while (take_id()) ++answered_;
    if (answered_ > first) done.push_back({first, answered_ - first});
  }

  std::string disagreement(std::uint64_t started) override {
    stream_.send_small("*2\r\n$4\r\nXLEN\r\n$5\r\nbench\r\n");
    std::string held;
    stream_.wait_for(
        [&] {
          const auto end = stream_.input().find("\r\n");
          if (end == std::string_view::npos) return false;
          held = stream_.input().substr(0, end);
          return true;
        },
        std::chrono::seconds(30));
    return held == ":" + std::to_string(started) ? "" : "the stream has " + held;
  }

 private:
  /// The id of an entry: `$15\r\n1700000000000-0\r\n`. False when it has not come whole.
  bool take_id() {
    const auto in = stream_.input();
    const auto end = in.find("\r\n");
    if (end == std::string_view::npos) return false;
    std::size_t size = 0;
    if (in[0] != '$' || std::from_chars(in.data() + 1, in.data() + end, size).ptr != in.data() + end) {
      throw std::runtime_error("redis: " + std::string(in.substr(0, end)));
    }
    const auto whole = end + 2 + size + 2;
    if (in.size() < whole) return false;
    stream_.consume(whole);
    return true;
  }

  StreamSocket stream_;
  std::string command_;
  std::size_t payload_at_;
  std::uint64_t answered_ = 0;
};

}  // namespace

MadeOperations redis_durable(const Work& work) { return std::make_unique<RedisDurable>(work); }

}  // namespace fanfare::load
