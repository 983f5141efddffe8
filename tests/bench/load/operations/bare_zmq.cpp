// A message to a bare ROUTER that sends it back: what ZeroMQ takes for the way there and back.

#include <stdexcept>

#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/payload.hpp"
#include "tests/bench/load/operations/wait.hpp"
#include "tests/bench/load/operations/zmtp_stream.hpp"

namespace fanfare::load {
namespace {

class BareZmq final : public Operations {
 public:
  explicit BareZmq(const Work& work) : zmtp_(work.addresses.at(0)), payload_(make_payload(work.size)) {}

  bool start(std::uint64_t number) override {
    set_number(payload_.data(), number);
    zmtp_.send(payload_);
    return true;
  }

  void advance(std::vector<Run>& done, Clock::time_point deadline) override {
    zmtp_.socket().flush();
    wait(zmtp_.socket(), deadline);
    zmtp_.socket().fill();
    while (const auto message = zmtp_.next()) done.push_back({number_of(*message)});
  }

  std::string disagreement(std::uint64_t /*started*/) override { return ""; }

 private:
  ZmtpStream zmtp_;
  std::string payload_;
};

}  // namespace

MadeOperations bare_zmq(const Work& work) { return std::make_unique<BareZmq>(work); }

}  // namespace fanfare::load
