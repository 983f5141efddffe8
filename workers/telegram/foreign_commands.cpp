#include "workers/telegram/foreign_commands.hpp"

#include "runtime/json/strict_json.hpp"
#include "runtime/text/characters.hpp"

namespace fanfare::workers::telegram {
namespace {

using nlohmann::json;
using runtime::Error;
using runtime::Result;

constexpr std::size_t kMostUnits = 4'096;
constexpr std::size_t kMostRows = 8;
constexpr std::size_t kMostInRow = 8;
constexpr std::size_t kMostButtonCharacters = 64;
constexpr std::size_t kMostDataBytes = 64;

/// Nothing if it is missing or of another type.
std::optional<std::string> text_at(const json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

bool is_sayable(const std::string& text) {
  return text.find_first_not_of(" \t\n") != std::string::npos && utf16_units(text) <= kMostUnits &&
         !runtime::has_control_character(text, "\n\t");
}

Result<CommandButton> read_button(const json& button) {
  if (!button.is_object()) return Error{"a button is no object"};
  const auto text = text_at(button, "text");
  const auto command = text_at(button, "command");
  if (!text || !is_sayable(*text) || runtime::count_characters(*text) > kMostButtonCharacters) {
    return Error{"a button's text is not one of 1 to 64 characters"};
  }
  if (!command || !is_command_name(*command)) return Error{"a button's command is not one of a-z 0-9 _"};
  CommandButton made{.text = *text, .data = "/" + *command};
  if (button.contains("arguments")) {
    const auto arguments = text_at(button, "arguments");
    if (!arguments || runtime::has_control_character(*arguments)) return Error{"a button's arguments are no text"};
    if (!arguments->empty()) made.data += " " + *arguments;
  }
  if (made.data.size() > kMostDataBytes) return Error{"a button's command and arguments have more than 62 bytes"};
  return made;
}

Result<std::vector<std::vector<CommandButton>>> read_buttons(const json& rows) {
  std::vector<std::vector<CommandButton>> made;
  if (!rows.is_array() || rows.size() > kMostRows) return Error{"buttons are not at most 8 rows"};
  for (const json& row : rows) {
    if (!row.is_array() || row.empty() || row.size() > kMostInRow) return Error{"a row has not 1 to 8 buttons"};
    made.emplace_back();
    for (const json& button : row) {
      auto read = read_button(button);
      if (!read) return read.error();
      made.back().push_back(*std::move(read));
    }
  }
  return made;
}

}  // namespace

std::string topic_of_command(const std::string& name) { return "telegram.command." + name; }

std::string command_request(const store::LinkedPerson& who, Language language, const std::string& arguments) {
  return json{{"person", who.person.to_string()},
              {"chat", who.link.chat},
              {"language", code_of(language)},
              {"arguments", arguments}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<CommandAnswer> read_command_answer(std::string_view payload) {
  const auto reply = runtime::parse_strict_json(payload);
  if (!reply || !reply->is_object()) return Error{"it is not a JSON object of at most 64 KiB"};
  const auto error = reply->find("error");
  if (error != reply->end() && error->is_object()) {
    const auto message = text_at(*error, "message");
    if (!message || !is_sayable(*message)) return Error{"its error says nothing"};
    return CommandAnswer{.text = *message};
  }
  const auto ok = reply->find("ok");
  if (ok == reply->end() || !ok->is_object()) return Error{"it has neither ok nor error"};
  const auto text = text_at(*ok, "text");
  if (!text || !is_sayable(*text)) return Error{"its text is not one of 1 to 4,096 UTF-16 units"};
  CommandAnswer answer{.text = *text};
  const auto buttons = ok->find("buttons");
  if (buttons == ok->end() || buttons->is_null()) return answer;
  auto read = read_buttons(*buttons);
  if (!read) return read.error();
  answer.buttons = *std::move(read);
  return answer;
}

}  // namespace fanfare::workers::telegram
