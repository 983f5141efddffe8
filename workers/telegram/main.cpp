// fanfare-telegram: tells people of messages by Telegram while they are away, and takes their answers
// (docs/operations.md).

#include "runtime/service/run_service.hpp"
#include "workers/store/database.hpp"
#include "workers/telegram/telegram_config.hpp"
#include "workers/telegram/telegram_service.hpp"

int main(int argc, char** argv) {
  namespace runtime = fanfare::runtime;
  namespace telegram = fanfare::workers::telegram;
  return runtime::run_service(
      argc, argv,
      {.name = "fanfare-telegram",
       .summary = "Tells people of messages by Telegram while they are away, and takes their answers.",
       .check =
           [](const runtime::Config& config) {
             auto complaints = fanfare::workers::store::check_database(config);
             for (auto& complaint : telegram::check_telegram(config)) complaints.push_back(std::move(complaint));
             return complaints;
           },
       .make =
           [](const runtime::ServiceContext& context) {
             return std::make_unique<telegram::TelegramService>(context);
           }});
}
