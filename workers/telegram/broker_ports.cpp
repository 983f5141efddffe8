#include "workers/telegram/broker_ports.hpp"

#include <exception>

namespace fanfare::workers::telegram {

AskService ask_through(Client& client) {
  return [&client](const std::string& topic, const std::string& payload, const std::string& actor,
                   std::chrono::milliseconds timeout) -> ServiceReply {
    try {
      auto asked = client.request(topic, payload, timeout, {.actor = actor});
      // The client ends it by itself; the rest is for its thread to get round to that.
      const bool is_there = asked.wait_for(timeout + std::chrono::seconds(1)) == std::future_status::ready;
      if (!is_there) return {ServiceReply::Kind::kFailed};
      return {ServiceReply::Kind::kReply, asked.get().payload};
    } catch (const Error& error) {
      const bool is_unserved = error.code() == ErrorCode::no_service;
      return {is_unserved ? ServiceReply::Kind::kNoService : ServiceReply::Kind::kFailed};
    }
  };
}

PublishLinkEvent publish_through(Client& client, runtime::Logger& log) {
  return [&client, &log](const LinkEvent& event) {
    const auto refused = [&log](const Error& error) {
      log.warn("what the page is told of a link was not published", {{"reason", error.what()}});
    };
    try {
      client.publish(event.topic, event.payload, {.id = event.id}, [refused](const Outcome<Ack>& outcome) {
        if (!outcome) refused(outcome.error());
      });
    } catch (const Error& error) {
      refused(error);
    }
  };
}

}  // namespace fanfare::workers::telegram
