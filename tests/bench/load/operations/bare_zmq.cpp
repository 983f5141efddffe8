// A message to a bare ROUTER that sends it back: what ZeroMQ takes for the way there and back.

#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"
#include "tests/bench/load/operations/wait.hpp"
#include "tests/bench/load/operations/zmtp_messages.hpp"

namespace fanfare::load {
namespace {

class BareZmq final : public Operations {
 public:
  explicit BareZmq(const Work& work)
      : socket_(connect_zmtp(work.addresses.at(0), "DEALER")), payload_(make_payload(work.size)) {}

  bool start(std::uint64_t number) override {
    set_number(payload_.data(), number);
    send_zmtp(socket_, payload_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    socket_.flush();
    wait(socket_, deadline);
    socket_.fill();
    while (const auto message = next_zmtp(socket_)) done.push_back({number_of(*message)});
  }

  std::string disagreement(std::uint64_t /*started*/) override { return ""; }

 private:
  StreamSocket socket_;
  std::string payload_;
};

}  // namespace

MadeOperations bare_zmq(const Work& work) { return std::make_unique<BareZmq>(work); }

}  // namespace fanfare::load
