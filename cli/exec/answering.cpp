#include "cli/exec/answering.hpp"

#include <iostream>

#include "cli/exec/shell_command.hpp"

namespace fanfare::cli {
namespace {

/// A message of any broker with the limits it has by default.
constexpr std::size_t kMostAtOnce = 1U << 20U;
constexpr std::size_t kPart = 128U << 10U;

}  // namespace

void Answering::take(const Request& request, Responder responder) {
  if (options_.count > 0 && taken_ == options_.count) {
    return responder.fail("this member is ending; ask again", ErrorCode::not_sent);
  }
  ++taken_;
  pool_.add([this, request, responder, deadline = Clock::now() + request.remaining](
                const std::stop_token& stop) mutable { answer(request, responder, deadline, stop); });
}

void Answering::reply(Responder& responder, std::string_view output) {
  if (output.size() > kMostAtOnce) {
    for (; output.size() > kPart; output.remove_prefix(kPart)) {
      if (!responder.part({.payload = std::string(output.substr(0, kPart))})) return;
    }
  }
  responder.reply({.payload = std::string(output)});
}

void Answering::answer(const Request& request, Responder& responder, Clock::time_point deadline,
                       const std::stop_token& stop) {
  const ShellOutcome outcome = run_shell({.text = options_.command,
                                          .environment = {{"FANFARE_TOPIC", std::string(request.topic)},
                                                          {"FANFARE_ACTOR", std::string(request.actor)},
                                                          {"FANFARE_PUBLISHER", std::string(request.publisher)}},
                                          .input = request.payload,
                                          .max_output = options_.max_output,
                                          .deadline = deadline,
                                          .canceled = [&] { return stop.stop_requested() || responder.canceled(); }});
  if (outcome.failure.empty()) {
    reply(responder, outcome.output);
  } else {
    const bool is_ending = stop.stop_requested();
    const std::string reason = is_ending ? "the member was stopped while the command ran" : outcome.failure;
    std::cerr << std::string(request.topic) + ": " + reason + "\n";
    responder.fail(reason, is_ending ? ErrorCode::outcome_unknown : ErrorCode::service_failed);
  }
  ++answered_;
  waiter_.wake();
}

}  // namespace fanfare::cli
