#include "frontends/http/page/page_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

#include "runtime/crypto/digest.hpp"

namespace fanfare::frontends::http {
namespace {

constexpr std::uintmax_t kLargestFile = 16 * 1024 * 1024;
constexpr std::size_t kMostFiles = 256;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kContentTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
}};

std::string content_type(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  const auto found = std::ranges::find(kContentTypes, extension, [](const auto& pair) { return pair.first; });
  return std::string(found == kContentTypes.end() ? "application/octet-stream" : found->second);
}

/// Neither steps out of the folder nor names a hidden file.
bool is_plain(std::string_view path) {
  if (!path.starts_with('/') || path.ends_with('/')) return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end == 0 || path.front() == '.' || path.substr(0, end).find('\\') != std::string_view::npos) return false;
    path.remove_prefix(end);
  }
  return true;
}

/// A link in the folder may lead out of it.
bool is_below(const std::filesystem::path& root, const std::filesystem::path& file) {
  std::error_code error;
  const auto real_root = std::filesystem::canonical(root, error);
  if (error) return false;
  const auto real_file = std::filesystem::canonical(file, error);
  if (error) return false;
  return std::ranges::mismatch(real_root, real_file).in1 == real_root.end();
}

std::string etag_of(std::string_view content) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\"";
  for (const std::uint8_t byte : runtime::crypto::digest(content)) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text.substr(0, 33) + "\"";  // 128 bits tell two builds apart
}

}  // namespace

std::optional<PageFile> PageFiles::find(std::string_view path) {
  if (!is_plain(path)) return std::nullopt;
  const std::filesystem::path file = root_ / path.substr(1);
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error) || !is_below(root_, file)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size > kLargestFile) return std::nullopt;
  const auto modified = std::filesystem::last_write_time(file, error);
  if (error) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    const auto cached = cache_.find(std::string(path));
    if (cached != cache_.end() && cached->second.modified == modified && cached->second.size == size) {
      return cached->second.file;
    }
  }
  std::ifstream stream(file, std::ios::binary);
  std::string content(static_cast<std::size_t>(size), '\0');
  if (!stream.read(content.data(), static_cast<std::streamsize>(size))) return std::nullopt;  // written to meanwhile
  PageFile read{.content = nullptr,
                .etag = etag_of(content),
                .content_type = content_type(file),
                .is_immutable = path.starts_with("/assets/")};
  read.content = std::make_shared<const std::string>(std::move(content));
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= kMostFiles) cache_.clear();
  cache_[std::string(path)] = {modified, size, read};
  return read;
}

std::filesystem::path default_web_root(const std::filesystem::path& program) {
  const std::filesystem::path bin = program.parent_path();
  std::filesystem::path installed = (bin / "../share/fanfare/web").lexically_normal();
  std::error_code error;
  if (std::filesystem::exists(installed / "index.html", error)) return installed;
  return (bin / "../../../web/dist").lexically_normal();
}

}  // namespace fanfare::frontends::http
