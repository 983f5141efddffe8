#include "journal_machine.hpp"

#include <algorithm>
#include <utility>

#include "protocol/content.hpp"
#include "protocol/record.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::chrono::seconds kDeadline{20};
constexpr std::int64_t kBegin = 1'700'000'000'000'000;
constexpr std::uint64_t kSegment = 12'288;

const char* const kTopics[] = {"t.a", "t.b", "t.c.d", "t.c.e", "t.f", "u.a", "u.b.c"};
const char* const kPatterns[] = {">", "t.>", "t.*", "t.c.*", "u.>", "*.a", "v.>"};

std::string sequences(std::string_view records) {
  std::string text;
  while (const auto record = protocol::next_record(records)) text += " " + std::to_string(record->sequence);
  return text;
}

std::string text(const core::ReaderSpec& spec) {
  auto text = spec.time ? "time " + std::to_string(*spec.time) : "after " + spec.after.to_string();
  for (const auto& pattern : spec.patterns) text += " " + pattern;
  return text;
}

}  // namespace

JournalMachine::JournalMachine(std::uint64_t seed)
    : files(seed), random_(seed), journal_random_(seed + 1), now_(kBegin) {
  files.make_folder("data").value();  // whoever installed Fanfare made it
  files.sync_folder("").value();
  options.folder = "data/journal";
  options.streams = {
      {.number = kFsync, .name = "chat"},
      {.number = kFlush,
       .name = "feed",
       .durability = Durability::flush,
       .sync_interval = std::chrono::milliseconds(2)},
      {.number = kSmall, .name = "brief", .max_age = std::chrono::milliseconds(400), .max_size = 4 * kSegment}};
  options.wake = [this] {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    woken_.notify_one();
  };
  options.random = [this] {
    Uuid id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(journal_random_());
    return id;
  };
  options.clock = [this] { return now_.load(); };
  options.segment_bytes = kSegment;
  options.ids_window = std::chrono::milliseconds(300);
  options.retention_interval = std::chrono::milliseconds(3);
  options.retry_interval = std::chrono::milliseconds(3);
  options.lock = false;
}

JournalMachine::~JournalMachine() {
  files.stop();
  journal_.reset();  // its threads wake this one
}

std::size_t JournalMachine::pick(std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
}

void JournalMachine::differ(std::string what) { differences_.push_back(std::move(what)); }

void JournalMachine::differ(protocol::StreamNumber stream, const StreamModel::Differences& what) {
  for (const auto& one : what) differ("stream " + std::to_string(stream) + ": " + one);
}

bool JournalMachine::open() {
  options.boot_id = "boot " + std::to_string(boots_);
  pass_time(std::chrono::milliseconds(10));  // an epoch that was never written down is older than the next
  auto opened = FileJournal::open(options, files);
  if (!opened) {
    refusal_ = opened.error().message;
    return false;
  }
  refusal_.clear();
  journal_ = std::move(*opened);
  is_comparing_ = true;
  for (const auto& stream : options.streams) compare(stream.number);
  is_comparing_ = false;
  for (const auto& trimmed : std::exchange(trimmed_, {})) apply(trimmed);
  if (pick(2) == 0) let_go();
  was_power_lost_ = was_power_lost_ && files.stopped();
  return true;
}

/// What the journal holds after it was opened, read by its own readers.
void JournalMachine::compare(protocol::StreamNumber number) {
  auto& stream = streams_[number];
  stream.model.is_trimmed = number == kSmall;
  const auto kept = journal_->kept(number);
  if (number == kSmall && kept.first > hold_) differ("what was held from " + std::to_string(hold_) + " on is gone");
  std::vector<std::pair<std::uint64_t, std::string>> found;
  core::ReadRequest request{.reader = ++last_reader_, .until = kept.head.sequence};
  journal_->open_reader(request.reader, {.stream = number, .patterns = {">"}});
  for (std::uint64_t through = kept.first - 1; through < kept.head.sequence;) {
    const auto answer = next_answer(request.reader, request);
    if (!answer || files.stopped()) break;
    if (answer->missing && answer->missing->reason == protocol::GapReason::damaged) differ("met damage");
    through = std::max(through, answer->through.sequence);
    if (answer->missing && stream.model.is_trimmed) found.clear();  // removed while they were read
    for (auto rest = answer->records ? std::string_view(*answer->records) : std::string_view(); !rest.empty();) {
      const auto all = rest;
      const auto record = protocol::next_record(rest);
      if (!record) {
        differ("a record can't be read");
        break;
      }
      found.emplace_back(record->sequence, all.substr(0, all.size() - rest.size()));
    }
  }
  journal_->close_reader(request.reader);
  if (files.stopped()) return;

  const bool is_flush = number == kFlush;
  auto first = kept.first;
  for (const auto& trimmed : trimmed_) {
    if (trimmed.stream == number) first = trimmed.first;
  }
  differ(number, stream.model.reopened(kept, found, first, is_flush && was_power_lost_));
  differ(number, stream.model.check_lists(kept, options.ids_window.count()));
  stream.names.clear();
  stream.numbers.clear();
  for (const auto& topic : kept.topics) {
    stream.names[topic.number] = topic.name;
    stream.numbers[topic.name] = topic.number;
  }
  stream.last_topic = kept.last_topic;
  stream.last_timestamp = kept.last_timestamp;
}

void JournalMachine::close() {
  if (journal_ != nullptr) {
    settle();
    journal_->close();
    take();
  }
  files.stop();  // closed or not, the process is gone
  end(false);
}

void JournalMachine::kill() { end(false); }

void JournalMachine::lose_power() { end(true); }

void JournalMachine::end(bool is_power_lost) {
  files.stop();
  if (journal_ != nullptr) take();
  journal_.reset();
  answers_.clear();
  if (!is_power_lost) return files.restart();
  files.lose_power();
  ++boots_;
  was_power_lost_ = true;
}

std::string JournalMachine::make_batch(protocol::StreamNumber number, Stream& stream, std::uint32_t count) {
  std::string records;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string topic = kTopics[pick(std::size(kTopics))];
    auto& topic_number = stream.numbers[topic];
    if (topic_number == 0) {
      topic_number = ++stream.last_topic;
      stream.names[topic_number] = topic;
      journal_->define(number, topic_number, topic);
    }
    stream.last_timestamp = std::max(stream.last_timestamp, now_.load());
    const bool has_id = pick(3) > 0;
    protocol::Content content;
    if (has_id) {
      content.id = Uuid{};
      protocol::store(reinterpret_cast<char*>(content.id->bytes.data()), ++last_id_);
    }
    const auto size = pick(8) == 0 ? pick(5'000) : pick(200);
    const std::string payload(size, static_cast<char>('a' + pick(26)));
    content.payload = payload;
    std::string bytes;
    protocol::append_content(bytes, content);
    const auto flags = has_id ? protocol::message_flags::kId : std::uint8_t{0};
    const protocol::RecordHeader record{.topic = topic_number,
                                        .timestamp = stream.last_timestamp,
                                        .flags = static_cast<std::uint8_t>(flags),
                                        .publisher = "local"};
    protocol::append_record(records, record, 0, 0, bytes);
  }
  return records;
}

void JournalMachine::append(protocol::StreamNumber number) {
  auto& stream = streams_.at(number);
  const auto count = static_cast<std::uint32_t>(1 + pick(4));
  auto records = std::make_shared<std::string>(make_batch(number, stream, count));
  stream.model.append(StreamModel::split(*records, stream.names));
  journal_->append({.stream = number, .records = std::move(records), .count = count});
}

void JournalMachine::apply(core::JournalEvent event) {
  if (const auto* commit = std::get_if<core::Commit>(&event)) {
    differ(commit->stream, streams_.at(commit->stream).model.answer(*commit));
  } else if (const auto* trimmed = std::get_if<core::Trimmed>(&event)) {
    if (is_comparing_) return trimmed_.push_back(*trimmed);
    auto& stream = streams_.at(trimmed->stream);
    if (trimmed->first > hold_) differ("what was held from " + std::to_string(hold_) + " on was removed");
    differ(trimmed->stream, stream.model.trim(*trimmed));
    for (const auto number : trimmed->forgotten) {
      stream.numbers.erase(stream.names[number]);
      stream.names.erase(number);
    }
  } else if (auto* answer = std::get_if<core::ReadDone>(&event)) {
    answers_[answer->reader] = std::move(*answer);
  } else if (const auto* found = std::get_if<core::IdLookedUp>(&event)) {
    looked_up_ = *found;
  }
}

void JournalMachine::take() {
  if (journal_ == nullptr) return;
  for (auto& event : journal_->take_events()) apply(std::move(event));
}

bool JournalMachine::wait_for(const std::function<bool()>& is_done) {
  const auto deadline = std::chrono::steady_clock::now() + test::patient(kDeadline);
  while (true) {
    take();
    if (is_done()) return true;
    if (files.stopped()) return false;
    std::unique_lock lock(mutex_);
    // Not for ever on the wake alone: the machine may stop instead.
    woken_.wait_for(lock, std::chrono::milliseconds(2), [&] { return is_woken_; });
    is_woken_ = false;
    if (std::chrono::steady_clock::now() > deadline) {
      differ("no answer came");
      return false;
    }
  }
}

bool JournalMachine::settle() {
  return wait_for(
      [&] { return std::ranges::all_of(streams_, [](const auto& one) { return one.second.model.waiting.empty(); }); });
}

std::optional<core::ReadDone> JournalMachine::next_answer(core::ReaderId reader, const core::ReadRequest& request) {
  journal_->read(request);
  if (!wait_for([&] { return answers_.contains(reader); })) return std::nullopt;
  return answers_.extract(reader).mapped();
}

core::ReaderSpec JournalMachine::some_spec(protocol::StreamNumber number) {
  const auto& model = streams_.at(number).model;
  core::ReaderSpec spec{.stream = number};
  if (pick(2) == 0) {
    for (auto count = 1 + pick(3); count > 0; --count) spec.patterns.emplace_back(kTopics[pick(std::size(kTopics))]);
  } else {
    for (auto count = 1 + pick(2); count > 0; --count) {
      spec.patterns.emplace_back(kPatterns[pick(std::size(kPatterns))]);
    }
  }
  const auto sequence = pick(model.head + 3);
  const auto known = model.held.find(sequence);
  switch (pick(4)) {
    case 0:
      break;  // the oldest held
    case 1:
      spec.time = now_ - static_cast<std::int64_t>(pick(1'000'000));
      break;
    default:
      spec.after = {model.epoch, model.head + pick(3)};
      if (known != model.held.end()) spec.after = {known->second.epoch, sequence};
      break;
  }
  return spec;
}

void JournalMachine::read(protocol::StreamNumber number) { read(number, some_spec(number)); }

void JournalMachine::read(protocol::StreamNumber number, core::ReaderSpec spec) {
  constexpr int kMostAnswers = 1'000;
  const auto& stream = streams_.at(number);
  const auto until = stream.model.head;
  const auto limited = static_cast<std::uint32_t>(pick(4) == 0 ? 1 + pick(5) : 0);
  core::ReadRequest request{.reader = ++last_reader_,
                            .until = until,
                            .max_count = limited,
                            .max_bytes = pick(3) == 0 ? 1 + pick(4'000) : 256 * 1'024};
  Reading reading{.after = stream.model.begin(spec)};
  const bool is_of_this_epoch = !spec.time && spec.after.epoch == stream.model.epoch;
  const bool is_lost = reading.after < until && is_of_this_epoch && spec.after.sequence < reading.after &&
                       !stream.model.expected(spec, spec.after.sequence, reading.after).empty();
  journal_->open_reader(request.reader, spec);
  bool is_told = false;
  for (int i = 0; reading.after < until; ++i) {
    const auto answer = next_answer(request.reader, request);
    if (!answer) return;
    is_told = is_told || answer->missing;
    check_answer(stream, spec, *answer, reading);
    if (i > kMostAnswers) {
      return differ("stream " + std::to_string(number) + ", " + text(spec) + ": does not come on from " +
                    answer->through.to_string() + " to " + std::to_string(until));
    }
  }
  journal_->close_reader(request.reader);
  if (is_lost && !is_told) {
    differ("stream " + std::to_string(number) + ", " + text(spec) + ": nobody told of those missing before " +
           std::to_string(stream.model.first));
  }
}

void JournalMachine::check_answer(const Stream& stream, const core::ReaderSpec& spec, const core::ReadDone& answer,
                                  Reading& reading) {
  if (files.stopped()) return;
  const auto& model = stream.model;
  const auto to = answer.through.sequence;
  if (answer.missing) {
    if (answer.missing->reason == protocol::GapReason::damaged) {
      differ("stream " + std::to_string(spec.stream) + ", " + text(spec) + ": met damage from " +
             std::to_string(answer.missing->from) + " to " + std::to_string(answer.missing->to) + " of " +
             std::to_string(model.first) + ".." + std::to_string(model.head));
    }
    if (answer.missing->to >= model.first && !model.is_trimmed) differ("told of more that is missing than was removed");
    reading.told = std::max(reading.told, answer.missing->to);
  }
  const std::string got = answer.records ? *answer.records : std::string();
  if (model.is_trimmed && (spec.time || spec.after == Position())) {  // what was the oldest may be gone
    const auto first = got.empty() ? to + 1 : protocol::load<std::uint64_t>(got.data() + protocol::kRecordSequenceAt);
    reading.told = std::max(reading.told, first - 1);
  }
  // What may be missing may be there as well.
  auto rest = std::string_view(got);
  while (!rest.empty() && protocol::load<std::uint64_t>(rest.data() + protocol::kRecordSequenceAt) <= reading.told) {
    const auto sequence = protocol::load<std::uint64_t>(rest.data() + protocol::kRecordSequenceAt);
    const auto size = protocol::load<std::uint32_t>(rest.data());
    if (sequence <= reading.after || rest.substr(0, size) != model.expected(spec, sequence - 1, sequence)) break;
    reading.after = sequence;
    rest.remove_prefix(size);
  }
  const auto expected = model.expected(spec, std::max(reading.after, reading.told), to);
  if (rest != expected) {
    differ("stream " + std::to_string(spec.stream) + ", " + text(spec) + ": from " + std::to_string(reading.after) +
           " to " + std::to_string(to) + " gave " + sequences(got) + " instead of " + sequences(expected) +
           ", told of what is missing to " + std::to_string(reading.told));
  }
  if (!got.empty()) {
    const auto first = model.held.find(protocol::load<std::uint64_t>(got.data() + protocol::kRecordSequenceAt));
    if (first == model.held.end() || first->second.epoch != answer.epoch) differ("records of another epoch");
  }
  reading.after = std::max(reading.after, to);
}

void JournalMachine::let_go() {
  hold_ += pick(model(kSmall).head + 2 - hold_);
  journal_->hold(kSmall, hold_);
}

void JournalMachine::look_up(protocol::StreamNumber number) {
  using Outcome = core::IdLookedUp::Outcome;
  const auto& model = streams_.at(number).model;
  core::IdLookup lookup{.number = 1, .stream = number, .after = pick(model.head + 1)};
  protocol::store(reinterpret_cast<char*>(lookup.id.bytes.data()), static_cast<std::uint64_t>(1 + pick(last_id_ + 2)));
  looked_up_.reset();
  const auto head = model.head;  // what is committed meanwhile may be found
  journal_->look_up(lookup);
  if (!wait_for([&] { return looked_up_.has_value(); }) || files.stopped()) return;
  if (looked_up_->outcome == Outcome::found) {
    const auto found = model.held.find(looked_up_->sequence);
    const bool is_committed = looked_up_->sequence <= head;
    if (is_committed && (found == model.held.end() || found->second.id != lookup.id))
      differ("an id is found elsewhere");
    if (looked_up_->sequence <= lookup.after) differ("an id is found before where it was looked for");
    return;
  }
  const bool is_held = lookup.after + 1 >= model.first && !model.is_trimmed;
  if (looked_up_->outcome == Outcome::unknown && is_held) differ("an id is unknown");
  if (looked_up_->outcome == Outcome::unknown) return;
  for (auto at = model.held.upper_bound(lookup.after); at != model.held.end() && at->first <= head; ++at) {
    if (at->second.id == lookup.id && at->second.epoch == model.epoch) differ("an id is not found");
  }
}

}  // namespace fanfare::broker::journal
