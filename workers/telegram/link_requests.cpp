#include "workers/telegram/link_requests.hpp"

#include <fanfare/error.hpp>

#include <memory>
#include <utility>

#include "workers/common/method_table.hpp"
#include "workers/telegram/link_methods.hpp"

namespace fanfare::workers::telegram {
namespace {

using common::Refusal;
using common::RefusalCode;

constexpr std::size_t kThreads = 2;
constexpr std::size_t kWaiting = 256;

/// One thread's; made when the bot's name is known and the database is there.
struct Methods {
  Methods(std::unique_ptr<store::TelegramStore> opened, LinkShared with, runtime::Logger& log)
      : store(std::move(opened)), shared(std::move(with)), table([&log](std::string_view topic, std::string_view what) {
          log.error("a request failed", {{"topic", topic}, {"reason", what}});
        }) {
    add_link_methods(table, shared, *store);
  }

  const std::unique_ptr<store::TelegramStore> store;
  const LinkShared shared;
  common::MethodTable table;
};

std::string try_again(const char* why) { return to_reply(Refusal{RefusalCode::kUnavailable, why}); }

}  // namespace

LinkRequests::LinkRequests(Context context)
    : context_(std::move(context)),
      attempts_(kLinksOfAPerson),
      pool_({.threads = kThreads, .queue = kWaiting}, [this] { return make_answering(); }) {
  for (const char* topic : {"telegram.status", "telegram.link", "telegram.unlink"}) {
    services_.push_back(context_.client.serve(
        topic, [this](const Request& request, Responder responder) { pool_.submit(request, std::move(responder)); },
        {.on_error = [this, topic](const fanfare::Error& error) {
          context_.fail(std::string(topic) + ": " + error.what());
        }}));
  }
}

bool LinkRequests::wait_ready(std::chrono::milliseconds timeout) const {
  for (const Service& service : services_) {
    if (!service.wait_ready(timeout)) return false;
  }
  return true;
}

void LinkRequests::drain(std::chrono::steady_clock::time_point deadline) {
  services_.clear();
  pool_.drain(deadline);
}

common::RequestPool::Answering LinkRequests::make_answering() {
  return [this, methods = std::shared_ptr<Methods>()](const common::Job& job) mutable {
    if (!methods) {
      const auto name = context_.bot_name();
      if (!name) return try_again("try again: Telegram has not answered yet");
      auto opened = context_.database.telegram_store();
      if (!opened) return try_again("try again: the database is away");
      methods = std::make_shared<Methods>(*std::move(opened),
                                          LinkShared{.bot = *name,
                                                     .attempts = attempts_,
                                                     .publish = context_.publish,
                                                     .now = common::wall_clock,
                                                     .log = context_.log},
                                          context_.log);
    }
    return methods->table.answer(job.topic, job.actor, job.payload, job.deadline, job.key);
  };
}

}  // namespace fanfare::workers::telegram
