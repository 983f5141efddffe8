#include <fanfare/error.hpp>

namespace fanfare {
namespace {

std::string describe_with(ErrorCode code, std::string_view detail) {
  const auto& info = describe(code);
  std::string text(info.name);
  // A broker's text brings the advice along.
  if (detail.ends_with(info.advice)) return text.append(": ").append(detail);
  text.append(": ").append(info.advice);
  if (!detail.empty()) text.append(" (").append(detail).append(")");
  return text;
}

}  // namespace

Error::Error(ErrorCode code, std::string_view detail)
    : std::runtime_error(describe_with(code, detail)), code_(code), detail_(detail) {}

}  // namespace fanfare
