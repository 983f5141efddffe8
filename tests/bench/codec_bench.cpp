// The encoding of what goes by per message: PUBLISH and the record, written and read.

#include <benchmark/benchmark.h>

#include <string>

#include "protocol/frame.hpp"
#include "protocol/record.hpp"

namespace fanfare::bench {
namespace {

constexpr std::size_t kMessages = 100;

std::string payload_of(benchmark::State& state) { return std::string(static_cast<std::size_t>(state.range(0)), 'x'); }

void per_message(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMessages));
}

void append_publish(benchmark::State& state) {
  const auto content = payload_of(state);
  std::string frame;
  for (auto each : state) {
    (void)each;
    frame.assign(protocol::kFrameHeader);
    for (std::size_t i = 0; i < kMessages; ++i) {
      protocol::append_command(frame,
                               protocol::Publish{.request = i, .topic = 1, .content = std::string_view(content)});
    }
    benchmark::DoNotOptimize(frame.data());
  }
  per_message(state);
}

void decode_publish(benchmark::State& state) {
  const auto content = payload_of(state);
  std::string frame(protocol::kFrameHeader);
  for (std::size_t i = 0; i < kMessages; ++i) {
    protocol::append_command(frame, protocol::Publish{.request = i, .topic = 1, .content = std::string_view(content)});
  }
  for (auto each : state) {
    (void)each;
    protocol::FrameReader reader(frame);
    while (const auto raw = reader.next()) benchmark::DoNotOptimize(protocol::decode<protocol::Publish>(raw->body));
  }
  per_message(state);
}

void append_record(benchmark::State& state) {
  const auto content = payload_of(state);
  const protocol::RecordHeader header{.topic = 1, .timestamp = 1'700'000'000'000'000, .publisher = "local"};
  std::string records;
  for (auto each : state) {
    (void)each;
    records.clear();
    for (std::size_t i = 0; i < kMessages; ++i) protocol::append_record(records, header, 0, 0, content);
    benchmark::DoNotOptimize(records.data());
  }
  per_message(state);
}

void walk_deliver(benchmark::State& state) {
  const auto content = payload_of(state);
  const protocol::RecordHeader header{.topic = 1, .timestamp = 1'700'000'000'000'000, .publisher = "local"};
  std::string records;
  for (std::size_t i = 0; i < kMessages; ++i) protocol::append_record(records, header, 0, 0, content);
  const auto frame = protocol::make_frame(protocol::Deliver{.count = kMessages, .records = std::string_view(records)});
  for (auto each : state) {
    (void)each;
    protocol::FrameReader reader(frame);
    const auto raw = reader.next();
    const auto deliver = protocol::decode<protocol::Deliver>(raw->body);
    std::string_view rest = deliver->records;
    while (const auto record = protocol::next_record(rest)) benchmark::DoNotOptimize(record->content.payload.data());
  }
  per_message(state);
}

BENCHMARK(append_publish)->ArgName("payload")->Arg(128)->Arg(1'024);
BENCHMARK(decode_publish)->ArgName("payload")->Arg(128);
BENCHMARK(append_record)->ArgName("payload")->Arg(128)->Arg(1'024);
BENCHMARK(walk_deliver)->ArgName("payload")->Arg(128);

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
