#include "workers/store/sqlite/sqlite_error.hpp"

#include <sqlite3.h>

namespace fanfare::workers::store {
namespace {

std::string_view advice(int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another process has been writing for too long, try again later";
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return "; look at the disk (space, permissions, health), then try again";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "; the file and its folder must belong to the user that runs fanfare";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; stop all of fanfare and put a backup in its place";
    default:
      return {};
  }
}

}  // namespace

runtime::Error describe_failure(const std::filesystem::path& file, const SQLite::Exception& failure) {
  return {"database ", file.string(), ": ", failure.what(), advice(failure.getErrorCode() & 0xff)};
}

}  // namespace fanfare::workers::store
