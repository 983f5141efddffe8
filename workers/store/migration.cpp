#include "workers/store/migration.hpp"

#include <algorithm>

namespace fanfare::workers::store {

using runtime::Error;
using runtime::Result;

std::string file_name(int number, std::string_view name) {
  constexpr std::size_t kDigits = 4;
  const std::string digits = std::to_string(number);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + "_" + std::string(name) + ".sql";
}

Result<void> check_applied(std::span<const AppliedMigration> applied, std::span<const Migration> migrations) {
  for (std::size_t index = 0; index < applied.size(); ++index) {
    const AppliedMigration& done = applied[index];
    const std::string file = file_name(done.row.number, done.row.name);
    if (index >= migrations.size()) {
      return Error{"the database has migration ", file,
                   ", which this program does not know: a newer version of fanfare has used it; start that one, or put "
                   "the backup from before in its place"};
    }
    const Migration& known = migrations[index];
    if (done.row.number == known.number && done.row.name == known.name && done.checksum == known.checksum) continue;
    return Error{"migration ",
                 file,
                 " is not what was applied to the database: this program has ",
                 file_name(known.number, known.name),
                 done.row.name == known.name ? " with another content" : " in its place",
                 "; put the file back as it was and write what is new into a migration of its own"};
  }
  return {};
}

Result<std::vector<MigrationRow>> status_of(std::span<const AppliedMigration> applied,
                                            std::span<const Migration> migrations) {
  if (const auto fits = check_applied(applied, migrations); !fits) return fits.error();
  std::vector<MigrationRow> rows;
  for (std::size_t index = 0; index < migrations.size(); ++index) {
    if (index < applied.size()) {
      rows.push_back(applied[index].row);
    } else {
      rows.push_back({migrations[index].number, std::string(migrations[index].name), {}});
    }
  }
  return rows;
}

Result<std::span<const Migration>> up_to(int to, std::span<const Migration> migrations) {
  if (to >= 1 && static_cast<std::size_t>(to) <= migrations.size()) {
    return migrations.first(static_cast<std::size_t>(to));
  }
  return Error{"there is no migration ", std::to_string(to), "; the last one is ", std::to_string(migrations.size())};
}

}  // namespace fanfare::workers::store
