#pragma once
// One frame of every command, with every field set: what protocol/golden/frames.txt holds. Pure data.

#include <string>
#include <utility>
#include <vector>

#include "protocol/frame.hpp"
#include "protocol/header_map.hpp"
#include "protocol/record.hpp"

namespace fanfare::protocol {

struct SampleFrame {
  std::string name;
  std::string bytes;
};

inline std::vector<SampleFrame> sample_frames() {
  const Uuid epoch = *Uuid::parse("018bcfe5-6800-7000-8000-000000000001");
  const Uuid id = *Uuid::parse("018bcfe5-6800-7000-8000-000000000002");
  const Uuid session = *Uuid::parse("018bcfe5-6800-7000-8000-000000000003");
  const Uuid secret = *Uuid::parse("5ec2e700-0000-4000-8000-000000000004");
  const Uuid run = *Uuid::parse("018bcfe5-6800-7000-8000-000000000005");
  const StreamPosition position{1, {epoch, 42}};
  const auto headers = encode_headers({{"content-type", "text/plain"}});
  const auto headers_size = static_cast<std::uint16_t>(headers.size());

  std::string content;
  append_content(content, {.id = id, .actor = "ann", .headers = headers, .payload = "hi"});
  std::string record;
  append_record(record,
                {.topic = 7,
                 .sequence = 42,
                 .timestamp = 1'700'000'000'000'000,
                 .flags = message_flags::kId,
                 .publisher = "local"},
                3, headers_size, content);
  std::string row;
  Writer row_writer(row);
  row_writer(LongText(std::string_view(headers)));

  Hello resume{.version_min = 1,
               .version_max = 1,
               .flags = Hello::kResume,
               .limit = 1'048'576,
               .name = "demo",
               .software = "me/1"};
  resume.session = session;
  resume.secret = secret;
  resume.received = 3;
  resume.sent = 4;

  const Welcome welcome{
      .version = 1,
      .flags = Welcome::kResumed,
      .session = session,
      .secret = secret,
      .run = run,
      .received = 4,
      .limit = 1'048'576,
      .lease_ms = 10'000,
      .heartbeat_ms = 3'000,
      .clock = 1'700'000'000'000'000,
      .publisher = "local",
      .streams = {{.number = 1, .name = "chat", .head = {epoch, 42}, .topics = {"chat.>", "user.>"}}}};

  return {
      {"hello",
       make_frame(Hello{.version_min = 1, .version_max = 1, .limit = 1'048'576, .name = "demo", .software = "me/1"})},
      {"hello_resume", make_frame(resume)},
      {"welcome", make_frame(welcome)},
      {"ok", make_frame(Ok{.request = 1, .flags = Ok::kRecovered, .positions = {position}})},
      {"error", make_frame(Error{.request = 2,
                                 .command = CommandType::publish,
                                 .code = ErrorCode::bad_topic,
                                 .flags = 0,
                                 .retry_after_ms = 250,
                                 .text = "a..b"})},
      {"ping", make_frame(Ping{.token = 5})},
      {"pong", make_frame(Pong{.token = 5})},
      {"bye", make_frame(Bye{})},
      {"drain", make_frame(Drain{.deadline_ms = 5'000})},
      {"credit", make_frame(Credit{.received = 6, .limit = 2'097'152})},
      {"topic", make_frame(Topic{.number = 7, .stream = 1, .name = "chat.7f3a"})},
      {"forget", make_frame(Forget{.stream = 0, .numbers = {kEphemeralTopic | 1U, kEphemeralTopic | 2U}})},
      {"publish", make_frame(Publish{.request = 8,
                                     .topic = 7,
                                     .flags = message_flags::kId,
                                     .actor_size = 3,
                                     .headers_size = headers_size,
                                     .content = std::string_view(content)})},
      {"publish_resent", make_frame(Publish{.request = 8,
                                            .topic = 7,
                                            .flags = message_flags::kId | message_flags::kResent,
                                            .actor_size = 3,
                                            .headers_size = headers_size,
                                            .last = position,
                                            .content = std::string_view(content)})},
      {"puback",
       make_frame(Puback{
           .ranges =
               {{.first = 8, .count = 2, .flags = AckRange::kRepeated, .stream = 1, .epoch = epoch, .sequence = 41}}})},
      {"subscribe", make_frame(Subscribe{.request = 9,
                                         .handle = 1,
                                         .from = From::after,
                                         .overflow = Overflow::spill,
                                         .position = {epoch, 42},
                                         .time = 1'700'000'000'000'000,
                                         .pattern = "chat.>"})},
      {"unsubscribe", make_frame(Unsubscribe{.request = 10, .handle = 1})},
      {"deliver", make_frame(Deliver{.stream = 1,
                                     .kind = DeliveryKind::live,
                                     .epoch = epoch,
                                     .through = 42,
                                     .count = 1,
                                     .records = std::string_view(record)})},
      {"deliver_group", make_frame(Deliver{.stream = 1,
                                           .kind = DeliveryKind::group,
                                           .handle = 2,
                                           .epoch = epoch,
                                           .through = 42,
                                           .count = 1,
                                           .attempts = {1},
                                           .records = std::string_view(record)})},
      {"caught_up", make_frame(CaughtUp{.handle = 1, .at = position})},
      {"position", make_frame(PositionUpdate{.through = position})},
      {"gap", make_frame(Gap{.handle = 1,
                             .stream = 1,
                             .epoch = epoch,
                             .from = 40,
                             .to = 42,
                             .reason = GapReason::overflow,
                             .dropped = 3,
                             .pattern = "chat.>"})},
      {"fetch", make_frame(Fetch{.request = 11,
                                 .from = From::after,
                                 .position = {epoch, 42},
                                 .time = 1,
                                 .max_count = 100,
                                 .max_bytes = 65'536,
                                 .pattern = "chat.7f3a"})},
      {"page_records", make_frame(Page{.request = 11,
                                       .kind = PageKind::records,
                                       .flags = Page::kLast,
                                       .through = position,
                                       .count = 1,
                                       .content = std::string_view(record)})},
      {"page_rows",
       make_frame(
           Page{.request = 12, .kind = PageKind::rows, .next = "1", .count = 1, .content = std::string_view(row)})},
      {"query", make_frame(Query{.request = 12, .kind = QueryKind::streams, .limit = 1, .cursor = "1"})},
      {"serve", make_frame(Serve{.request = 13, .handle = 3, .max_in_flight = 8, .pattern = "accounts.>"})},
      {"request", make_frame(Request{.request = 14,
                                     .timeout_ms = 2'000,
                                     .flags = message_flags::kId | message_flags::kRetrySafe,
                                     .actor_size = 3,
                                     .headers_size = headers_size,
                                     .topic = "accounts.whoami",
                                     .content = std::string_view(content)})},
      {"service_request", make_frame(ServiceRequest{.exchange = 15,
                                                    .handle = 3,
                                                    .remaining_ms = 1'990,
                                                    .attempt = 1,
                                                    .flags = message_flags::kId,
                                                    .actor_size = 3,
                                                    .headers_size = headers_size,
                                                    .topic = "accounts.whoami",
                                                    .publisher = "local",
                                                    .content = std::string_view(content)})},
      {"reply",
       make_frame(Reply{
           .number = 15, .flags = Reply::kMore, .headers_size = headers_size, .content = std::string_view(headers)})},
      {"cancel", make_frame(Cancel{.number = 14})},
      {"passed", make_frame(Passed{.exchange = 15, .bytes = 300'000})},
      {"join", make_frame(Join{.request = 16,
                               .handle = 2,
                               .order = GroupOrder::key,
                               .from = From::all,
                               .max_in_flight = 256,
                               .ack_wait_ms = 30'000,
                               .max_deliver = 5,
                               .max_pending = 1'000'000,
                               .back_off_ms = {1'000, 5'000},
                               .group = "billing",
                               .pattern = "orders.>"})},
      {"leave", make_frame(Leave{.request = 17, .handle = 2, .flags = Leave::kWhenDone})},
      {"ack", make_frame(Ack{.request = 18,
                             .handle = 2,
                             .flags = Ack::kCumulative,
                             .epoch = epoch,
                             .entries = {{.sequence = 42, .attempt = 1}}})},
      {"nack", make_frame(Nack{.request = 19,
                               .handle = 2,
                               .kind = NackKind::defer,
                               .delay_ms = 500,
                               .epoch = epoch,
                               .entry = {.sequence = 42, .attempt = 1},
                               .reason = "later"})},
      {"progress", make_frame(Progress{.handle = 2, .epoch = epoch, .entry = {.sequence = 42, .attempt = 1}})},
      {"role", make_frame(Role{.handle = 2, .role = RoleKind::active, .term = 3})},
      {"revoke", make_frame(Revoke{.handle = 2, .epoch = epoch, .entries = {{.sequence = 42, .attempt = 1}}})},
      {"manage", make_frame(Manage{.request = 21,
                                   .action = ManageAction::retry_dead,
                                   .from = From::all,
                                   .group = "billing",
                                   .sequences = {7, 9}})},
      {"presence",
       make_frame(PresenceCommand{.request = 20, .action = PresenceAction::hold, .keys = {"user.42", "user.43"}})},
      {"presence_update", make_frame(PresenceUpdate{.kind = PresenceKind::snapshot,
                                                    .flags = PresenceUpdate::kLast,
                                                    .run = run,
                                                    .version = 9,
                                                    .entries = {{.state = PresenceState::online, .key = "user.42"}}})},
  };
}

}  // namespace fanfare::protocol
