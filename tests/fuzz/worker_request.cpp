// A request to a worker whose method reads a field of each kind: whatever comes in, the reply is one JSON object with
// exactly `ok` or `error`.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "workers/common/method_table.hpp"

namespace {

namespace common = fanfare::workers::common;

common::Answer read_all(common::Call& call) {
  common::Fields& fields = call.fields;
  const std::string text = fields.text("text", {1, 10, false});
  (void)fields.choice("kind", {"direct", "room"});
  (void)fields.optional_text("title", {1, 100});
  (void)fields.count("limit", {1, 50}, 20);
  (void)fields.optional_id("conversation");
  (void)fields.ids("members", {0, 3});
  if (auto refusal = fields.refusal()) return *refusal;
  return nlohmann::json{{"text", text}}.dump();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  common::MethodTable table([](std::string_view, std::string_view) { std::abort(); });
  table.add("t.all", common::MethodTable::Needs::kNobody, read_all);
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto reply = nlohmann::json::parse(table.answer("t.all", "", payload));
  if (reply.size() != 1 || reply.contains("ok") == reply.contains("error")) std::abort();
  return 0;
}
