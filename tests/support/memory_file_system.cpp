#include "tests/support/memory_file_system.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include "tests/support/volatile_file.hpp"

namespace fanfare::test {

using broker::journal::File;
using broker::journal::IoError;
using broker::journal::IoResult;

namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

IoError error(int number, const std::string& path) {
  return {.number = number, .message = path + ": " + std::strerror(number)};
}

bool is_change(MemoryFileSystem::Operation operation) {
  return operation != MemoryFileSystem::Operation::open && operation != MemoryFileSystem::Operation::read;
}

struct Folder;

/// What a name stands for: a file or a folder.
struct Node {
  std::shared_ptr<VolatileFile> file;
  std::shared_ptr<Folder> folder;
};

using Names = std::map<std::string, Node>;

struct Folder {
  Names names;
  std::vector<Names> states;  ///< the ones before, since the last sync; the first is durable

  void change(const auto& how) {
    states.push_back(names);
    how(names);
  }
};

}  // namespace

/// All that the file system and the open files share.
class MemoryFileSystem::Disk {
 public:
  explicit Disk(std::uint64_t seed) : random(seed) {}

  static constexpr std::size_t kWhole = 1'000;

  /// The first thing each call does: refuses it when the machine is down or a fault is due. `partly` is done instead of
  /// the call then; its argument is how much of it: bytes of a fault, or thousandths when the machine stops now.
  std::optional<IoError> refuse(Operation operation, const std::string& path, const auto& partly) {
    if (off) return error(EIO, path);
    if (is_change(operation) && ++count >= stop_at) {
      off = true;
      partly(std::uniform_int_distribution<std::size_t>(0, kWhole)(random));
      return error(EIO, path);
    }
    for (auto& fault : faults) {
      if (fault.operation != operation || path.find(fault.path) == std::string::npos) continue;
      if (fault.nth > 1) {
        --fault.nth;
        continue;
      }
      if (fault.nth == 0) continue;
      if (!fault.forever) fault.nth = 0;
      partly(fault.written);
      return error(fault.error, path);
    }
    return std::nullopt;
  }

  std::optional<IoError> refuse(Operation operation, const std::string& path) {
    return refuse(operation, path, [](std::size_t) {});
  }

  std::shared_ptr<Folder> folder(const std::string& path) {
    auto at = root;
    std::string_view rest = path;
    while (!rest.empty() && at != nullptr) {
      const auto name = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      if (name.empty()) continue;
      const auto found = at->names.find(std::string(name));
      at = found == at->names.end() ? nullptr : found->second.folder;
    }
    return at;
  }

  std::shared_ptr<VolatileFile> file(const std::string& path) {
    const auto in = folder(folder_of(path));
    if (in == nullptr) return nullptr;
    const auto found = in->names.find(name_of(path));
    return found == in->names.end() ? nullptr : found->second.file;
  }

  /// Makes the folder and those above it; returns it, or null when a file has one of the names.
  std::shared_ptr<Folder> make_folders(const std::string& path, bool durable) {
    auto at = root;
    std::string_view rest = path;
    while (!rest.empty() && at != nullptr) {
      const std::string name(rest.substr(0, rest.find('/')));
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      if (name.empty()) continue;
      if (at->names.count(name) == 0) {
        at->change([&](Names& names) { names[name].folder = std::make_shared<Folder>(); });
        if (durable) at->states.clear();
      }
      at = at->names[name].folder;
    }
    return at;
  }

  void visit(const std::string& path, const Folder& folder, const auto& visitor) {
    for (const auto& [name, node] : folder.names) {
      const auto below = path.empty() ? name : path + "/" + name;
      if (node.file != nullptr) visitor(below, *node.file);
      if (node.folder != nullptr) visit(below, *node.folder, visitor);
    }
  }

  std::uint64_t used() {
    std::uint64_t sum = 0;
    visit("", *root, [&](const std::string&, const VolatileFile& one) { sum += one.bytes().size(); });
    return sum;
  }

  /// Whether the file may grow to `size`.
  bool has_room(const VolatileFile& one, std::uint64_t size) {
    return size <= one.bytes().size() || capacity == kNoLimit || used() + size - one.bytes().size() <= capacity;
  }

  void lose_names(Folder& folder) {
    const auto chosen = std::uniform_int_distribution<std::size_t>(0, folder.states.size())(random);
    if (chosen < folder.states.size()) folder.names = folder.states[chosen];
    folder.states.clear();
    for (auto& [name, node] : folder.names) {
      if (node.file != nullptr) node.file->lose_power(random);
      if (node.folder != nullptr) lose_names(*node.folder);
    }
  }

  static constexpr auto kNoLimit = std::numeric_limits<std::uint64_t>::max();

  std::mutex mutex;
  std::mt19937_64 random;
  std::shared_ptr<Folder> root = std::make_shared<Folder>();
  std::vector<Fault> faults;
  std::vector<std::string> left_cache;
  std::uint64_t capacity = kNoLimit;
  std::uint64_t count = 0;  ///< changes so far
  std::uint64_t stop_at = kNoLimit;
  std::uint64_t life = 0;  ///< of the machine; files of an earlier one are dead
  bool off = false;
};

namespace {

using Operation = MemoryFileSystem::Operation;

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<MemoryFileSystem::Disk> disk, std::string path, std::shared_ptr<VolatileFile> file,
             bool writable)
      : disk_(std::move(disk)),
        path_(std::move(path)),
        file_(std::move(file)),
        life_(disk_->life),
        writable_(writable) {}

  IoResult<void> write(std::uint64_t offset, std::span<const std::string_view> parts) override {
    std::string bytes;
    for (const auto part : parts) bytes.append(part);
    const std::lock_guard lock(disk_->mutex);
    const auto some = [&](std::size_t size) {
      if (disk_->off) {
        size = bytes.size() * size / MemoryFileSystem::Disk::kWhole;
        if (size < bytes.size()) size -= std::min(size, (offset + size) % VolatileFile::kTorn);
      }
      file_->write(offset, std::string_view(bytes).substr(0, size));
    };
    if (const auto refused = refuse(Operation::write, some)) return *refused;
    if (!disk_->has_room(*file_, offset + bytes.size())) return error(ENOSPC, path_);
    file_->write(offset, bytes);
    return {};
  }

  IoResult<std::string> read(std::uint64_t offset, std::size_t size) const override {
    const std::lock_guard lock(disk_->mutex);
    if (life_ != disk_->life) return error(EIO, path_);
    if (const auto refused = disk_->refuse(Operation::read, path_)) return *refused;
    return offset < file_->bytes().size() ? file_->bytes().substr(offset, size) : std::string();
  }

  IoResult<void> sync() override {
    const std::lock_guard lock(disk_->mutex);
    const auto fail = [&](std::size_t) {
      if (!disk_->off) file_->fail_sync(disk_->random);
    };
    if (const auto refused = refuse(Operation::sync, fail)) return *refused;
    file_->sync();
    return {};
  }

  IoResult<void> reserve(std::uint64_t size) override {
    const std::lock_guard lock(disk_->mutex);
    if (const auto refused = refuse(Operation::reserve, nothing)) return *refused;
    if (!disk_->has_room(*file_, size)) return error(ENOSPC, path_);
    if (size > file_->bytes().size()) file_->resize(size);
    return {};
  }

  IoResult<std::uint64_t> size() const override {
    const std::lock_guard lock(disk_->mutex);
    if (disk_->off || life_ != disk_->life) return error(EIO, path_);
    return IoResult<std::uint64_t>(boost::system::in_place_value, file_->bytes().size());
  }

  IoResult<void> truncate(std::uint64_t size) override {
    const std::lock_guard lock(disk_->mutex);
    if (const auto refused = refuse(Operation::truncate, nothing)) return *refused;
    if (!disk_->has_room(*file_, size)) return error(ENOSPC, path_);
    file_->resize(size);
    return {};
  }

  void leave_cache() const override {
    const std::lock_guard lock(disk_->mutex);
    disk_->left_cache.push_back(path_);
  }

 private:
  static void nothing(std::size_t) {}

  std::optional<IoError> refuse(Operation operation, const auto& partly) {
    if (life_ != disk_->life) return error(EIO, path_);
    if (!writable_ && operation != Operation::sync) return error(EBADF, path_);
    return disk_->refuse(operation, path_, partly);
  }

  std::shared_ptr<MemoryFileSystem::Disk> disk_;
  std::string path_;
  std::shared_ptr<VolatileFile> file_;
  std::uint64_t life_;
  bool writable_;
};

}  // namespace

MemoryFileSystem::MemoryFileSystem(std::uint64_t seed) : disk_(std::make_shared<Disk>(seed)) {}
MemoryFileSystem::~MemoryFileSystem() = default;

IoResult<std::unique_ptr<File>> MemoryFileSystem::open(const std::string& path, Open how) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto refused = disk_->refuse(how == Open::create ? Operation::create : Operation::open, path)) {
    return *refused;
  }
  auto file = disk_->file(path);
  if (how == Open::create) {
    const auto folder = disk_->folder(folder_of(path));
    if (folder == nullptr) return error(ENOENT, path);
    if (folder->names.count(name_of(path)) > 0) return error(EEXIST, path);
    file = std::make_shared<VolatileFile>();
    folder->change([&](Names& names) { names[name_of(path)].file = file; });
  }
  if (file == nullptr) return error(ENOENT, path);
  return std::make_unique<MemoryFile>(disk_, path, std::move(file), how != Open::read);
}

IoResult<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (disk_->off) return error(EIO, path);
  std::vector<std::string> names;
  if (const auto folder = disk_->folder(path)) {
    for (const auto& [name, node] : folder->names) names.push_back(name);
  }
  return names;
}

IoResult<void> MemoryFileSystem::make_folder(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto refused = disk_->refuse(Operation::make_folder, path)) return *refused;
  if (disk_->make_folders(path, false) == nullptr) return error(ENOTDIR, path);
  return {};
}

IoResult<void> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto refused = disk_->refuse(Operation::rename, from)) return *refused;
  const auto source = disk_->folder(folder_of(from));
  const auto target = disk_->folder(folder_of(to));
  if (source == nullptr || target == nullptr) return error(ENOENT, from);
  const auto found = source->names.find(name_of(from));
  if (found == source->names.end()) return error(ENOENT, from);
  const auto node = found->second;
  if (source == target) {
    source->change([&](Names& names) {
      names.erase(name_of(from));
      names[name_of(to)] = node;
    });
  } else {  // two folders, two changes: a loss of power may leave both names, or none
    target->change([&](Names& names) { names[name_of(to)] = node; });
    source->change([&](Names& names) { names.erase(name_of(from)); });
  }
  return {};
}

IoResult<void> MemoryFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto refused = disk_->refuse(Operation::remove, path)) return *refused;
  if (disk_->file(path) == nullptr) return error(ENOENT, path);
  disk_->folder(folder_of(path))->change([&](Names& names) { names.erase(name_of(path)); });
  return {};
}

IoResult<void> MemoryFileSystem::sync_folder(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto refused = disk_->refuse(Operation::sync_folder, path)) return *refused;
  const auto folder = disk_->folder(path);
  if (folder == nullptr) return error(ENOENT, path);
  folder->states.clear();
  return {};
}

void MemoryFileSystem::fail(Fault fault) {
  const std::lock_guard lock(disk_->mutex);
  disk_->faults.push_back(std::move(fault));
}

void MemoryFileSystem::repair() {
  const std::lock_guard lock(disk_->mutex);
  disk_->faults.clear();
}

void MemoryFileSystem::set_capacity(std::uint64_t bytes) {
  const std::lock_guard lock(disk_->mutex);
  disk_->capacity = bytes;
}

void MemoryFileSystem::stop() {
  const std::lock_guard lock(disk_->mutex);
  disk_->off = true;
}

void MemoryFileSystem::stop_after(std::uint64_t changes) {
  const std::lock_guard lock(disk_->mutex);
  disk_->stop_at = disk_->count + changes;
}

bool MemoryFileSystem::stopped() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->off;
}

void MemoryFileSystem::restart() {
  const std::lock_guard lock(disk_->mutex);
  ++disk_->life;
  disk_->off = false;
  disk_->stop_at = Disk::kNoLimit;
}

void MemoryFileSystem::lose_power() {
  restart();
  const std::lock_guard lock(disk_->mutex);
  disk_->lose_names(*disk_->root);
}

std::uint64_t MemoryFileSystem::changes() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->count;
}

std::vector<std::string> MemoryFileSystem::left_cache() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->left_cache;
}

std::map<std::string, std::string> MemoryFileSystem::files() const {
  const std::lock_guard lock(disk_->mutex);
  std::map<std::string, std::string> all;
  disk_->visit("", *disk_->root, [&](const std::string& path, const VolatileFile& one) { all[path] = one.bytes(); });
  return all;
}

void MemoryFileSystem::put(const std::string& path, std::string_view bytes) {
  const std::lock_guard lock(disk_->mutex);
  auto file = std::make_shared<VolatileFile>();
  file->write(0, bytes);
  file->sync();
  const auto folder = disk_->make_folders(folder_of(path), true);
  for (auto& names : folder->states) names[name_of(path)] = {file, nullptr};
  folder->names[name_of(path)] = {file, nullptr};
}

void MemoryFileSystem::flip(const std::string& path, std::uint64_t offset, std::uint8_t mask) {
  const std::lock_guard lock(disk_->mutex);
  if (const auto file = disk_->file(path)) file->flip(offset, mask);
}

}  // namespace fanfare::test
