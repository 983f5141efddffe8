#include "frontends/common/message_content.hpp"

#include "runtime/text/message_text.hpp"

namespace fanfare::frontends::common {
namespace {

/// As it is written everywhere: in lower case, so that it names one topic.
bool is_id(std::string_view text) {
  const auto id = Uuid::parse(text);
  return id && id->to_string() == text;
}

}  // namespace

OrRefusal<void> check_message(const OutgoingMessage& message) {
  if (message.text.size() > runtime::kMostMessageBytes) {
    return Refusal{.code = Code::kTooLarge, .message = "the text is above 16 KiB; send it in parts"};
  }
  Refusal refusal{.code = Code::kInvalid, .message = "the message can't be sent as it is"};
  if (!is_id(message.conversation)) refusal.fields["conversation"] = "is not the id of a conversation";
  if (!runtime::is_client_id(message.client_id)) refusal.fields["id"] = "has to be 1 to 64 of A-Z a-z 0-9 - _";
  const std::string_view problem = runtime::problem_of_message_text(message.text);
  if (!problem.empty()) refusal.fields["text"] = problem;
  if (!refusal.fields.empty()) return refusal;
  return {};
}

}  // namespace fanfare::frontends::common
