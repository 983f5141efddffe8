#pragma once
// Who may read and write which conversation. Asked of fanfare-accounts, then remembered until a change event of the
// conversation arrives; so somebody who was removed is out within moments (semantics §14). Remembers only while it
// follows the changes, and only who is a member, so strangers' guesses take no room. Any thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frontends/common/services.hpp"

namespace fanfare::frontends::common {

class ConversationAccess {
 public:
  /// No error: the person is a member. `not_found`, or why it can't be told at the moment.
  using Handler = std::function<void(const OrRefusal<void>&)>;

  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  /// Without the broker what is known counts no longer than this.
  static constexpr std::chrono::seconds kLongestOutage{5};

  explicit ConversationAccess(Services& services, Clock clock = std::chrono::steady_clock::now)
      : state_(std::make_shared<State>(services, std::move(clock))) {}

  /// The handler runs here when the answer is known, else on the SDK's dispatcher thread; once.
  void check(const std::string& person, const std::string& conversation, Handler handler);

  /// From here on every change event comes to changed().
  void start_following();
  /// The connection to the broker is lost, or still is.
  void broker_away();
  /// It is back. Where its session was `resumed` within kLongestOutage nothing was missed; a new one has to follow
  /// anew.
  void broker_back(bool resumed);
  void changed(const std::string& conversation, std::uint64_t change);

 private:
  struct Question {
    std::vector<Handler> waiting;
    std::uint64_t newest_change = 0;  ///< of the events that came since it was asked
    std::uint64_t following = 0;      ///< State::following as it was asked
    int asked = 0;
  };
  using Key = std::pair<std::string, std::string>;  ///< conversation, person

  struct State {
    State(Services& services_behind, Clock clock_used) : services(services_behind), clock(std::move(clock_used)) {}
    [[nodiscard]] bool is_outdated() const { return away_since && clock() - *away_since >= kLongestOutage; }
    void forget() {
      ++following;
      members.clear();
    }

    Services& services;
    const Clock clock;
    std::mutex mutex;
    bool follows = false;
    std::uint64_t following = 0;  ///< counts the times that following began or ended
    std::optional<std::chrono::steady_clock::time_point> away_since = {};
    std::set<Key> members;
    std::map<Key, Question> open;
  };

  static void ask(const std::shared_ptr<State>& state, const Key& key);
  static void answered(const std::shared_ptr<State>& state, const Key& key, const Answer& answer);

  std::shared_ptr<State> state_;  ///< shared with answers that come late
};

}  // namespace fanfare::frontends::common
