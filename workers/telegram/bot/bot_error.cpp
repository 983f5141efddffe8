#include "workers/telegram/bot/bot_error.hpp"

namespace fanfare::workers::telegram::bot {

std::string_view to_text(BotError::Kind kind) {
  switch (kind) {
    case BotError::Kind::kFloodWait:
      return "flood_wait";
    case BotError::Kind::kMigrated:
      return "migrated";
    case BotError::Kind::kBlocked:
      return "blocked";
    case BotError::Kind::kBadEntities:
      return "bad_entities";
    case BotError::Kind::kCannotEdit:
      return "cannot_edit";
    case BotError::Kind::kRefused:
      return "refused";
    case BotError::Kind::kConflict:
      return "conflict";
    case BotError::Kind::kWrongToken:
      return "wrong_token";
    case BotError::Kind::kTransient:
      return "transient";
    case BotError::Kind::kStopped:
      return "stopped";
  }
  return "transient";
}

}  // namespace fanfare::workers::telegram::bot
