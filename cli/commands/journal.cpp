// fanfare journal verify|repair DIR: the journal on the disk, while no broker uses it.

#include <CLI/Option.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "broker/journal/offline.hpp"
#include "broker/journal/posix_file_system.hpp"
#include "broker/journal/repair.hpp"
#include "broker/journal/verify.hpp"
#include "cli/commands/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/input/confirm.hpp"
#include "cli/journal/journal_text.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

namespace journal = broker::journal;

struct JournalOptions {
  std::string folder;
  bool json = false;
  bool yes = false;
};

std::string without_last_slashes(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

template <class T>
T value_or_fail(journal::IoResult<T> result, const std::string& folder) {
  if (result) return *std::move(result);
  const std::filesystem::path inner = std::filesystem::path(folder) / "journal";
  std::error_code ignored;
  const bool is_data_dir = std::filesystem::is_directory(inner, ignored);
  throw CommandFailure(result.error().message +
                       (is_data_dir ? "; did you mean " + runtime::word_or_quote(inner.string()) + "?" : ""));
}

int verify(const JournalOptions& options, const Invocation& invocation) {
  const std::string folder = without_last_slashes(options.folder);
  journal::PosixFileSystem files;
  const auto hold = value_or_fail(journal::hold_offline(folder), folder);
  const auto reports = value_or_fail(journal::verify(files, folder), folder);
  std::cout << (options.json ? to_json(reports).dump() + "\n" : describe(reports)) << std::flush;
  if (std::ranges::none_of(reports, is_damaged)) return kDone;
  std::cerr << "damaged: `" + invocation.command_word + " journal repair " + runtime::word_or_quote(folder) +
                   "` says what can be saved\n";
  return kFailed;
}

int repair(const JournalOptions& options) {
  const std::string folder = without_last_slashes(options.folder);
  journal::PosixFileSystem files;
  const auto hold = value_or_fail(journal::hold_offline(folder), folder);
  const auto plan = value_or_fail(journal::plan_repair(files, folder), folder);
  if (plan.empty()) {
    std::cout << "nothing to repair\n";
    return kDone;
  }
  std::cout << describe_plan(plan) << std::flush;
  if (!options.yes) {
    Waiter waiter;
    confirm(waiter);
  }
  std::cout << describe_done(value_or_fail(journal::repair(files, folder), folder));
  return kDone;
}

void add_folder(CLI::App& command, JournalOptions& options) {
  command.add_option("DIR", options.folder, "The folder journal in data_dir, or that of one stream in it")
      ->required()
      ->type_name("");
}

}  // namespace

void add_journal(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("journal", "Check or repair the journal on the disk, without a broker");
  command.require_subcommand(1);
  const auto options = std::make_shared<JournalOptions>();

  CLI::App& verifying = *command.add_subcommand("verify", "Read all of it and name each damaged place");
  add_folder(verifying, *options);
  verifying.add_flag("--json", options->json, "Print {\"streams\": […]}");
  verifying.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return verify(*options, invocation); }; });
  verifying.footer("Exit code 0 if nothing is damaged, else 1.");

  CLI::App& repairing = *command.add_subcommand("repair", "Cut damaged streams before their first damaged place");
  add_folder(repairing, *options);
  repairing.add_flag("--yes", options->yes, "Do it without asking");
  repairing.callback([options, &invocation] { invocation.run = [options] { return repair(*options); }; });
  repairing.footer(
      "Says what it will do, and does it after --yes or a yes typed at a terminal. What is cut off is kept beside\n"
      "the rest. A stream that was cut begins a new epoch, so whoever resumes is told that messages may be missing.");
  command.footer(R"(The broker must not be running. Examples:
  fanfare journal verify data/journal
  fanfare journal repair data/journal/chat)");
}

}  // namespace fanfare::cli
