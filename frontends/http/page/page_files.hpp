#pragma once
// The files of the web page, read when they are asked for and shared by all who read them at the same time; a file that
// was built again is read again. Owned by HttpService; any thread. Promise: nothing outside its folder is ever read.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace fanfare::frontends::http {

struct PageFile {
  std::shared_ptr<const std::string> content;
  std::string etag;  ///< with its quotes
  std::string content_type;
  /// Whether its name changes with its content, so that a browser may keep it for ever.
  bool is_immutable = false;
};

class PageFiles {
 public:
  /// Nothing is read yet; the folder may come later.
  explicit PageFiles(std::filesystem::path root) : root_(std::move(root)) {}

  /// `path` as in a URL, `/assets/index-3f2a.js`. Nothing if there is no such file.
  [[nodiscard]] std::optional<PageFile> find(std::string_view path);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
  struct Cached {
    std::filesystem::file_time_type modified;
    std::uintmax_t size = 0;
    PageFile file;
  };

  std::filesystem::path root_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Cached> cache_;
};

/// Where the page is if the configuration does not say: installed beside the program, else built beside the sources.
[[nodiscard]] std::filesystem::path default_web_root(const std::filesystem::path& program);

}  // namespace fanfare::frontends::http
