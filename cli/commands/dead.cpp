// fanfare dead ls|retry|drop: messages whose handling failed too often.

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"
#include "cli/connection/query.hpp"
#include "cli/exit_code.hpp"
#include "cli/groups/dead_reader.hpp"
#include "cli/groups/group_rows.hpp"
#include "cli/input/confirm.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

struct DeadOptions {
  std::string group;
  std::vector<std::uint64_t> sequences;
  std::uint64_t limit = 1'000;
  bool all = false;
  bool json = false;
  bool yes = false;
};

/// The open ones of the group, or of all if it is empty. Throws CommandFailure if there is no such group.
std::map<std::string, DeadRuns> open_letters(Client& client, Waiter& waiter, const std::string& group) {
  if (!group.empty()) group_named(read_groups(query(client, waiter, QueryKind::groups)), group);
  auto runs = read_dead_runs(query(client, waiter, QueryKind::dead_letters));
  if (!group.empty()) std::erase_if(runs, [&](const auto& entry) { return entry.first != group; });
  return runs;
}

int list(const DeadOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "dead", waiter);
  std::vector<DeadLetter> letters;
  std::uint64_t count = 0;
  for (const auto& [group, open] : open_letters(client, waiter, options.group)) {
    count += open.count();
    for (auto& letter : read_dead_letters(client, waiter, group, open, options.limit - letters.size())) {
      letters.push_back(std::move(letter));
    }
  }
  std::cout << (options.json ? Json({{"dead_letters", to_json(letters)}}).dump() + "\n" : describe(letters))
            << std::flush;
  if (letters.size() == options.limit && count > options.limit) {
    std::cerr << std::to_string(count - options.limit) + " more; --limit shows them\n";
  }
  return kDone;
}

/// "1 dead letter of group work"
std::string amount(std::uint64_t count, const std::string& group) {
  return std::to_string(count) + (count == 1 ? " dead letter" : " dead letters") + " of group " +
         runtime::word_or_quote(group);
}

/// How many are meant. Throws CommandFailure if one of them is no open dead letter of the group.
std::uint64_t count_meant(const DeadOptions& options, const DeadRuns& open, const std::string& command_word) {
  if (options.all) return open.count();
  for (const std::uint64_t sequence : options.sequences) {
    if (open.contains(sequence)) continue;
    throw CommandFailure("group " + runtime::word_or_quote(options.group) + " has no dead letter " +
                         std::to_string(sequence) + "; `" + command_word + " dead ls " + options.group +
                         "` lists those it has");
  }
  return options.sequences.size();
}

int change(const DeadOptions& options, const Invocation& invocation, GroupAction::Kind kind) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "dead", waiter);
  const auto open = open_letters(client, waiter, options.group)[options.group];
  const std::uint64_t count = count_meant(options, open, invocation.command_word);
  const bool is_drop = kind == GroupAction::Kind::drop_dead;
  if (is_drop && !options.yes && count > 0) {
    std::cerr << "Nobody will handle " + amount(count, options.group) + " any more.\n";
    confirm(waiter);
  }
  // Without sequences the broker would take those as well that came meanwhile, which --all means.
  if (count > 0) {
    await(waiter, client.manage({.kind = kind, .group = options.group, .dead_letters = options.sequences}));
  }
  if (options.json) {
    std::cout << Json({{"group", options.group}, {"done", is_drop ? "drop" : "retry"}, {"count", count}}).dump() + "\n"
              << std::flush;
  } else {
    std::cout << amount(count, options.group) + (is_drop ? " dropped" : " given back to it") + "\n" << std::flush;
  }
  return kDone;
}

void add_choice(CLI::App& command, DeadOptions& options) {
  command.add_option("GROUP", options.group, "The group's name")->required();
  const auto take = [&options](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) options.sequences.push_back(parse_sequence("SEQUENCE", text));
    std::ranges::sort(options.sequences);
    options.sequences.erase(std::unique(options.sequences.begin(), options.sequences.end()), options.sequences.end());
  };
  command.add_option_function<std::vector<std::string>>("SEQUENCE", take, "Which, by DEAD in the listing");
  command.add_flag("--all", options.all, "All of the group");
  command.add_flag("--json", options.json, "Print {group, done, count}");
}

void check_choice(const DeadOptions& options) {
  if (options.all == options.sequences.empty()) return;
  throw CLI::ValidationError("SEQUENCE", "expected either sequences or --all");
}

void add_listing(CLI::App& command, const std::shared_ptr<DeadOptions>& options, Invocation& invocation) {
  CLI::App& listing = *command.add_subcommand("ls", "All dead letters, or those of one group");
  listing.add_option("GROUP", options->group, "The group's name");
  add_count(listing, "--limit", options->limit, "How many to show (1000)", 1'000'000);
  listing.add_flag("--json", options->json,
                   "Print {\"dead_letters\": [{group, dead, stream, topic, epoch, sequence, when, failures, …}]}");
  listing.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return list(*options, invocation); }; });
}

}  // namespace

void add_dead(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("dead", "Show, give back or drop dead letters");
  command.require_subcommand(1);
  const auto options = std::make_shared<DeadOptions>();
  add_listing(command, options, invocation);

  CLI::App& retrying = *command.add_subcommand("retry", "Give dead letters back to their group, and to no other");
  add_choice(retrying, *options);
  retrying.callback([options, &invocation] {
    check_choice(*options);
    invocation.run = [options, &invocation] { return change(*options, invocation, GroupAction::Kind::retry_dead); };
  });
  retrying.footer("With --order key later messages of the topic have been handled before it.");

  CLI::App& dropping = *command.add_subcommand("drop", "Let go of dead letters");
  add_choice(dropping, *options);
  dropping.add_flag("--yes", options->yes, "Do it without asking");
  dropping.callback([options, &invocation] {
    check_choice(*options);
    invocation.run = [options, &invocation] { return change(*options, invocation, GroupAction::Kind::drop_dead); };
  });
  command.footer(
      R"(A message whose handling fails too often goes here, with the reason of the last failure. The broker keeps it for
30 days; `fanfare sub '$dead.GROUP' --from SEQUENCE` shows what is in it, by DEAD in the listing. Examples:
  fanfare dead ls work
  fanfare dead retry work 7 8
  fanfare dead drop work --all --yes)");
}

}  // namespace fanfare::cli
