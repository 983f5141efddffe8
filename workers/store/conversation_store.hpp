#pragma once
// The port to the conversations and their members. Threads, blocking and errors as in people_store.hpp.
// Promise: what changes who may read a conversation is in the outbox exactly if it was done.

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

struct Conversation {
  Uuid id;
  ConversationKind kind = ConversationKind::kRoom;
  std::optional<std::string> title;
  common::TimePoint created_at;
  std::uint64_t member_count = 0;
  std::vector<Person> members;  ///< the first three
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

  /// Nothing when one of the people does not exist.
  virtual runtime::Result<std::optional<CreatedConversation>> create(const NewConversation& conversation) = 0;

  /// Those the person is in, newest first, beyond `after`.
  virtual runtime::Result<ConversationPage> list(const Uuid& person, const std::optional<Uuid>& after,
                                                 std::size_t limit) = 0;

  /// In the order they came. Nothing when `person` is not one of them.
  virtual runtime::Result<std::optional<MemberPage>> members(const Uuid& person, const Uuid& conversation,
                                                             std::optional<std::uint64_t> after, std::size_t limit) = 0;

  virtual runtime::Result<Access> access(const Uuid& person, const Uuid& conversation) = 0;
};

}  // namespace fanfare::workers::store
