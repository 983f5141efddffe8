// How names are compared. Three texts may differ and still fool somebody: in how they are typed (full width, ligatures,
// capitals), in characters that can't be seen, and in characters of other scripts that look the same. NFKC and case
// folding settle the first, the allowed set the second, skeletons the third.
//
// A skeleton is made of the text as it is shown, then case folded, then made again: folding first would turn the
// capital I of "paypaI", which looks like an l, into an i that does not.

#include "workers/accounts/names.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

namespace fanfare::workers::accounts {
namespace {

constexpr std::size_t kFewest = 3;
constexpr std::size_t kMost = 32;

/// ICU's own tables are missing or broken: nothing of this file could work.
void check(UErrorCode status) {
  if (U_FAILURE(status) != 0) throw std::runtime_error(std::string("ICU: ") + ::u_errorName(status));
}

std::u16string to_utf16(std::string_view text) {
  std::u16string result(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  ::u_strFromUTF8(result.data(), static_cast<std::int32_t>(result.size()), &length, text.data(),
                  static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status) != 0) return {};
  result.resize(static_cast<std::size_t>(length));
  return result;
}

std::string to_utf8(const std::u16string& text) {
  std::string result(text.size() * 3, '\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  ::u_strToUTF8(result.data(), static_cast<std::int32_t>(result.size()), &length, text.data(),
                static_cast<std::int32_t>(text.size()), &status);
  check(status);
  result.resize(static_cast<std::size_t>(length));
  return result;
}

std::u16string normalised(const UNormalizer2* form, const std::u16string& text) {
  std::u16string result(text.size() * 4 + 32, u'\0');
  while (true) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = ::unorm2_normalize(form, text.data(), static_cast<std::int32_t>(text.size()),
                                                   result.data(), static_cast<std::int32_t>(result.size()), &status);
    const bool is_too_short = status == U_BUFFER_OVERFLOW_ERROR;
    if (!is_too_short) check(status);
    result.resize(static_cast<std::size_t>(length));
    if (!is_too_short) return result;
  }
}

std::u16string nfkc(const std::u16string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = ::unorm2_getNFKCInstance(&status);
  check(status);
  return normalised(form, text);
}

std::u16string case_folded(const std::u16string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = ::unorm2_getNFKCCasefoldInstance(&status);
  check(status);
  return normalised(form, text);
}

struct CloseChecker {
  void operator()(USpoofChecker* checker) const { ::uspoof_close(checker); }
};

/// Names of one script, or of those that are written together (Latin with Japanese, Korean, Chinese), of characters
/// that are in everyday use.
const USpoofChecker* checker() {
  static const auto shared = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, CloseChecker> made(::uspoof_open(&status));
    check(status);
    ::uspoof_setChecks(made.get(),
                       USPOOF_RESTRICTION_LEVEL | USPOOF_INVISIBLE | USPOOF_MIXED_NUMBERS | USPOOF_CHAR_LIMIT, &status);
    ::uspoof_setRestrictionLevel(made.get(), USPOOF_HIGHLY_RESTRICTIVE);
    const std::unique_ptr<USet, decltype(&::uset_close)> everyday(
        ::uset_cloneAsThawed(::uspoof_getRecommendedSet(&status)), ::uset_close);
    ::uset_add(everyday.get(), '-');
    ::uset_add(everyday.get(), '.');
    ::uspoof_setAllowedChars(made.get(), everyday.get(), &status);
    check(status);
    return made;
  }();
  return shared.get();
}

std::u16string skeleton_of(const std::u16string& text) {
  std::u16string result(text.size() * 4 + 32, u'\0');
  while (true) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = ::uspoof_getSkeleton(checker(), 0, text.data(), static_cast<std::int32_t>(text.size()),
                                                     result.data(), static_cast<std::int32_t>(result.size()), &status);
    const bool is_too_short = status == U_BUFFER_OVERFLOW_ERROR;
    if (!is_too_short) check(status);
    result.resize(static_cast<std::size_t>(length));
    if (!is_too_short) return result;
  }
}

std::vector<UChar32> code_points(const std::u16string& text) {
  std::vector<UChar32> points(text.size() + 1);
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  ::u_strToUTF32(points.data(), static_cast<std::int32_t>(points.size()), &length, text.data(),
                 static_cast<std::int32_t>(text.size()), &status);
  check(status);
  points.resize(static_cast<std::size_t>(length));
  return points;
}

bool is_of(UChar32 point, std::uint32_t categories) { return (U_GET_GC_MASK(point) & categories) != 0; }

/// A mark (of an Indic vowel, an accent that has no letter of its own) only behind a letter.
bool is_allowed(const std::vector<UChar32>& points) {
  bool after_letter = false;
  for (const UChar32 point : points) {
    const bool is_mark = is_of(point, U_GC_M_MASK);
    const bool is_letter = is_of(point, U_GC_L_MASK);
    if (is_mark ? !after_letter
                : !is_letter && !is_of(point, U_GC_ND_MASK) && point != '_' && point != '.' && point != '-') {
      return false;
    }
    after_letter = is_letter || is_mark;
  }
  return std::ranges::any_of(points, [](UChar32 point) { return is_of(point, U_GC_L_MASK | U_GC_ND_MASK); });
}

}  // namespace

std::variant<Username, std::string> read_username(std::string_view typed) {
  const std::u16string shown = nfkc(to_utf16(typed));
  const std::vector<UChar32> points = code_points(shown);
  if (points.size() < kFewest || points.size() > kMost) return "must have 3 to 32 characters";
  if (!is_allowed(points)) return "must be made of letters, digits, _ . and -";
  UErrorCode status = U_ZERO_ERROR;
  const auto faults =
      ::uspoof_check2(checker(), shown.data(), static_cast<std::int32_t>(shown.size()), nullptr, &status);
  check(status);
  if (faults != 0) return "must be of one script, without rare characters";
  const std::u16string key = case_folded(shown);
  return Username{std::string(typed), to_utf8(key), to_utf8(skeleton_of(case_folded(skeleton_of(shown))))};
}

std::string folded(std::string_view text) { return to_utf8(case_folded(to_utf16(text))); }

}  // namespace fanfare::workers::accounts
