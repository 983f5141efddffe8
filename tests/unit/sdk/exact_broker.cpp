#include "tests/unit/sdk/exact_broker.hpp"

#include "protocol/topic.hpp"

namespace fanfare::session::test {
namespace {

constexpr std::uint32_t kEphemeral = protocol::kEphemeralTopic | 1U;
constexpr std::uint32_t kStored = 7;
/// What a member is given when it joins.
constexpr std::uint64_t kWorks = 12;

Uuid stream_epoch() { return uuid(9); }

}  // namespace

void ExactBroker::connected(const std::string& hello, const protocol::Welcome& welcome) {
  if (link.greet(hello, welcome)) return;
  open_.clear();
  patterns_.clear();
  services_.clear();
  callers_.clear();
  numbers_.clear();
  out_.clear();
  member_ = 0;
}

void ExactBroker::received(const protocol::RawCommand& command) {
  if (!link.take(command)) return;
  const auto take = [&]<class Command>(std::type_identity<Command>) {
    if (command.type == Command::kType) on(protocol::decode<Command>(command.body).value());
  };
  take(std::type_identity<protocol::Publish>());
  take(std::type_identity<protocol::Subscribe>());
  take(std::type_identity<protocol::Unsubscribe>());
  take(std::type_identity<protocol::Serve>());
  take(std::type_identity<protocol::Request>());
  take(std::type_identity<protocol::Reply>());
  take(std::type_identity<protocol::Join>());
  take(std::type_identity<protocol::Ack>());
  take(std::type_identity<protocol::Nack>());
  take(std::type_identity<protocol::Fetch>());
  take(std::type_identity<protocol::Query>());
  take(std::type_identity<protocol::Manage>());
  if (chance_() % 4 == 0) link.give_credit();
}

bool ExactBroker::answer_one() {
  if (open_.empty()) return false;
  const auto one = open_.begin() + static_cast<std::ptrdiff_t>(chance_() % open_.size());
  const auto answer = std::move(*one);
  open_.erase(one);
  answer();
  return true;
}

void ExactBroker::first_time(protocol::RequestNumber request) {
  EXPECT_TRUE(numbers_.insert(request).second) << request << " came twice";
}

void ExactBroker::ok_later(protocol::RequestNumber request) {
  first_time(request);
  later([this, request] { link.send(protocol::Ok{.request = request, .positions = {}}); });
}

void ExactBroker::on(const protocol::Publish& publish) {
  first_time(publish.request);
  const auto content =
      protocol::split_content(publish.content, publish.flags, publish.actor_size, publish.headers_size);
  const bool resent = (publish.flags & protocol::message_flags::kResent) != 0;
  const bool fresh = published.insert(content->id.value()).second;
  EXPECT_TRUE(fresh || resent) << "published twice";
  later([this, request = publish.request] {
    link.send(protocol::Puback{{{.first = request, .count = 1, .sequence = 1}}});
  });
  if (!fresh) return;
  for (const auto& [handle, pattern] : patterns_) delivered[handle].emplace_back(content->payload);
  if (patterns_.empty()) return;
  std::string record;
  protocol::append_record(record, {.topic = kEphemeral, .publisher = "local"}, 0, 0, content->payload);
  link.needs(kEphemeral, "a.b");
  protocol::Deliver deliver;
  deliver.count = 1;
  deliver.records = std::string_view(record);
  link.send(deliver);
}

void ExactBroker::on(const protocol::Subscribe& subscribe) {
  first_time(subscribe.request);
  EXPECT_TRUE(patterns_.emplace(subscribe.handle, subscribe.pattern).second);
  link.send(protocol::Ok{.request = subscribe.request, .positions = {}});
}

void ExactBroker::on(const protocol::Unsubscribe& unsubscribe) {
  EXPECT_EQ(patterns_.erase(unsubscribe.handle) + services_.erase(unsubscribe.handle), 1U);
  ok_later(unsubscribe.request);
}

void ExactBroker::on(const protocol::Serve& serve) {
  EXPECT_TRUE(services_.emplace(serve.handle, serve.pattern).second);
  ok_later(serve.request);
}

void ExactBroker::on(const protocol::Request& request) {
  first_time(request.request);
  if (services_.empty()) {
    return later([this, number = request.request] {
      link.send(
          protocol::Error{.request = number, .command = protocol::CommandType::request, .code = ErrorCode::no_service});
    });
  }
  callers_[++last_exchange_] = request.request;
  ++exchanges;
  link.send(protocol::ServiceRequest{.exchange = last_exchange_,
                                     .handle = services_.begin()->first,
                                     .topic = request.topic,
                                     .content = request.content});
}

void ExactBroker::on(const protocol::Reply& reply) {
  ++replies;
  const auto caller = callers_.extract(reply.number);
  ASSERT_TRUE(caller) << "a second reply, or a stranger's";
  later([this, request = caller.mapped(), content = std::string(reply.content)] {
    link.send(protocol::Reply{.number = request, .content = std::string_view(content)});
  });
}

void ExactBroker::on(const protocol::Join& join) {
  EXPECT_EQ(member_, 0U);
  member_ = join.handle;
  first_time(join.request);
  link.send(protocol::Ok{.request = join.request, .positions = {{1, {stream_epoch(), 0}}}});
  for (std::uint64_t sequence = 1; sequence <= kWorks; ++sequence) {
    later([this, sequence] { hand_out(sequence); });
  }
}

void ExactBroker::hand_out(std::uint64_t sequence) {
  std::string record;
  protocol::append_record(record, {.topic = kStored, .sequence = sequence, .publisher = "local"}, 0, 0, "work");
  link.needs(kStored, "chat.1");
  const auto attempt = ++attempts_[sequence];
  out_[sequence] = attempt;
  ++works;
  link.send(protocol::Deliver{.stream = 1,
                              .kind = protocol::DeliveryKind::group,
                              .handle = member_,
                              .epoch = stream_epoch(),
                              .count = 1,
                              .attempts = {attempt},
                              .records = std::string_view(record)});
}

void ExactBroker::finish(std::uint64_t sequence, std::uint16_t attempt) {
  const auto out = out_.extract(sequence);
  EXPECT_TRUE(out && out.mapped() == attempt) << sequence << " was settled twice";
}

void ExactBroker::on(const protocol::Ack& ack) {
  for (const auto& [sequence, attempt] : ack.entries) finish(sequence, attempt);
  ok_later(ack.request);
}

void ExactBroker::on(const protocol::Nack& nack) {
  const auto sequence = nack.entry.sequence;
  finish(sequence, nack.entry.attempt);
  ++nacks;
  ok_later(nack.request);
  later([this, sequence] { hand_out(sequence); });
}

void ExactBroker::on(const protocol::Fetch& fetch) {
  first_time(fetch.request);
  later([this, request = fetch.request] {
    std::string record;
    protocol::append_record(record, {.topic = kStored, .sequence = 1, .publisher = "local"}, 0, 0, "page");
    link.needs(kStored, "chat.1");
    link.send(protocol::Page{.request = request,
                             .flags = protocol::Page::kLast | protocol::Page::kRecovered,
                             .through = {1, {stream_epoch(), 1}},
                             .count = 1,
                             .content = std::string_view(record)});
  });
}

void ExactBroker::on(const protocol::Query& query) {
  first_time(query.request);
  // Two pages.
  const bool last = !query.cursor.empty();
  later([this, request = query.request, last] {
    const auto row = protocol::encode_headers({{"n", last ? "2" : "1"}});
    const auto bytes = std::string({static_cast<char>(row.size()), '\0'}) + row;
    link.send(protocol::Page{.request = request,
                             .kind = protocol::PageKind::rows,
                             .flags = last ? protocol::Page::kLast : std::uint8_t{0},
                             .next = "more",
                             .count = 1,
                             .content = std::string_view(bytes)});
  });
}

void ExactBroker::on(const protocol::Manage& manage) {
  ++actions;
  ok_later(manage.request);
}

}  // namespace fanfare::session::test
