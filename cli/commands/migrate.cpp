// fanfare migrate [--to N] [--status]: brings the database to the shape this version expects, or says what it has.

#include <CLI/Option.hpp>

#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/format/text.hpp"
#include "workers/store/database.hpp"

namespace fanfare::cli {
namespace {

using workers::store::MigrationRow;

struct MigrateOptions {
  std::string file;
  std::optional<int> to;
  bool status = false;
  bool json = false;
};

template <class T>
T value_or_fail(runtime::Result<T> result) {
  if (!result) throw CommandFailure(result.error().message);
  return *std::move(result);
}

void print(const std::vector<MigrationRow>& rows, bool json) {
  std::vector<std::vector<std::string>> lines;
  Json list = Json::array();
  for (const MigrationRow& row : rows) {
    const bool is_applied = !row.applied_at.empty();
    list.push_back({{"number", row.number},
                    {"name", row.name},
                    {"applied_at", is_applied ? Json(row.applied_at) : Json(nullptr)}});
    lines.push_back({std::to_string(row.number), row.name, is_applied ? row.applied_at : "not applied"});
  }
  std::cout << (json ? Json({{"migrations", list}}).dump() + "\n" : table(lines));
}

int migrate(const MigrateOptions& options) {
  runtime::LoadOptions load;
  if (!options.file.empty()) load.file = options.file;
  load.check = workers::store::check_database;
  const runtime::Config config = load_or_fail(load).config;
  const auto database = value_or_fail(workers::store::Database::open(config));
  if (options.status) {
    print(value_or_fail(database->migration_status()), options.json);
    return kDone;
  }
  const auto applied = value_or_fail(database->migrate(options.to));
  if (applied.empty() && !options.json) {
    std::cout << "nothing to do: the database has " << (options.to ? "these" : "all") << " migrations\n";
  } else {
    print(applied, options.json);
  }
  return kDone;
}

}  // namespace

void add_migrate(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<MigrateOptions>();
  CLI::App& command = *app.add_subcommand("migrate", "Bring the database to the shape this version expects");
  command
      .add_option("-c,--config", options->file,
                  "Else ./fanfare.yaml, else /etc/fanfare/fanfare.yaml, else the defaults")
      ->type_name("FILE");
  command.add_option("--to", options->to, "Apply no migration behind this number")->type_name("N");
  command.add_flag("--status", options->status, "Show which migrations are applied, changing nothing");
  command.add_flag("--json", options->json, "Print it as JSON");
  command.callback([options, &invocation] { invocation.run = [options] { return migrate(*options); }; });
}

}  // namespace fanfare::cli
