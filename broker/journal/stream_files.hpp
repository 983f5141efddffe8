#pragma once
// The files of one stream: their names, and the few operations on whole files that more than one part of the journal
// makes. Values; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/journal/file_system.hpp"
#include "broker/journal/footer_format.hpp"
#include "broker/journal/segment_format.hpp"

namespace fanfare::broker::journal {

class StreamFiles {
 public:
  StreamFiles(FileSystem& files, std::string folder) : files_(&files), folder_(std::move(folder)) {}

  [[nodiscard]] FileSystem& files() const { return *files_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }
  [[nodiscard]] std::string segment(std::uint64_t number) const { return path(segment_name(number)); }
  [[nodiscard]] std::string spare() const { return path("spare"); }

  /// The whole file; nullopt when there is none.
  [[nodiscard]] IoResult<std::optional<std::string>> read_all(std::string_view name) const;
  /// Replaces the file so that a loss of power leaves the old or the new one: NAME.new, synced, renamed.
  [[nodiscard]] IoResult<void> replace(std::string_view name, std::string_view text) const;
  [[nodiscard]] IoResult<void> sync() const { return files_->sync_folder(folder_); }

  /// Makes the file `spare` a segment: header, sync, name, sync.
  [[nodiscard]] IoResult<void> begin_segment(File& spare, const SegmentHeader& header) const;
  /// Writes footer and seal and cuts the file behind them.
  [[nodiscard]] IoResult<Seal> seal_segment(const SegmentHeader& header, const struct SegmentScan& scan) const;
  /// The footer's bytes if they are as they were written.
  [[nodiscard]] static IoResult<std::optional<std::string>> read_footer(const File& file, const Seal& seal,
                                                                        std::uint32_t seed);

 private:
  FileSystem* files_;
  std::string folder_;
};

}  // namespace fanfare::broker::journal
