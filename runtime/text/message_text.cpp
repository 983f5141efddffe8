#include "runtime/text/message_text.hpp"

#include <algorithm>

#include "protocol/utf8.hpp"
#include "runtime/text/characters.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::size_t kMostCharacters = 4'000;
constexpr std::size_t kLongestClientId = 64;

}  // namespace

std::string_view problem_of_message_text(std::string_view text) {
  if (text.size() > kMostMessageBytes) return "is above 16 KiB";
  if (!protocol::is_utf8(text)) return "is not UTF-8";
  if (text.find_first_not_of(" \n\t") == std::string_view::npos) return "is empty";
  if (count_characters(text) > kMostCharacters) return "is longer than 4,000 characters";
  if (has_control_character(text, "\n\t")) return "has control characters";
  return {};
}

bool is_client_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kLongestClientId && std::ranges::all_of(text, is_allowed);
}

}  // namespace fanfare::runtime
