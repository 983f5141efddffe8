#include "cli/work/working.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <utility>

#include "cli/connection/query.hpp"
#include "cli/exec/shell_command.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/text.hpp"
#include "cli/subscribe/listening.hpp"
#include "cli/work/work_text.hpp"

namespace fanfare::cli {
namespace {

/// The broker looks into the journal for what the group has not finished before it answers.
constexpr std::chrono::seconds kJoinDeadline{30};

/// How long what runs may go on after a signal, or after nobody reads any more.
constexpr std::chrono::seconds kFinishDeadline{10};

/// The group's own if it has one, which another member may have chosen.
std::chrono::milliseconds ack_wait_of(Client& client, Waiter& waiter, const WorkOptions& options) {
  constexpr std::chrono::milliseconds kStandard{30'000};
  for (const Headers& row : query(client, waiter, QueryKind::groups)) {
    const auto name = row.find("group");
    const auto wait = row.find("ack_wait_ms");
    if (name == row.end() || name->second != options.group || wait == row.end()) continue;
    std::int64_t milliseconds = 0;
    const std::string& text = wait->second;
    std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (milliseconds > 0) return std::chrono::milliseconds(milliseconds);
  }
  return options.join.ack_wait.count() > 0 ? options.join.ack_wait : kStandard;
}

}  // namespace

Working::Working(const WorkOptions& options, Waiter& waiter, LineWriter& out)
    : options_(options),
      waiter_(waiter),
      out_(out),
      escapes_(::isatty(STDOUT_FILENO) == 1),
      ack_wait_(options.join.ack_wait),
      hands_(std::make_shared<Hands>(options.count, waiter)) {
  if (!options.command.empty()) pool_.emplace(options.join.max_in_flight);
}

void Working::begin(Client& client) {
  JoinOptions options = options_.join;
  options.on_ready = [this] { waiter_.wake(); };
  options.on_role = [this](const Role& role) { on_role(role); };
  options.on_error = [this](const Error& error) { on_error(error); };
  membership_.emplace(client.join(
      options_.group, options_.pattern,
      [this](const Work& work, Settler settler) { on_work(work, std::move(settler)); }, options));
  const auto ready = membership_->ready();
  const WaitEnd end = waiter_.wait(Clock::now() + kJoinDeadline, [&ready] {
    return ready.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  });
  if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (end == WaitEnd::kDeadline) throw CommandFailure("the broker does not answer");
  ready.get();
  ack_wait_ = ack_wait_of(client, waiter_, options_);
}

WaitEnd Working::wait() {
  const WaitEnd end = attend(Clock::time_point::max(), [this] { return is_over(); });
  const std::lock_guard lock(mutex_);
  if (error_) throw Error(*error_);
  return end;
}

void Working::end() {
  hands_->stop_taking();
  const WaitEnd end = attend(Clock::now() + kFinishDeadline, [this] { return hands_->open() == 0; });
  if (end != WaitEnd::kHappened) {
    std::cerr << std::to_string(hands_->open()) + " messages were not finished in time and go back to the group\n";
    out_.give_up();
  }
  membership_.reset();
  pool_.reset();
  hands_->clear();
}

/// Waits, and meanwhile tells the broker in time that what is in hand is being handled.
WaitEnd Working::attend(Clock::time_point deadline, const std::function<bool()>& done) {
  const auto interval = std::max(ack_wait_ / 3, std::chrono::milliseconds(1));
  while (true) {
    const auto next = Clock::now() + interval;
    const WaitEnd end = waiter_.wait(std::min(next, deadline), done);
    if (end != WaitEnd::kDeadline || Clock::now() >= deadline) return end;
    hands_->progress();
  }
}

bool Working::is_over() {
  if (out_.closed() || hands_->is_over()) return true;
  const std::lock_guard lock(mutex_);
  return error_.has_value();
}

/// Where the client's handlers run, as the next two.
void Working::on_work(const Work& work, Settler settler) {
  const auto id = hands_->take(std::move(settler));
  if (!id) return;
  if (!pool_) return show(work, *id);
  pool_->add([this, work, id = *id](const std::stop_token& stop) { run_command(work, id, stop); });
}

void Working::on_role(const Role& role) {
  term_ = role.active ? role.term : 0;
  std::cerr << options_.group + (role.active ? ": active, term " + std::to_string(role.term) : ": standby") + "\n";
}

void Working::on_error(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  waiter_.wake();
}

void Working::show(const Work& work, Hands::Id id) {
  const std::string line = options_.json ? to_json(work, options_.group).dump() : plain_line(work.message, escapes_);
  out_.write(line, [hands = hands_, id](bool is_written) {
    if (is_written) return hands->succeeded(id);
    hands->gave_up(id);
  });
}

/// On a thread of the pool.
void Working::run_command(const Work& work, Hands::Id id, const std::stop_token& stop) {
  auto environment = environment_of(work, options_.group);
  environment["FANFARE_TERM"] = term_ == 0 ? "" : std::to_string(term_);
  environment["FANFARE_BROKER_ADDRESS"] = options_.server;
  const ShellOutcome outcome = run_shell({.text = options_.command,
                                          .environment = std::move(environment),
                                          .input = work.message.payload,
                                          .max_output = options_.max_output,
                                          .canceled = [&] { return stop.stop_requested() || hands_->is_revoked(id); }});
  if (stop.stop_requested()) return hands_->gave_up(id);
  if (!outcome.failure.empty()) {
    const std::string reason = hands_->is_revoked(id) ? "it was taken back" : outcome.failure;
    std::cerr << name_of(work) + ": " + printable(reason) + "\n";
    return hands_->failed(id, reason);
  }
  hands_->succeeded(id);
  if (options_.json) {
    Json json = to_json(work, options_.group);
    json["output"] = text_or_base64(outcome.output);
    out_.write(json.dump());
  } else if (!outcome.output.empty()) {
    std::string_view output = outcome.output;
    if (output.ends_with('\n')) output.remove_suffix(1);  // the writer adds one
    out_.write(escapes_ ? printable(output) : output);
  }
}

}  // namespace fanfare::cli
