#include "tests/support/volatile_file.hpp"

#include <algorithm>
#include <array>

namespace fanfare::test {
namespace {

std::size_t pick(std::mt19937_64& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

/// The sector that was being written when the power went: its beginning is new, the rest is as it was.
std::string torn(std::string_view before, std::string_view after, std::mt19937_64& random) {
  const auto at = VolatileFile::kTorn * pick(random, after.size() / VolatileFile::kTorn + 1);
  return std::string(after.substr(0, at)) + std::string(before.substr(at));
}

}  // namespace

void VolatileFile::remember(std::uint64_t offset, std::uint64_t end) {
  for (auto sector = offset / kSector; sector * kSector < end; ++sector) {
    auto version = sector * kSector < cached_.size() ? cached_.substr(sector * kSector, kSector) : std::string();
    version.resize(kSector);
    unsynced_[sector].push_back(std::move(version));
  }
}

void VolatileFile::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (offset + bytes.size() > cached_.size()) resize(offset + bytes.size());
  cached_.replace(offset, bytes.size(), bytes);
  remember(offset, offset + bytes.size());
}

void VolatileFile::resize(std::uint64_t size) {
  const auto before = cached_.size();
  if (size == before) return;
  cached_.resize(size);
  sizes_.push_back(size);
  if (size < before) remember(size, before);
}

void VolatileFile::sync() {
  durable_.resize(cached_.size());
  for (const auto& [sector, versions] : unsynced_) {
    const auto at = sector * kSector;
    if (at < cached_.size()) durable_.replace(at, kSector, cached_, at, kSector);
  }
  unsynced_.clear();
  sizes_.clear();
}

void VolatileFile::keep_some(std::mt19937_64& random) {
  auto size = durable_.size();
  auto greatest = size;
  if (const auto chosen = pick(random, sizes_.size() + 1); chosen > 0) size = sizes_[chosen - 1];
  for (const auto one : sizes_) greatest = std::max<std::size_t>(greatest, one);
  for (const auto& [sector, versions] : unsynced_) greatest = std::max(greatest, (sector + 1) * kSector);
  durable_.resize(greatest);
  // Most losses leave most of what was written, or nearly nothing: both ends are more telling than the middle.
  const auto likely = std::array{5U, 50U, 95U}[pick(random, 3)];
  for (const auto& [sector, versions] : unsynced_) {
    if (pick(random, 100) >= likely) continue;
    const auto kept = pick(random, versions.size());
    const auto at = sector * kSector;
    const auto before = kept == 0 ? durable_.substr(at, kSector) : versions[kept - 1];
    durable_.replace(at, kSector, pick(random, 8) == 0 ? torn(before, versions[kept], random) : versions[kept]);
  }
  durable_.resize(size);
  unsynced_.clear();
  sizes_.clear();
}

void VolatileFile::fail_sync(std::mt19937_64& random) {
  keep_some(random);
  durable_.resize(cached_.size());
}

void VolatileFile::lose_power(std::mt19937_64& random) {
  keep_some(random);
  cached_ = durable_;
}

void VolatileFile::flip(std::uint64_t offset, std::uint8_t mask) {
  const auto flipped = [&](std::string& bytes) {
    if (offset < bytes.size()) bytes[offset] = static_cast<char>(static_cast<std::uint8_t>(bytes[offset]) ^ mask);
  };
  flipped(cached_);
  flipped(durable_);
}

}  // namespace fanfare::test
