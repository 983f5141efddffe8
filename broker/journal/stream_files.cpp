#include "broker/journal/stream_files.hpp"

#include <array>
#include <cerrno>

#include "broker/journal/segment_scan.hpp"
#include "protocol/crc32c.hpp"

namespace fanfare::broker::journal {

IoResult<std::optional<std::string>> StreamFiles::read_all(std::string_view name) const {
  const auto file = files_->open(path(name), FileSystem::Open::read);
  if (!file && file.error().number == ENOENT) return std::optional<std::string>();
  if (!file) return file.error();
  const auto size = (*file)->size();
  if (!size) return size.error();
  auto bytes = (*file)->read(0, static_cast<std::size_t>(*size));
  if (!bytes) return bytes.error();
  return std::optional(std::move(*bytes));
}

IoResult<void> StreamFiles::replace(std::string_view name, std::string_view text) const {
  const auto fresh = path(name) + ".new";
  if (const auto removed = files_->remove(fresh); !removed && removed.error().number != ENOENT) return removed.error();
  {
    const auto file = files_->open(fresh, FileSystem::Open::create);
    if (!file) return file.error();
    if (const auto written = (*file)->write(0, std::array{text}); !written) return written.error();
    if (const auto synced = (*file)->sync(); !synced) return synced.error();
  }
  if (const auto renamed = files_->rename(fresh, path(name)); !renamed) return renamed.error();
  return sync();
}

IoResult<void> StreamFiles::begin_segment(File& spare_file, const SegmentHeader& header) const {
  // The whole page: a segment of this number may have been sealed, and have lost its name again with the power. Its
  // seal would vouch for what is written now.
  auto bytes = encode(header);
  bytes.resize(kBatchesAt);
  if (const auto written = spare_file.write(0, std::array<std::string_view, 1>{bytes}); !written) {
    return written.error();
  }
  if (const auto synced = spare_file.sync(); !synced) return synced.error();
  if (const auto renamed = files_->rename(spare(), segment(header.number)); !renamed) return renamed.error();
  return sync();
}

IoResult<Seal> StreamFiles::seal_segment(const SegmentHeader& header, const SegmentScan& scan) const {
  const auto file = files_->open(segment(header.number), FileSystem::Open::write);
  if (!file) return file.error();
  const auto footer = encode_footer(scan.contents);
  const auto seal = seal_of(scan, footer, seed_of(header));
  if (const auto written = (*file)->write(seal.footer_offset, std::array<std::string_view, 1>{footer}); !written) {
    return written.error();
  }
  if (const auto synced = (*file)->sync(); !synced) return synced.error();
  const auto bytes = encode(seal, seed_of(header));
  if (const auto written = (*file)->write(kSealAt, std::array<std::string_view, 1>{bytes}); !written) {
    return written.error();
  }
  if (const auto cut = (*file)->truncate(seal.footer_offset + seal.footer_size); !cut) return cut.error();
  if (const auto synced = (*file)->sync(); !synced) return synced.error();
  return seal;
}

IoResult<std::optional<std::string>> StreamFiles::read_footer(const File& file, const Seal& seal, std::uint32_t seed) {
  const auto size = file.size();
  if (!size) return size.error();
  if (seal.footer_offset > *size || seal.footer_size > *size - seal.footer_offset) return std::optional<std::string>();
  auto bytes = file.read(seal.footer_offset, static_cast<std::size_t>(seal.footer_size));
  if (!bytes) return bytes.error();
  if (protocol::crc32c(*bytes, seed) != seal.footer_crc || !FooterView::open(*bytes)) {
    return std::optional<std::string>();
  }
  return std::optional(std::move(*bytes));
}

}  // namespace fanfare::broker::journal
