#include <charconv>
#include <fanfare/position.hpp>

namespace fanfare {

std::string Position::to_string() const { return epoch.to_string() + '-' + std::to_string(sequence); }

std::optional<Position> Position::parse(std::string_view text) {
  constexpr std::size_t kEpochSize = 36;
  if (text.size() < kEpochSize + 2 || text[kEpochSize] != '-') return std::nullopt;
  const auto epoch = Uuid::parse(text.substr(0, kEpochSize));
  if (!epoch) return std::nullopt;

  Position position{.epoch = *epoch};
  const auto digits = text.substr(kEpochSize + 1);
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, position.sequence);
  if (error != std::errc{} || stop != end || position.sequence > kMaxSequence) return std::nullopt;
  return position;
}

}  // namespace fanfare
