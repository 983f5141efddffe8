#pragma once
// The bytes of a file as programs see them, and what of them a loss of power leaves. Each sector that was written since
// the last sync may hold any of its versions afterwards, or the beginning of one and the rest of the one before it; the
// size may be any it had. For tests only; one thread at a time.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::test {

class VolatileFile {
 public:
  static constexpr std::size_t kSector = 512;
  static constexpr std::size_t kTorn = 64;  ///< what is written as a whole: a line of the processor's cache

  [[nodiscard]] const std::string& bytes() const { return cached_; }

  void write(std::uint64_t offset, std::string_view bytes);
  /// Cuts, or lengthens by zeros.
  void resize(std::uint64_t size);
  void sync();
  /// A sync that failed: each sector was written in some version or not at all, and the system takes it for clean
  /// (Linux): programs go on seeing the newest bytes, and no later sync writes them.
  void fail_sync(std::mt19937_64& random);
  void lose_power(std::mt19937_64& random);
  /// What decays on the disk.
  void flip(std::uint64_t offset, std::uint8_t mask);

 private:
  void remember(std::uint64_t offset, std::uint64_t end);
  void keep_some(std::mt19937_64& random);

  std::string cached_;
  std::string durable_;
  std::map<std::uint64_t, std::vector<std::string>> unsynced_;  ///< versions of sectors, by number
  std::vector<std::uint64_t> sizes_;                            ///< since the last sync
};

}  // namespace fanfare::test
