#include "broker/core/subscription_index.hpp"

#include <algorithm>
#include <functional>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

struct TokenHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view token) const { return std::hash<std::string_view>{}(token); }
};

}  // namespace

struct SubscriptionIndex::Node {
  std::unordered_map<std::string, std::unique_ptr<Node>, TokenHash, std::equal_to<>> children;  // `*` is one of them
  std::vector<ListenerId> here;   // of patterns that end here
  std::vector<ListenerId> below;  // of patterns that go on with `>`

  [[nodiscard]] bool empty() const { return children.empty() && here.empty() && below.empty(); }

  [[nodiscard]] const Node* child(std::string_view token) const {
    const auto found = children.find(token);
    return found == children.end() ? nullptr : found->second.get();
  }

  void add(std::string_view rest, ListenerId listener) {
    if (rest.empty()) {
      here.push_back(listener);
      return;
    }
    const auto token = protocol::next_token(rest);
    if (token == ">") {
      below.push_back(listener);
      return;
    }
    auto found = children.find(token);
    if (found == children.end()) found = children.emplace(token, std::make_unique<Node>()).first;
    found->second->add(rest, listener);
  }

  void remove(std::string_view rest, ListenerId listener) {
    if (rest.empty()) {
      std::erase(here, listener);
      return;
    }
    const auto token = protocol::next_token(rest);
    if (token == ">") {
      std::erase(below, listener);
      return;
    }
    const auto found = children.find(token);
    if (found == children.end()) return;
    found->second->remove(rest, listener);
    if (found->second->empty()) children.erase(found);
  }

  /// `wild`: wildcards match here; not at the first token of a topic that begins with `$`.
  void match(std::string_view rest, bool wild, std::vector<ListenerId>& out) const {
    if (rest.empty()) {
      out.insert(out.end(), here.begin(), here.end());
      return;
    }
    if (wild) out.insert(out.end(), below.begin(), below.end());
    const auto token = protocol::next_token(rest);
    if (const auto* exact = child(token)) exact->match(rest, true, out);
    if (!wild) return;
    if (const auto* star = child("*")) star->match(rest, true, out);
  }
};

SubscriptionIndex::SubscriptionIndex() : root_(std::make_unique<Node>()) {}
SubscriptionIndex::~SubscriptionIndex() = default;

void SubscriptionIndex::add(std::string_view pattern, ListenerId listener) {
  root_->add(pattern, listener);
  ++generation_;
}

void SubscriptionIndex::remove(std::string_view pattern, ListenerId listener) {
  root_->remove(pattern, listener);
  ++generation_;
}

std::vector<ListenerId> SubscriptionIndex::match(std::string_view topic) const {
  std::vector<ListenerId> listeners;
  root_->match(topic, !topic.starts_with('$'), listeners);
  std::ranges::sort(listeners);
  listeners.erase(std::unique(listeners.begin(), listeners.end()), listeners.end());
  return listeners;
}

}  // namespace fanfare::broker::core
