#include "protocol/topic.hpp"

#include <algorithm>

#include "protocol/utf8.hpp"

namespace fanfare::protocol {
namespace {

bool is_space_or_control(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

/// White space beyond ASCII (Unicode White_Space): it would make two topics look alike.
bool has_wide_space(std::string_view text) {
  for (const std::string_view space : {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                       "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.find(space) != std::string_view::npos) return true;
  }
  for (auto at = text.find("\xE2\x80"); at != std::string_view::npos; at = text.find("\xE2\x80", at + 2)) {
    if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) <= 0x8A) return true;  // U+2000 to U+200A
  }
  return false;
}

/// What topics and patterns share: size, tokens, characters. `token_ok(token, last)` judges each token.
template <class TokenOk>
bool is_tokens(std::string_view text, const Limits& limits, TokenOk token_ok) {
  if (text.empty() || text.size() > limits.topic_bytes || text.back() == '.') return false;
  if (std::ranges::any_of(text, is_space_or_control) || !is_utf8(text) || has_wide_space(text)) return false;
  std::size_t tokens = 0;
  for (auto rest = text; !rest.empty();) {
    const auto token = next_token(rest);
    if (token.empty() || ++tokens > limits.topic_tokens || !token_ok(token, rest.empty())) return false;
  }
  return true;
}

bool is_plain(std::string_view token) { return token.find_first_of("*>") == std::string_view::npos; }

bool starts_reserved(std::string_view text) { return text.starts_with('$'); }

}  // namespace

bool is_topic(std::string_view topic, const Limits& limits) {
  return is_tokens(topic, limits, [](std::string_view token, bool) { return is_plain(token); });
}

bool is_pattern(std::string_view pattern, const Limits& limits) {
  return is_tokens(pattern, limits, [](std::string_view token, bool last) {
    return token == "*" || (last && token == ">") || is_plain(token);
  });
}

bool has_wildcard(std::string_view pattern) { return !is_plain(pattern); }

bool matches(std::string_view pattern, std::string_view topic) {
  if (starts_reserved(topic) != starts_reserved(pattern)) return false;
  while (!pattern.empty() && !topic.empty()) {
    const auto want = next_token(pattern);
    const auto have = next_token(topic);
    if (want == ">") return true;
    if (want != "*" && want != have) return false;
  }
  return pattern.empty() && topic.empty();
}

bool overlap(std::string_view one, std::string_view other) {
  if (starts_reserved(one) != starts_reserved(other)) return false;
  while (!one.empty() && !other.empty()) {
    const auto a = next_token(one);
    const auto b = next_token(other);
    if (a == ">" || b == ">") return true;
    if (a != "*" && b != "*" && a != b) return false;
  }
  return one.empty() && other.empty();
}

bool covers(std::string_view wide, std::string_view narrow) {
  if (starts_reserved(wide) != starts_reserved(narrow)) return false;
  while (!wide.empty() && !narrow.empty()) {
    const auto a = next_token(wide);
    const auto b = next_token(narrow);
    if (a == ">") return true;
    if (b == ">") return false;
    if (a != "*" && a != b) return false;
  }
  return wide.empty() && narrow.empty();
}

bool is_name(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  return !name.empty() && name.size() <= 64 && name.front() != '-' && name.front() != '.' &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace fanfare::protocol
