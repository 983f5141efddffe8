#include "sdk/transport/fetched_page.hpp"

#include <utility>

#include "sdk/transport/message_fields.hpp"

namespace fanfare::transport {
namespace {

struct HeldPage {
  std::string records;
  std::vector<std::shared_ptr<const session::TopicName>> topics;
};

}  // namespace

Fetched make_fetched(session::PageFetched&& page) {
  Fetched fetched{.messages = {},
                  .stream = std::move(page.stream),
                  .through = page.through,
                  .last = page.last,
                  .recovered = page.recovered};
  const auto held = std::make_shared<HeldPage>(HeldPage{std::string(page.records), std::move(page.topics)});
  fetched.messages.reserve(held->topics.size());
  std::string_view rest = held->records;
  for (const auto& topic : held->topics) {
    const auto record = protocol::next_record(rest);
    if (!record) break;  // the session has read all of them before
    auto& message = fetched.messages.emplace_back();
    fill(message, *topic, page.through.epoch, *record);
    message.frame = held;
  }
  return fetched;
}

}  // namespace fanfare::transport
