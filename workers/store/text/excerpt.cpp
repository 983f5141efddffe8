#include "workers/store/text/excerpt.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "workers/store/text/search_words.hpp"

namespace fanfare::workers::store {
namespace {

// In bytes.
constexpr std::size_t kLongest = 240;
constexpr std::size_t kBefore = 60;  ///< what is shown of what precedes the first hit
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct Hit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t word = 0;  ///< of the query
};

std::vector<Hit> find_hits(const std::vector<SearchWord>& words, const std::vector<SearchWord>& wanted) {
  std::vector<Hit> hits;
  for (const SearchWord& word : words) {
    for (std::size_t index = 0; index < wanted.size(); ++index) {
      const bool is_last = index + 1 == wanted.size();
      const std::string& looked_for = wanted[index].folded;
      if (is_last ? !word.folded.starts_with(looked_for) : word.folded != looked_for) continue;
      hits.push_back({word.begin, word.end, index});
      break;
    }
  }
  return hits;
}

/// The hit behind which, as far as is shown, most of the query's words stand.
std::size_t best_start(const std::vector<Hit>& hits) {
  std::size_t best = 0;
  std::size_t most = 0;
  for (const Hit& first : hits) {
    std::set<std::size_t> met;
    for (const Hit& hit : hits) {
      if (hit.begin >= first.begin && hit.end <= first.begin + kLongest - kBefore) met.insert(hit.word);
    }
    if (met.size() <= most) continue;
    most = met.size();
    best = first.begin;
  }
  return best;
}

std::size_t to_character(std::string_view text, std::size_t index) {
  while (index > 0 && index < text.size() && (static_cast<unsigned char>(text[index]) & 0xC0U) == 0x80U) --index;
  return index;
}

/// Begins and ends between words where it can.
std::pair<std::size_t, std::size_t> choose_piece(std::string_view text, const std::vector<SearchWord>& words,
                                                 const std::vector<Hit>& hits) {
  if (text.size() <= kLongest) return {0, text.size()};
  const std::size_t start = best_start(hits);
  std::size_t begin = start > kBefore ? to_character(text, start - kBefore) : 0;
  if (begin > 0) {
    const auto word = std::ranges::find_if(words, [begin](const SearchWord& one) { return one.begin >= begin; });
    if (word != words.end() && word->begin <= start) begin = word->begin;
  }
  std::size_t end = begin + kLongest;
  if (end >= text.size()) return {begin, text.size()};
  end = to_character(text, end);
  for (const SearchWord& word : words) {
    if (word.begin > begin && word.begin < end && word.end > end) return {begin, word.begin};
  }
  return {begin, end};
}

void add(std::vector<Fragment>& fragments, std::string_view text, bool is_hit) {
  if (text.empty()) return;
  if (fragments.empty() || fragments.back().is_hit != is_hit) {
    fragments.push_back({std::string(text), is_hit});
  } else {
    fragments.back().text += text;
  }
}

}  // namespace

std::vector<Fragment> make_excerpt(std::string_view text, std::string_view query) {
  const std::vector<SearchWord> words = search_words(text);
  const std::vector<Hit> hits = find_hits(words, search_words(query));
  const auto [begin, end] = choose_piece(text, words, hits);
  std::vector<Fragment> fragments;
  if (begin > 0) add(fragments, kEllipsis, false);
  std::size_t done = begin;
  for (const Hit& hit : hits) {
    if (hit.begin < begin || hit.end > end) continue;
    add(fragments, text.substr(done, hit.begin - done), false);
    add(fragments, text.substr(hit.begin, hit.end - hit.begin), true);
    done = hit.end;
  }
  add(fragments, text.substr(done, end - done), false);
  if (end < text.size()) add(fragments, kEllipsis, false);
  return fragments;
}

}  // namespace fanfare::workers::store
