#include "frontends/websocket/broker/member_list.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

using Json = nlohmann::json;

struct MemberPage {
  std::vector<std::string> members;
  std::string next;  // empty: it is the last
};

std::optional<MemberPage> read_member_page(const std::string& text) try {
  const auto object = runtime::parse_strict_json(text);
  if (!object) return std::nullopt;
  MemberPage page;
  for (const auto& member : object->at("members")) page.members.push_back(member.at("id").get<std::string>());
  if (const auto& next = object->at("next"); !next.is_null()) page.next = next.get<std::string>();
  return page;
} catch (const Json::exception&) {  // a member is missing, or of another type than promised
  return std::nullopt;
}

/// One reading, until its last page.
class MemberReading : public std::enable_shared_from_this<MemberReading> {
 public:
  MemberReading(common::Services& services, std::string person, std::string conversation,
                std::function<void(const MemberList&)> done)
      : services_(services),
        person_(std::move(person)),
        conversation_(std::move(conversation)),
        done_(std::move(done)) {}

  void ask(const std::string& after) {
    Json request{{"conversation", conversation_}};
    if (!after.empty()) request["after"] = after;
    services_.call({.topic = "conversations.members", .payload = request.dump(), .actor = person_},
                   [self = shared_from_this()](const common::Answer& answer) { self->take(answer); });
  }

 private:
  void take(const common::Answer& answer) {
    if (!answer) return done_(answer.error());
    auto page = read_member_page(*answer);
    // An empty page that is not the last would be asked for again and again.
    if (!page || (page->members.empty() && !page->next.empty())) {
      return done_(common::Refusal{.code = common::Code::kInternal, .message = "the list of members can't be read"});
    }
    if (members_.size() + page->members.size() > kMaximalMembers) {
      return done_(common::Refusal{.code = common::Code::kTooLarge,
                                   .message = "presence is not told of conversations of more than 1,000 people"});
    }
    for (auto& member : page->members) members_.push_back(std::move(member));
    if (page->next.empty()) return done_(std::move(members_));
    ask(page->next);
  }

  common::Services& services_;
  const std::string person_;
  const std::string conversation_;
  const std::function<void(const MemberList&)> done_;
  std::vector<std::string> members_;
};

}  // namespace

void read_members(common::Services& services, const std::string& person, const std::string& conversation,
                  std::function<void(const MemberList&)> done) {
  std::make_shared<MemberReading>(services, person, conversation, std::move(done))->ask({});
}

}  // namespace fanfare::frontends::websocket::broker
