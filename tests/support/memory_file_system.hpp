#pragma once
// The journal's file system over memory, as a machine that loses power, is killed, runs out of room or fails a call at
// a chosen moment. What a loss keeps: see VolatileFile for bytes; of a folder's names any state it went through since
// its last sync_folder. A file that is synced has no name yet: only sync_folder gives it one that stays. For tests
// only; any thread. Chance comes from the seed alone.

#include <cerrno>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/file_system.hpp"

namespace fanfare::test {

class MemoryFileSystem final : public broker::journal::FileSystem {
 public:
  enum class Operation : std::uint8_t {
    open,  ///< of a file that is there
    create,
    read,
    write,
    sync,
    reserve,
    truncate,
    make_folder,
    rename,
    remove,
    sync_folder,
  };

  /// A call that will be refused.
  struct Fault {
    Operation operation = Operation::write;
    std::uint64_t nth = 1;    ///< counted from now, among the calls it is about
    int error = EIO;          ///< after a failed sync nobody knows what was written, and no later one writes it
    std::size_t written = 0;  ///< of a write: the bytes that were changed before it failed
    bool forever = false;     ///< all later ones too
    std::string path = {};    ///< only of paths that contain it
  };

  explicit MemoryFileSystem(std::uint64_t seed = 1);
  ~MemoryFileSystem() override;

  broker::journal::IoResult<std::unique_ptr<broker::journal::File>> open(const std::string& path, Open how) override;
  broker::journal::IoResult<std::vector<std::string>> list(const std::string& folder) override;
  broker::journal::IoResult<void> make_folder(const std::string& folder) override;
  broker::journal::IoResult<void> rename(const std::string& from, const std::string& to) override;
  broker::journal::IoResult<void> remove(const std::string& path) override;
  broker::journal::IoResult<void> sync_folder(const std::string& folder) override;

  void fail(Fault fault);
  void repair();  ///< forgets all faults
  /// Room for the bytes of all files together; beyond it ENOSPC.
  void set_capacity(std::uint64_t bytes);

  /// From now on, or from the nth change on, every call is refused and changes nothing: the process is dead, and what
  /// is left of it in this one may be taken down. The change at which it stops is half done if it can be.
  void stop();
  void stop_after(std::uint64_t changes);
  [[nodiscard]] bool stopped() const;

  /// Goes on with all that was written: after kill -9. Files that were open before stay dead.
  void restart();
  /// Goes on with what a loss of power left.
  void lose_power();

  /// The n-th change is the n-th call that wrote, synced, named … something.
  [[nodiscard]] std::uint64_t changes() const;

  /// Paths of the files that need not stay in the cache, as they were told.
  [[nodiscard]] std::vector<std::string> left_cache() const;

  /// Every file by its path, as a program sees it.
  [[nodiscard]] std::map<std::string, std::string> files() const;
  /// Makes or replaces a file with the folders above it, all of it durable.
  void put(const std::string& path, std::string_view bytes);
  void flip(const std::string& path, std::uint64_t offset, std::uint8_t mask = 1);

  class Disk;

 private:
  std::shared_ptr<Disk> disk_;
};

}  // namespace fanfare::test
