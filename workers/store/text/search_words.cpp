// A word is first found in the text as it was typed and then folded by itself, so that its place is known and the same
// word is folded the same way in a message and in a query. Folding is NFKC with case folding (which also drops what
// can't be seen: joiners, soft hyphens, marks of direction), then NFKD, then away with the accents. Marks that are
// vowels, as in Indic scripts, are no accents and stay.

#include "workers/store/text/search_words.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace fanfare::workers::store {
namespace {

constexpr std::size_t kLongestWord = 128;
constexpr UChar32 kNone = -1;

struct CodePoint {
  UChar32 value = kNone;  ///< none: no UTF-8
  std::size_t size = 1;   ///< in bytes
};

/// ICU's own tables are missing or broken: nothing of this file could work.
void check_icu(UErrorCode status) {
  if (U_FAILURE(status) != 0) throw std::runtime_error(std::string("ICU: ") + ::u_errorName(status));
}

CodePoint code_point_at(std::string_view text, std::size_t index) {
  const auto first = static_cast<unsigned char>(text[index]);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || index + size > text.size()) return {};
  UChar32 value = first & (0xFF >> (size + 1));
  for (std::size_t next = index + 1; next < index + size; ++next) {
    const auto byte = static_cast<unsigned char>(text[next]);
    if ((byte & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3F);
  }
  return {value, size};
}

bool is_ascii_alphanumeric(UChar32 point) {
  return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9');
}

bool is_of(UChar32 point, std::uint32_t categories) { return (U_GET_GC_MASK(point) & categories) != 0; }

bool begins_word(UChar32 point) {
  if (point < 0x80) return is_ascii_alphanumeric(point);
  return is_of(point, U_GC_L_MASK | U_GC_N_MASK);
}

/// Also what can't be seen, behind the first.
bool continues_word(UChar32 point) {
  if (point < 0x80) return is_ascii_alphanumeric(point);
  return is_of(point, U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK) ||
         ::u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

bool is_a_word_alone(UChar32 point) {
  if (point < 0x1100) return false;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = ::uscript_getScript(point, &status);
  check_icu(status);
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

bool is_accent(UChar32 point) {
  return is_of(point, U_GC_ME_MASK) ||
         (is_of(point, U_GC_MN_MASK) && ::u_hasBinaryProperty(point, UCHAR_DIACRITIC) != 0);
}

icu::UnicodeString normalised(const icu::Normalizer2* form, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result = form->normalize(text, status);
  check_icu(status);
  return result;
}

struct Forms {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::Normalizer2* parting = icu::Normalizer2::getNFKDInstance(status);
};

/// Compatibility forms may bring characters that are in no word (½ is 1⁄2): they go, too.
std::string fold_any(std::string_view word) {
  static const Forms forms;
  check_icu(forms.status);
  const auto size = static_cast<std::int32_t>(word.size());
  const icu::UnicodeString typed = icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), size));
  const icu::UnicodeString parted = normalised(forms.parting, normalised(forms.folding, typed));
  icu::UnicodeString kept;
  for (std::int32_t index = 0; index < parted.length(); index = parted.moveIndex32(index, 1)) {
    const UChar32 point = parted.char32At(index);
    if (continues_word(point) && !is_accent(point)) kept.append(point);
  }
  std::string folded;
  return kept.toUTF8String(folded);
}

std::string fold_ascii(std::string_view word) {
  std::string folded(word);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return folded;
}

void cut(std::string& word) {
  if (word.size() <= kLongestWord) return;
  std::size_t size = kLongestWord;
  while ((static_cast<unsigned char>(word[size]) & 0xC0U) == 0x80U) --size;
  word.resize(size);
}

/// The end of what begins at `begin` with `first`.
std::size_t end_of_word(std::string_view text, std::size_t begin, CodePoint first) {
  const bool is_alone = is_a_word_alone(first.value);
  std::size_t end = begin + first.size;
  while (end < text.size()) {
    const CodePoint next = code_point_at(text, end);
    if (next.value == kNone || !continues_word(next.value) || is_a_word_alone(next.value)) break;
    if (is_alone && begins_word(next.value)) break;
    end += next.size;
  }
  return end;
}

}  // namespace

std::vector<SearchWord> search_words(std::string_view text) {
  std::vector<SearchWord> words;
  for (std::size_t index = 0; index < text.size();) {
    const CodePoint first = code_point_at(text, index);
    if (first.value == kNone || !begins_word(first.value)) {
      index += first.size;
      continue;
    }
    const std::size_t end = end_of_word(text, index, first);
    const std::string_view word = text.substr(index, end - index);
    const bool is_ascii = std::ranges::all_of(word, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
    std::string folded = is_ascii ? fold_ascii(word) : fold_any(word);
    cut(folded);
    if (!folded.empty()) words.push_back({std::move(folded), index, end});
    index = end;
  }
  return words;
}

std::string joined_search_words(std::string_view text) {
  std::string joined;
  for (const SearchWord& word : search_words(text)) {
    if (!joined.empty()) joined += ' ';
    joined += word.folded;
  }
  return joined;
}

}  // namespace fanfare::workers::store
