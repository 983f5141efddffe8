#pragma once
// The port to the conversations and their members. Threads, blocking and errors as in people_store.hpp.
// Promises: what changes who may read a conversation is in the outbox exactly if it was done. How far somebody has read
// never goes back, whatever comes late or twice.

#include <fanfare/position.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/person.hpp"

namespace fanfare::workers::store {

enum class ConversationKind : std::uint8_t { kDirect, kRoom };
enum class Role : std::uint8_t { kMember, kOwner };

struct NewConversation {
  Uuid id;
  ConversationKind kind = ConversationKind::kRoom;
  std::optional<std::string> title;
  common::TimePoint created_at;
  Uuid founder;
  std::vector<Uuid> others;  ///< exactly one in a direct conversation
};

/// Somebody wants to be told of nothing in a conversation.
struct Mute {
  std::optional<common::TimePoint> until = {};  ///< nothing: until it is taken back

  bool operator==(const Mute&) const = default;
};

/// As one of its people sees it.
struct Conversation {
  Uuid id;
  ConversationKind kind = ConversationKind::kRoom;
  std::optional<std::string> title;
  common::TimePoint created_at;
  std::uint64_t member_count = 0;
  std::vector<Person> members;        ///< the first three
  std::optional<Position> read = {};  ///< how far this person says to have read it
  std::optional<Mute> muted = {};     ///< by this person, and not over
};

struct CreatedConversation {
  Conversation conversation;
  bool created = false;  ///< false: the direct conversation of these two that there was
};

struct Member {
  Person person;
  Role role = Role::kMember;
};

struct ConversationPage {
  std::vector<Conversation> conversations;
  bool has_more = false;
};

struct MemberPage {
  std::vector<Member> members;
  std::optional<std::uint64_t> next;  ///< what to go on after
};

/// Read at one moment: the role belongs to the change number.
struct Access {
  std::optional<Role> role;  ///< nothing: not a member, or there is no such conversation
  std::uint64_t change = 0;
};

class ConversationStore {
 public:
  virtual ~ConversationStore() = default;

  /// Nothing when one of the people does not exist. As its founder sees it.
  virtual runtime::Result<std::optional<CreatedConversation>> create(const NewConversation& conversation) = 0;

  /// Those the person is in, newest first, beyond `after`. A mute that has ended by `now` is none.
  virtual runtime::Result<ConversationPage> list(const Uuid& person, const std::optional<Uuid>& after,
                                                 std::size_t limit, common::TimePoint now) = 0;

  /// In the order they came. Nothing when `person` is not one of them.
  virtual runtime::Result<std::optional<MemberPage>> members(const Uuid& person, const Uuid& conversation,
                                                             std::optional<std::uint64_t> after, std::size_t limit) = 0;

  virtual runtime::Result<Access> access(const Uuid& person, const Uuid& conversation) = 0;

  /// The person has read up to `position`. Returns how far they have read now: further, if they had said so before.
  /// Nothing when they are no member.
  virtual runtime::Result<std::optional<Position>> read(const Uuid& person, const Uuid& conversation,
                                                        const Position& position, common::TimePoint now) = 0;

  /// Both: false when the person is no member. A mute takes the place of the one there was.
  virtual runtime::Result<bool> mute(const Uuid& person, const Uuid& conversation, const Mute& mute) = 0;
  virtual runtime::Result<bool> unmute(const Uuid& person, const Uuid& conversation) = 0;
};

}  // namespace fanfare::workers::store
