// A service for the tests of run_service() and the supervisor: TEST_SERVICE_DOES chooses how it behaves.
// Every process of it is started by a test and says on standard output what is done to it.
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "runtime/service/run_service.hpp"
#include "runtime/supervisor/supervisor.hpp"

namespace {

using namespace fanfare::runtime;

void say(std::string_view text) { std::cout << text << std::endl; }

class TestService final : public Service {
 public:
  TestService(const ServiceContext& context, std::string does) : context_(context), does_(std::move(does)) {}

  Result<void> start(std::stop_token stop) override {
    if (does_ == "fail-to-start") return Error{"address in use: ", context_.config.broker.listen};
    if (does_ == "throw-at-start") throw std::runtime_error("thrown at start");
    if (does_ == "start-slowly") {
      say("starting");
      wait_until(stop);
      return Error{"gave up"};
    }
    if (does_ == "supervise") return supervise(std::move(stop));
    if (does_ == "fail-later") failing_ = std::jthread([this] { context_.fail("the disk is gone"); });
    if (does_ == "misconfigured-at-start") context_.misconfigured("the token is wrong");
    say("started");
    return {};
  }

  void reload(const Config& config) override {
    say("reloaded " + std::to_string(config.limits.sessions));
    if (does_ == "misconfigured") context_.misconfigured("the token is wrong");
  }

  bool is_alive() override { return does_ != "stand-still"; }

  void drain(std::chrono::steady_clock::time_point) override {
    say("draining");
    if (does_ == "never-drain") wait_until({});
    supervisor_.reset();
    say("drained");
  }

 private:
  /// Runs a second one of this program, which has nothing particular to do, as its child.
  Result<void> supervise(std::stop_token stop) {
    const std::vector<std::string> argv = {"env", "-u", "TEST_SERVICE_DOES",
                                           std::filesystem::read_symlink("/proc/self/exe")};
    supervisor_ = std::make_unique<Supervisor>(
        std::vector<ProcessSpec>{{"child", argv}}, SupervisorOptions{}, context_.log,
        [](const ProcessSpec& process, std::string_view line) { say(process.name + " | " + std::string(line)); });
    const Result<void> outcome = supervisor_->start(std::move(stop));
    if (outcome) say("child pid " + std::to_string(supervisor_->snapshot().front().pid) + ".");
    return outcome;
  }

  /// For ever if nobody can request a stop.
  static void wait_until(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
  }

  const ServiceContext& context_;
  std::string does_;
  std::jthread failing_;
  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* const does = std::getenv("TEST_SERVICE_DOES");
  return run_service(argc, argv,
                     {.name = "fanfare-test",
                      .summary = "does what a test wants.",
                      .check = [](const Config& config) -> std::vector<Complaint> {
                        if (config.data_dir == "/forbidden") return {{"data_dir", "is forbidden"}};
                        return {};
                      },
                      .make = [does](const ServiceContext& context) -> std::unique_ptr<Service> {
                        return std::make_unique<TestService>(context, does == nullptr ? "" : does);
                      }});
}
