#include "workers/common/method_table.hpp"

#include <exception>

#include "runtime/json/strict_json.hpp"
#include "runtime/text/idempotency_key.hpp"

namespace fanfare::workers::common {
namespace {

constexpr runtime::JsonBounds kBounds{.size = 64U << 10U, .depth = 8};

}  // namespace

void MethodTable::add(std::string topic, Needs needs, Method method) {
  methods_.insert_or_assign(std::move(topic), Entry{needs, std::move(method)});
}

void MethodTable::add_change(std::string topic, Once once, Method method) {
  methods_.insert_or_assign(std::move(topic), Entry{Needs::kPerson, std::move(method), std::move(once)});
}

Answer MethodTable::call(std::string_view topic, const Entry& entry, std::string_view actor, std::string_view payload,
                         Deadline deadline, std::string_view key) const {
  Uuid person;
  if (entry.needs == Needs::kPerson) {
    const auto id = Uuid::parse(actor);
    if (!id) return Refusal{RefusalCode::kTokenInvalid, "log in: this is asked for a person"};
    person = *id;
  }
  if (entry.needs == Needs::kWorker && !actor.empty()) {
    return Refusal{RefusalCode::kPermissionDenied, "this is only for Fanfare's own processes"};
  }
  if (payload.size() > kBounds.size) return Refusal{RefusalCode::kTooLarge, "send less: 64 KiB are taken at once"};
  const auto object = runtime::parse_strict_json(payload, kBounds);
  if (!object || !object->is_object()) {
    return Refusal{RefusalCode::kBadRequest, "send one JSON object, each member once"};
  }
  Fields fields(*object);
  Call call{person, fields, deadline};
  if (!entry.once || key.empty()) return entry.method(call);
  if (!runtime::is_idempotency_key(key)) {
    return Refusal{RefusalCode::kInvalid, "an Idempotency-Key has 1 to 255 visible ASCII characters"};
  }
  return entry.once({person, key, topic, payload}, [&] { return entry.method(call); });
}

std::string MethodTable::answer(std::string_view topic, std::string_view actor, std::string_view payload,
                                Deadline deadline, std::string_view key) const {
  const auto entry = methods_.find(topic);
  if (entry == methods_.end()) return to_reply({RefusalCode::kNotFound, "there is no such method"});
  try {
    const Answer answer = call(topic, entry->second, actor, payload, deadline, key);
    if (answer.has_value()) return R"({"ok":)" + *answer + '}';
    return to_reply(answer.error());
  } catch (const std::exception& defect) {
    on_defect_(topic, defect.what());
    return to_reply({RefusalCode::kInternal, "this is a defect of the server; its log has it"});
  }
}

}  // namespace fanfare::workers::common
