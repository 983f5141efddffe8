#include "broker/journal/footer_cache.hpp"

#include <algorithm>

namespace fanfare::broker::journal {

std::shared_ptr<const FooterCache::Footer> FooterCache::find(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, path, &Entry::path);
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().footer;
}

void FooterCache::add(std::string path, std::shared_ptr<const Footer> footer) {
  constexpr std::size_t kMostEntries = 512;  // it is looked through
  const std::lock_guard lock(mutex_);
  bytes_ += footer->bytes.size();
  entries_.push_front({std::move(path), std::move(footer)});
  while ((bytes_ > most_bytes_ && entries_.size() > 1) || entries_.size() > kMostEntries) {
    bytes_ -= entries_.back().footer->bytes.size();
    entries_.pop_back();
  }
}

std::shared_ptr<const FooterCache::Footer> FooterCache::get(const StreamFiles& files, const HeldSegment& segment,
                                                            std::uint64_t& bytes_read) {
  if (!segment.seal) return nullptr;
  auto path = files.segment(segment.header->number);
  if (auto found = find(path)) return found;
  const auto file = files.files().open(path, FileSystem::Open::read);
  if (!file) return nullptr;
  auto bytes = StreamFiles::read_footer(**file, *segment.seal, seed_of(*segment.header));
  if (!bytes || !*bytes) return nullptr;
  bytes_read += (**bytes).size();
  auto footer = std::make_shared<Footer>();
  footer->bytes = FooterView::open(**bytes)->without_ids(**bytes);
  footer->view = *FooterView::open(footer->bytes);
  add(std::move(path), footer);
  return footer;
}

}  // namespace fanfare::broker::journal
