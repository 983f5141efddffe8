#pragma once
// What people do in Fanfare from within Telegram, by requests to the workers and a publish of their message, as the
// front-ends do it. Used by one thread; the client has to outlive it.

#include <fanfare/client.hpp>

#include <string_view>

#include "runtime/logging/logger.hpp"
#include "workers/telegram/person_actions.hpp"

namespace fanfare::workers::telegram {

class BrokerActions final : public PersonActions {
 public:
  BrokerActions(Client& client, runtime::Logger& log) : client_(client), log_(log) {}

  Done post(const Uuid& person, const Uuid& conversation, const std::string& client_id, const std::string& text,
            Deadline deadline) override;
  Done mark_read(const Uuid& person, const Uuid& conversation, const Position& up_to, Deadline deadline) override;
  Done mute(const Uuid& person, const Uuid& conversation, common::TimePoint until, Deadline deadline) override;

 private:
  Done ask(std::string_view topic, const std::string& payload, const Uuid& person, Deadline deadline);
  Done away(std::string_view what, std::string_view why) const;

  Client& client_;
  runtime::Logger& log_;
};

/// What a worker's reply says.
[[nodiscard]] Done read_done(std::string_view reply);

}  // namespace fanfare::workers::telegram
