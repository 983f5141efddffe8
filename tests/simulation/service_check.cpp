#include "tests/simulation/service_check.hpp"

#include <algorithm>

#include "protocol/wire.hpp"
#include "tests/simulation/complaint.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {
namespace {

std::string numbered(std::uint64_t number, std::uint32_t size) {
  std::string text(sizeof(number), '\0');
  protocol::store(text.data(), number);
  return text.append(size, '.');
}

/// 0 when there is none.
std::uint64_t number_in(std::string_view text) {
  if (text.size() < sizeof(std::uint64_t)) return 0;
  return protocol::load<std::uint64_t>(text.data());
}

std::string name_of(std::uint64_t ticket) { return "request " + std::to_string(ticket); }

}  // namespace

ServiceCheck::Ticket ServiceCheck::begin(std::uint32_t client, std::uint32_t topic, bool retry_safe, Time deadline) {
  asked_.push_back({.client = client, .topic = topic, .retry_safe = retry_safe, .deadline = deadline});
  ++open_;
  return asked_.size();
}

std::string ServiceCheck::payload(Ticket ticket, std::uint32_t size) const { return numbered(ticket, size); }

void ServiceCheck::cancels(Ticket ticket) { asked_.at(ticket - 1).canceled = true; }

ServiceCheck::Asked& ServiceCheck::ended(Ticket ticket, std::uint32_t client, std::string_view how) {
  if (ticket == 0 || ticket > asked_.size()) throw Complaint("request", "an outcome of what was never asked");
  auto& asked = asked_[ticket - 1];
  if (asked.client != client) throw Complaint("request", name_of(ticket) + " is answered to somebody else");
  if (!asked.is_open) throw Complaint("request", name_of(ticket) + " has a second outcome: " + std::string(how));
  asked.is_open = false;
  --open_;
  return asked;
}

void ServiceCheck::replied(Ticket ticket, std::uint32_t client, std::string_view payload) {
  hear(ticket, ended(ticket, client, "a reply"), payload, true);
}

void ServiceCheck::part_replied(Ticket ticket, std::uint32_t client, std::string_view payload) {
  if (ticket == 0 || ticket > asked_.size()) throw Complaint("reply", "a part of a reply to what was never asked");
  auto& asked = asked_[ticket - 1];
  if (asked.client != client) throw Complaint("reply", name_of(ticket) + " is answered to somebody else");
  if (!asked.is_open) throw Complaint("reply", name_of(ticket) + " gets a part of a reply behind its outcome");
  hear(ticket, asked, payload, false);
}

/// Parts of one member's answer, one after the other from the first; they may come together.
void ServiceCheck::hear(Ticket ticket, Asked& asked, std::string_view payload, bool is_last) {
  if (asked.attempts == 0) throw Complaint("reply", name_of(ticket) + " has an answer and no member had it");
  const auto complain = [&](const std::string& text) { throw Complaint("reply", name_of(ticket) + " got " + text); };
  for (bool any = false; !payload.empty() || !any; any = true) {
    const auto number = number_in(payload);
    if (number == 0 || number > answers_.size()) complain("what nobody answered");
    const auto& answer = answers_[number - 1];
    const auto& [of, place, size, last] = answer;
    if (of.ticket != ticket) complain("the answer to " + name_of(of.ticket));
    if (asked.heard_of != 0 && asked.heard_of != of.attempt) complain("parts of two answers");
    if (place != asked.heard) {
      complain("part " + std::to_string(place) + " of an answer and had " + std::to_string(asked.heard) + " of it");
    }
    if (payload.size() < sizeof(number) + size) complain("half a part");
    payload.remove_prefix(sizeof(number) + size);
    if (last != (is_last && payload.empty()))
      complain(last ? "more behind the last part" : "an end without the last part");
    asked.heard_of = of.attempt;
    ++asked.heard;
  }
}

void ServiceCheck::failed(Ticket ticket, std::uint32_t client, const Error& error) {
  auto& asked = ended(ticket, client, error.what());
  const auto complain = [&](const std::string& text) {
    throw Complaint("request", name_of(ticket) + " failed: " + error.what() + ", " + text);
  };
  switch (error.code()) {
    case ErrorCode::canceled:
      if (!asked.canceled) complain("and nobody took it back");
      break;
    case ErrorCode::deadline_exceeded:
      if (now_ < asked.deadline) complain("before its time");
      break;
    case ErrorCode::service_failed:
      if (!asked.failed) complain("and no member said so");
      break;
    case ErrorCode::not_sent:
    case ErrorCode::too_many_requests:
    case ErrorCode::no_service:
      // A member that has just ended its service says so, too: then no handler had it.
      if (asked.attempts != 0 && !asked.retry_safe) complain("and a member had it");
      if (asked.heard != 0) complain("and a part of its reply had come");
      asked.untouched = !asked.retry_safe;
      break;
    case ErrorCode::outcome_unknown:
    case ErrorCode::overflow:
      break;
    default:
      complain("for no reason");
  }
}

void ServiceCheck::died(std::uint32_t client) {
  for (auto& asked : asked_) {
    if (asked.client != client || !asked.is_open) continue;
    asked.is_open = false;
    --open_;
  }
}

ServiceCheck::Ticket ServiceCheck::handed(std::uint32_t member, std::uint32_t pattern, std::string_view topic,
                                          std::uint16_t attempt, std::string_view payload) {
  const auto ticket = number_in(payload);
  if (ticket == 0 || ticket > asked_.size()) throw Complaint("handed", "a member has a request that nobody made");
  auto& asked = asked_[ticket - 1];
  const auto complain = [&](const std::string& text) {
    throw Complaint("handed", name_of(ticket) + " reaches client " + std::to_string(member) + ", " + text);
  };
  if (topic != kServiceTopics.at(asked.topic)) complain("under another topic");
  if (!matches_names(kServicePatterns.at(pattern), topic)) complain("which serves other topics");
  if (asked.untouched) complain("and its caller was told that nobody would have it");
  if (!asked.retry_safe && asked.attempts != 0) complain("which is not the first, and it is not safe to try again");
  constexpr std::uint16_t kMostAttempts = 5;
  const auto bit = attempt == 0 || attempt > kMostAttempts ? 0U : 1U << (attempt - 1U);
  if (bit == 0 || (asked.attempts & bit) != 0) complain("with attempt " + std::to_string(attempt));
  asked.attempts |= bit;
  return ticket;
}

std::string ServiceCheck::answer(const Try& of, bool failed, std::uint32_t size) {
  asked_.at(of.ticket - 1).failed |= failed;
  return say(of, true, size);
}

std::string ServiceCheck::part(const Try& of, std::uint32_t size) { return say(of, false, size); }

std::string ServiceCheck::say(const Try& of, bool is_last, std::uint32_t size) {
  auto& parts = asked_.at(of.ticket - 1).parts.at(of.attempt);
  answers_.push_back({.of = of, .place = parts++, .size = size, .is_last = is_last});
  return numbered(answers_.size(), size);
}

void ServiceCheck::complete() const {
  if (open_ > 0) throw Complaint("request", std::to_string(open_) + " requests have no outcome");
}

}  // namespace fanfare::simulation
