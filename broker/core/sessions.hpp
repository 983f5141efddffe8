#pragma once
// The sessions of the broker: found by connection or key, detached from a lost connection and attached to another,
// answered, and noted for sending. Owned by the core; its thread only.

#include <fanfare/error_code.hpp>

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/session.hpp"
#include "broker/core/settings.hpp"

namespace fanfare::broker::core {

class Sessions {
 public:
  explicit Sessions(const Settings& settings) : settings_(settings), pool_(settings.publish_pool, settings.window) {}

  Session& open(ConnectionId connection, const Uuid& id);
  /// The session is found no more; the object lives until bury(), so that callers up the stack may still look at it.
  void erase(Session& session);
  void bury() { erased_.clear(); }

  /// Its connection is lost or is not to be its own any more.
  void detach(Session& session);
  /// It goes on over this connection.
  void attach(Session& session, ConnectionId connection);

  [[nodiscard]] Session* by_connection(ConnectionId connection);
  [[nodiscard]] Session* by_key(SessionKey key);
  [[nodiscard]] Session* by_id(const Uuid& id);
  /// Of the detached ones the one that was heard of longest ago.
  [[nodiscard]] Session* longest_detached();
  [[nodiscard]] std::size_t size() const { return by_key_.size(); }
  [[nodiscard]] std::size_t detached() const { return by_key_.size() - by_connection_.size(); }

  /// Bytes of data that clients may still send.
  [[nodiscard]] std::uint64_t lent() const { return pool_.lent(); }

  /// Every session, oldest first.
  [[nodiscard]] std::vector<Session*> all();

  /// Something waits in the session's outbox or acknowledgements.
  void wake(Session& session) {
    if (session.to_flush) return;
    session.to_flush = true;
    awake_.push_back(session.key);
  }
  /// Shows the sessions that were woken.
  template <class Show>
  void each_awake(Show show) {
    for (const auto key : awake_) {
      if (auto* session = by_key(key)) show(*session);
    }
  }
  /// The sessions woken since the last call.
  [[nodiscard]] std::vector<Session*> take_awake();

  template <class Command>
  void answer(Session& session, const Command& command) {
    session.out.push_free(command);
    wake(session);
  }

  /// ERROR with the catalogue's advice; `detail` names what was wrong with it.
  void refuse(Session& session, protocol::RequestNumber request, protocol::CommandType command, ErrorCode code,
              std::string_view detail = {});

 private:
  const Settings& settings_;
  CreditPool pool_;
  std::unordered_map<ConnectionId, Session*> by_connection_;
  std::unordered_map<SessionKey, std::unique_ptr<Session>> by_key_;
  std::map<Uuid, Session*> by_id_;
  std::vector<std::unique_ptr<Session>> erased_;
  std::vector<SessionKey> awake_;
  SessionKey last_key_ = 0;
};

/// The text of an ERROR: what was wrong, then what to do.
[[nodiscard]] std::string error_text(ErrorCode code, std::string_view detail);

}  // namespace fanfare::broker::core
