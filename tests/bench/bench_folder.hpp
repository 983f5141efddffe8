#pragma once
// Where benchmarks write: a folder on the disk named by FANFARE_BENCH_FOLDER, else the system's for temporary files. It
// is removed with the object. One thread.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace fanfare::bench {

class BenchFolder {
 public:
  BenchFolder() {
    const char* const chosen = std::getenv("FANFARE_BENCH_FOLDER");
    const auto parent = chosen != nullptr ? std::filesystem::path(chosen) : std::filesystem::temp_directory_path();
    auto name = (parent / "fanfare-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + parent.string());
    path_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace fanfare::bench
