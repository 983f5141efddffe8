#pragma once
// AccountStores of a database that is away. For tests only.

#include "workers/store/account_stores.hpp"

namespace fanfare::workers::accounts::test {

class FailingStores final : public store::AccountStores,
                            store::PeopleStore,
                            store::SessionStore,
                            store::ConversationStore,
                            store::OutboxStore,
                            store::SigningKeyStore,
                            store::OnceStore {
 public:
  store::PeopleStore& people() override { return *this; }
  store::SessionStore& sessions() override { return *this; }
  store::ConversationStore& conversations() override { return *this; }
  store::OutboxStore& outbox() override { return *this; }
  store::SigningKeyStore& signing_keys() override { return *this; }
  store::OnceStore& once() override { return *this; }

 private:
  template <class T>
  using Result = runtime::Result<T>;

  static runtime::Error away() { return {"the database is away"}; }

  Result<bool> add(const store::NewPerson&, const store::NewSession&) override { return away(); }
  Result<bool> is_taken(const std::string&, const std::string&) override { return away(); }
  Result<std::optional<store::Credentials>> credentials(const std::string&) override { return away(); }
  Result<std::optional<store::Profile>> find(const Uuid&) override { return away(); }
  Result<std::vector<store::Person>> search(const std::string&, const Uuid&, std::size_t) override { return away(); }
  Result<void> begin(const store::NewSession&) override { return away(); }
  Result<std::optional<store::Renewed>> renew(const store::TokenHash&, const store::Renewal&,
                                              const store::TokenRule&) override {
    return away();
  }
  Result<void> end(const store::TokenHash&, common::TimePoint) override { return away(); }
  Result<std::uint64_t> sweep(common::TimePoint, std::uint64_t) override { return away(); }
  Result<std::optional<store::CreatedConversation>> create(const store::NewConversation&) override { return away(); }
  Result<store::ConversationPage> list(const Uuid&, const std::optional<Uuid>&, std::size_t,
                                       common::TimePoint) override {
    return away();
  }
  Result<std::optional<store::MemberPage>> members(const Uuid&, const Uuid&, std::optional<std::uint64_t>,
                                                   std::size_t) override {
    return away();
  }
  Result<store::Access> access(const Uuid&, const Uuid&) override { return away(); }
  Result<std::optional<Position>> read(const Uuid&, const Uuid&, const Position&, common::TimePoint) override {
    return away();
  }
  Result<bool> mute(const Uuid&, const Uuid&, const store::Mute&) override { return away(); }
  Result<bool> unmute(const Uuid&, const Uuid&) override { return away(); }
  Result<std::vector<store::OutboxRow>> pending(std::size_t) override { return away(); }
  Result<bool> claim(const std::string&, common::TimePoint, common::TimePoint) override { return away(); }
  Result<void> release(const std::string&) override { return away(); }
  Result<void> remove(std::uint64_t) override { return away(); }
  Result<store::OnceOutcome> once(const store::OnceRequest&, const Change&) override { return away(); }
  Result<std::vector<store::SigningKeyRow>> load_or_add(const store::SigningKeyRow&) override { return away(); }
};

}  // namespace fanfare::workers::accounts::test
