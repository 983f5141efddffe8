#include "frontends/common/conversation_access.hpp"

#include <algorithm>

#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::common {
namespace {

/// Above this everything is forgotten and asked anew: 100,000 pairs are some 20 MB.
constexpr std::size_t kMaximalMembers = 100'000;

/// A conversation that changes faster than it can be asked about.
constexpr int kMaximalTries = 3;

std::optional<std::uint64_t> change_in(const Answer& answer) try {
  if (!answer) return answer.error().change;
  const auto object = runtime::parse_strict_json(*answer);
  if (!object) return std::nullopt;
  return object->at("change").get<std::uint64_t>();
} catch (const nlohmann::json::exception&) {
  return std::nullopt;
}

}  // namespace

void ConversationAccess::check(const std::string& person, const std::string& conversation, Handler handler) {
  const Key key{conversation, person};
  bool is_known = false;
  bool is_first = false;
  {
    const std::lock_guard lock(state_->mutex);
    is_known = state_->members.contains(key) && !state_->is_outdated();
    if (!is_known) {
      const auto [question, is_new] = state_->open.try_emplace(key);
      is_first = is_new;
      question->second.waiting.push_back(handler);
    }
  }
  if (is_known) return handler({});
  if (is_first) ask(state_, key);
}

void ConversationAccess::ask(const std::shared_ptr<State>& state, const Key& key) {
  {
    const std::lock_guard lock(state->mutex);
    Question& question = state->open.at(key);
    question.newest_change = 0;
    question.following = state->following;
    ++question.asked;
  }
  const auto& [conversation, person] = key;
  state->services.call({.topic = "conversations.access",
                        .payload = nlohmann::json{{"conversation", conversation}}.dump(),
                        .actor = person},
                       [state, key](const Answer& answer) { answered(state, key, answer); });
}

void ConversationAccess::answered(const std::shared_ptr<State>& state, const Key& key, const Answer& answer) {
  const std::optional<std::uint64_t> change = change_in(answer);
  std::vector<Handler> waiting;
  bool is_late = false;
  {
    const std::lock_guard lock(state->mutex);
    const auto found = state->open.find(key);
    Question& question = found->second;
    is_late = change && (*change < question.newest_change || question.following != state->following);
    if (is_late && question.asked < kMaximalTries) {
      waiting.clear();
    } else {
      waiting = std::move(question.waiting);
      state->open.erase(found);
      if (answer && !is_late && state->follows) {
        if (state->members.size() >= kMaximalMembers) state->members.clear();
        state->members.insert(key);
      }
    }
  }
  if (waiting.empty()) return ask(state, key);
  OrRefusal<void> result;
  if (!answer) result = answer.error();
  if (answer && is_late) result = unavailable("the conversation is changing; try again in a second");
  for (const Handler& handler : waiting) handler(result);
}

void ConversationAccess::start_following() {
  const std::lock_guard lock(state_->mutex);
  state_->follows = true;
  state_->forget();
}

void ConversationAccess::broker_away() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->away_since) state_->away_since = state_->clock();
}

void ConversationAccess::broker_back(bool resumed) {
  const std::lock_guard lock(state_->mutex);
  const bool keeps = resumed && !state_->is_outdated();
  state_->away_since.reset();
  if (keeps) return;
  state_->follows = state_->follows && resumed;
  state_->forget();
}

void ConversationAccess::changed(const std::string& conversation, std::uint64_t change) {
  const Key first{conversation, ""};
  const std::lock_guard lock(state_->mutex);
  auto member = state_->members.lower_bound(first);
  while (member != state_->members.end() && member->first == conversation) member = state_->members.erase(member);
  for (auto question = state_->open.lower_bound(first);
       question != state_->open.end() && question->first.first == conversation; ++question) {
    question->second.newest_change = std::max(question->second.newest_change, change);
  }
}

}  // namespace fanfare::frontends::common
