// fanfare group ls|info|reset|drop: the groups the broker knows, and what an operator does to them.

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"
#include "cli/connection/query.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/row.hpp"
#include "cli/groups/group_rows.hpp"
#include "cli/groups/group_start.hpp"
#include "cli/input/confirm.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

struct GroupOptions {
  std::string name;
  From from = From::all();
  bool json = false;
  bool yes = false;
};

std::vector<GroupRow> groups_of(Client& client, Waiter& waiter) {
  return read_groups(query(client, waiter, QueryKind::groups));
}

int list(const GroupOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "group", waiter);
  const auto groups = groups_of(client, waiter);
  std::cout << (options.json ? Json({{"groups", to_json(groups)}}).dump() + "\n" : describe(groups)) << std::flush;
  return kDone;
}

int info(const GroupOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "group", waiter);
  const auto groups = groups_of(client, waiter);
  const GroupRow& group = group_named(groups, options.name);
  const auto members = query(client, waiter, QueryKind::members);
  std::cout << (options.json ? to_json(group, members).dump() + "\n" : describe(group, members)) << std::flush;
  return kDone;
}

/// What is lost with it, for who has to confirm it.
std::string consequence(const GroupRow& group, const GroupOptions& options, GroupAction::Kind kind) {
  const std::string unfinished = "Group " + runtime::word_or_quote(group.name) + " has " + cell(group.lag) +
                                 " messages it has not finished, " + cell(group.dead) + " dead letters and " +
                                 cell(group.members) + " members.\n";
  if (kind == GroupAction::Kind::drop) {
    return unfinished +
           "It will be forgotten with all that: its members end, and its dead letters can not be given "
           "back any more.\n";
  }
  return unfinished + "It will let go of what it has not finished and begin " + describe_start(options.from) + ".\n";
}

int change(const GroupOptions& options, const Invocation& invocation, GroupAction::Kind kind) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "group", waiter);
  const auto groups = groups_of(client, waiter);
  const GroupRow& group = group_named(groups, options.name);
  if (!options.yes) {
    std::cerr << consequence(group, options, kind);
    confirm(waiter);
  }
  await(waiter, client.manage({.kind = kind, .group = options.name, .from = options.from}));
  const bool is_drop = kind == GroupAction::Kind::drop;
  if (options.json) {
    std::cout << Json({{"group", options.name}, {"done", is_drop ? "drop" : "reset"}}).dump() + "\n" << std::flush;
  } else {
    std::cout << "group " + runtime::word_or_quote(options.name) +
                     (is_drop ? " is forgotten" : " begins " + describe_start(options.from)) + "\n"
              << std::flush;
  }
  return kDone;
}

void add_name(CLI::App& command, GroupOptions& options) {
  command.add_option("NAME", options.name, "The group's name")->required();
}

void add_start(CLI::App& command, From& from) {
  const auto take = [&from](const std::string& text) {
    const auto start = parse_group_start(text);
    if (!start) {
      throw CLI::ValidationError("--from",
                                 "expected beginning, new or a sequence, found " + runtime::word_or_quote(text));
    }
    from = *start;
  };
  command.add_option_function<std::string>("--from", take, "Where it begins anew (beginning)")
      ->type_name("beginning|new|SEQUENCE");
}

void add_listing(CLI::App& command, const std::shared_ptr<GroupOptions>& options, Invocation& invocation) {
  CLI::App& listing = *command.add_subcommand("ls", "All groups");
  listing.add_flag("--json", options->json, "Print {\"groups\": […]}");
  listing.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return list(*options, invocation); }; });

  CLI::App& showing = *command.add_subcommand("info", "All about one group, and its members");
  add_name(showing, *options);
  showing.add_flag("--json", options->json,
                   "Print {group, state, stream, pattern, order, floor, head, lag, …, sessions}");
  showing.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return info(*options, invocation); }; });
}

void add_changes(CLI::App& command, const std::shared_ptr<GroupOptions>& options, Invocation& invocation) {
  CLI::App& resetting = *command.add_subcommand("reset", "Let go of all it has not finished, and begin elsewhere");
  CLI::App& dropping = *command.add_subcommand("drop", "Forget a group");
  add_start(resetting, options->from);
  for (const auto& [one, kind] :
       {std::pair(&resetting, GroupAction::Kind::reset), std::pair(&dropping, GroupAction::Kind::drop)}) {
    add_name(*one, *options);
    one->add_flag("--yes", options->yes, "Do it without asking");
    one->add_flag("--json", options->json, "Print {group, done}");
    one->callback([options, &invocation, kind = kind] {
      invocation.run = [options, &invocation, kind] { return change(*options, invocation, kind); };
    });
    one->footer("Says what will be lost, and does it after --yes or a yes typed at a terminal.");
  }
}

}  // namespace

void add_group(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("group", "Show, reset or forget groups");
  command.require_subcommand(1);
  const auto options = std::make_shared<GroupOptions>();
  add_listing(command, options, invocation);
  add_changes(command, options, invocation);
  command.footer(
      R"(LAG is how many messages of its stream lie beyond what the group has finished, PENDING how many it knows and
has not finished, DELAYED how many wait for their next try. HOLDS is what the stream has to keep for the
group that has finished least of it. Examples:
  fanfare group ls
  fanfare group info work --json
  fanfare group reset work --from new)");
}

}  // namespace fanfare::cli
