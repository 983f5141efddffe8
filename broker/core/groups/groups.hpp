#pragma once
// All groups of the broker: their members, what they are handed, what is stored of them (semantics §11; PROTOCOL.md §5,
// Groups). Which message goes to whom decides a Group; here it meets sessions, streams and the journal. Owned by the
// core; its thread only.
//
// What changes a group is stored in the stream `$groups` before anybody is told: of each group one record is under way
// at a time, and what happens meanwhile goes into the next. At start the groups are read back from there; commands that
// come before that is done wait. Until then the journal may remove nothing, afterwards nothing that a group has not
// finished as far as that is stored.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/counters.hpp"
#include "broker/core/effects.hpp"
#include "broker/core/figures.hpp"
#include "broker/core/groups/group.hpp"
#include "broker/core/groups/state_loader.hpp"
#include "broker/core/publishing.hpp"
#include "broker/core/readers.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/streams.hpp"
#include "broker/core/subscription_index.hpp"

namespace fanfare::broker::core::groups {

class Groups final : public CommitListener {
 public:
  Groups(const Settings& settings, Sessions& sessions, TopicTable& topics, Streams& streams, Readers& readers,
         Publishing& publishing, Journal& journal, Effects& effects, Counters& counters);
  ~Groups() override;

  /// Begins to read the groups back. Once, before anything else.
  void start(Instant now);
  [[nodiscard]] bool loaded() const { return loaded_; }

  // ---- Commands. Handles were checked. False: malformed.

  [[nodiscard]] bool join(Session& session, const protocol::Join& command, Instant now);
  void leave(Session& session, const protocol::Leave& command, Instant now);
  [[nodiscard]] bool ack(Session& session, const protocol::Ack& command, Instant now);
  [[nodiscard]] bool nack(Session& session, const protocol::Nack& command, Instant now);
  void progress(Session& session, const protocol::Progress& command, Instant now);
  [[nodiscard]] bool manage(Session& session, const protocol::Manage& command, Instant now);

  /// The session ends; `in_order`: as BYE ends it.
  void ended(Session& session, bool in_order, Instant now);
  /// Less waits for the session than before.
  void has_room(Session& session);

  // ---- The journal

  void committed(Stream& stream, const std::vector<Pending>& records, std::uint64_t first) override;
  void own_record(std::uint64_t token, Commit::Outcome outcome, std::uint64_t sequence) override;
  /// False: the answer is for none of these readers, or lookups.
  [[nodiscard]] bool answered(ReadDone& done);
  [[nodiscard]] bool looked_up(const IdLookedUp& answer);
  void trimmed(const Trimmed& trimmed);

  // ---- Time and turns

  /// Goes on with every group that can. Call between two commits. Whether anything happened.
  bool run(Instant now);
  [[nodiscard]] bool ready() const { return !ready_.empty(); }
  void tick(Instant now);
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  /// Nothing is handed over any more.
  void drain() { draining_ = true; }
  /// Nothing waits to be stored, nobody for an answer.
  [[nodiscard]] bool drained() const;

  // ---- Listings

  [[nodiscard]] std::vector<Headers> group_rows() const;
  [[nodiscard]] std::vector<Headers> member_rows() const;
  /// For the metrics.
  [[nodiscard]] std::vector<GroupShown> shown() const;
  [[nodiscard]] std::vector<Headers> dead_letter_rows() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Which group keeps retention from removing more of a stream.
  struct Holder {
    std::string_view group;
    std::uint64_t bytes = 0;  ///< about: of what it has not finished
  };
  [[nodiscard]] std::optional<Holder> holder(protocol::StreamNumber stream) const;

 private:
  struct Entry;
  struct Member;
  struct Answer;
  struct Page;
  struct Slot;
  struct Found;
  struct WaitingManage;
  class Hand;
  using EntryId = ListenerId;
  using EntryPtr = std::unique_ptr<Entry>;
  enum class Fetched : std::uint8_t { found, waits, gone };

  // groups.cpp
  [[nodiscard]] Entry* by_name(std::string_view name);
  Entry& add(GroupState state);
  void remove(Entry& entry);
  void enqueue(Entry& entry);
  void step(Entry& entry);
  void schedule(Entry& entry);
  void sweep();

  // loading.cpp
  void load_more();
  void load(const ReadDone& done);
  void finish_loading();
  void take_over(LoadedGroup loaded);
  void configure(const GroupConfiguration& configuration);

  // memberships.cpp
  void admit(std::uint64_t id);
  void enter(Entry& entry, std::uint64_t id, Member& member);
  void refuse_join(std::uint64_t id, ErrorCode code, std::string_view detail);
  void release(std::uint64_t id);
  void finish(std::uint64_t id, Member& member, protocol::RequestNumber request);
  void let_go(Session& session, std::uint64_t id);
  void let_go_of_finished(Entry& entry);
  [[nodiscard]] Member* member_of(Session& session, protocol::RequestNumber request, protocol::Handle handle,
                                  protocol::CommandType command);
  [[nodiscard]] GroupState first_state(std::string_view name, GroupSettings settings, bool from_now);

  // storing.cpp
  void finish_stored(Entry& entry);
  void store(Entry& entry);
  void append(Entry& entry);
  [[nodiscard]] bool is_behind(const Entry& entry) const;
  void stored(Entry& entry);
  void answer(const Answer& answer, std::optional<ErrorCode> error);
  void fail(std::string_view reason);
  void hold(Entry& entry, std::uint64_t floor);
  void hold_snapshot(Entry& entry, std::uint64_t first);
  void tell_hold(protocol::StreamNumber stream);

  // reading.cpp
  [[nodiscard]] bool reaches(Topic& topic, EntryId entry);
  bool scan(Entry& entry);
  void take_page(Entry& entry);
  [[nodiscard]] bool scan_recent(Entry& entry, Stream& stream);
  [[nodiscard]] Fetched fetch(Entry& entry, std::uint64_t sequence, Found& found);
  [[nodiscard]] Fetched fetch(Entry& entry, Slot& slot, Stream& stream, const std::string& pattern,
                              std::uint64_t sequence, Found& found);
  [[nodiscard]] Fetched fetch_letter(Entry& entry, std::uint64_t dead, Found& found);
  void ask(Entry& entry, Slot& slot, Stream& stream, const std::string& pattern, std::uint64_t after);
  void close(Slot& slot);
  void gap(Entry& entry, std::uint64_t from, std::uint64_t to);
  [[nodiscard]] std::size_t page_bytes() const;

  // delivering.cpp
  void hand_out(Entry& entry);
  void tell(Entry& entry);
  void revoke(const Member& member, const Uuid& epoch, const std::vector<Delivered>& deliveries);

  // dead_letters.cpp
  void bury(Entry& entry);
  [[nodiscard]] bool bury_one(Entry& entry, const Condemned& condemned);
  [[nodiscard]] bool give_back(Entry& entry);

  // management.cpp
  void manage_now(Session& session, const protocol::Manage& command);
  void manage_waiting(std::deque<WaitingManage> waiting);
  void reset(Entry& entry, std::uint64_t floor);

  const Settings& settings_;
  Sessions& sessions_;
  TopicTable& topics_;
  Streams& streams_;
  Readers& readers_;
  Publishing& publishing_;
  Journal& journal_;
  Effects& effects_;
  Counters& counters_;

  Stream* state_stream_ = nullptr;  // nullptr: this core has no groups
  Stream* dead_stream_ = nullptr;
  Instant now_;
  bool draining_ = false;
  std::string failure_;  // of the state's stream; not empty: groups have stopped

  // Loading
  bool loaded_ = false;
  StateLoader loader_;
  ReaderId load_reader_ = 0;
  std::uint64_t load_until_ = 0;
  std::uint64_t unreadable_ = 0;             // records of `$groups` that are none
  std::deque<std::uint64_t> waiting_joins_;  // members
  std::deque<WaitingManage> waiting_manages_;

  std::map<std::string, EntryPtr, std::less<>> entries_;
  std::unordered_map<EntryId, Entry*> by_id_;
  EntryId last_entry_ = 0;
  std::unordered_map<std::uint64_t, Member> members_;
  std::uint64_t last_member_ = 0;
  SubscriptionIndex index_;
  std::unordered_map<protocol::StreamNumber, std::set<std::pair<std::uint64_t, EntryId>>> floors_;  // as stored
  std::set<std::pair<std::uint64_t, EntryId>> snapshots_;  // their first records
  std::unordered_map<protocol::StreamNumber, std::uint64_t> told_holds_;

  std::deque<EntryId> ready_;
  std::size_t budget_ = 0;
  std::set<std::pair<std::chrono::microseconds, EntryId>> deadlines_;
  std::optional<std::chrono::microseconds> sweep_at_;
  std::unordered_map<ReaderId, EntryId> by_reader_;
  std::unordered_map<std::uint64_t, EntryId> by_token_;  // own records under way; lookups
  std::uint64_t last_token_ = 0;
  std::uint64_t state_bytes_ = 0;  // of all payloads in `$groups` so far
};

}  // namespace fanfare::broker::core::groups
