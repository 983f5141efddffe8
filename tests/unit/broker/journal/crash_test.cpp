// What a machine does to the journal at any moment. Each round is a life story from a seed: FANFARE_ROUNDS tells how
// many, FANFARE_SEED where they begin.

#include <gtest/gtest.h>

#include <cstdlib>

#include "broker/journal/verify.hpp"
#include "journal_machine.hpp"

namespace fanfare::broker::journal {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t standard) {
  const char* text = std::getenv(variable);
  return text == nullptr ? standard : std::strtoull(text, nullptr, 10);
}

/// Some of everything until the machine stops or it is enough.
void live(JournalMachine& machine) {
  for (auto steps = 1 + machine.pick(100); steps > 0 && !machine.files.stopped(); --steps) {
    const auto stream = static_cast<protocol::StreamNumber>(1 + machine.pick(3));
    switch (machine.pick(13)) {
      case 0:
        machine.read(stream);
        break;
      case 1:
        machine.settle();
        break;
      case 2:
        machine.pass_time(std::chrono::milliseconds(machine.pick(100)));
        break;
      case 3:
        machine.look_up(stream);
        break;
      case 4:
        machine.take();
        break;
      case 5:
        machine.let_go();
        break;
      default:
        machine.append(stream);
        break;
    }
  }
}

/// Empty when the journal is sound.
std::string damage(JournalMachine& machine) {
  const auto reports = verify(machine.files, machine.options.folder);
  if (!reports) return reports.error().number == ENOENT ? "" : reports.error().message;
  for (const auto& report : *reports) {
    for (const auto& problem : report.problems) {
      return report.stream + "/" + problem.file + ", offset " + std::to_string(problem.offset) + ": " + problem.what;
    }
  }
  return "";
}

enum class Ending { close, kill, power };
enum class Trouble { none, faults, full };

/// Calls that will fail.
void add_faults(JournalMachine& machine) {
  using Operation = test::MemoryFileSystem::Operation;
  constexpr Operation kOperations[] = {Operation::create, Operation::write,   Operation::sync,
                                       Operation::sync,   Operation::reserve, Operation::truncate,
                                       Operation::rename, Operation::remove,  Operation::sync_folder};
  for (auto count = machine.pick(3); count > 0; --count) {
    machine.files.fail({.operation = kOperations[machine.pick(std::size(kOperations))],
                        .nth = 1 + machine.pick(40),
                        .error = machine.pick(3) == 0 ? ENOSPC : EIO,
                        .written = 64 * machine.pick(8)});
  }
}

/// A disk that has room for a little more, or enough.
void limit_room(JournalMachine& machine) {
  std::uint64_t used = 0;
  for (const auto& [path, bytes] : machine.files.files()) used += bytes.size();
  machine.files.set_capacity(machine.pick(3) == 0 ? 1U << 30U : used + machine.pick(40'000));
}

/// One life of the machine, and its end.
void live_once(JournalMachine& machine, Ending ending, Trouble trouble) {
  if (trouble == Trouble::faults) add_faults(machine);
  if (trouble == Trouble::full) limit_room(machine);
  // Some journals don't live to see their opening done.
  if (machine.pick(3) > 0) machine.files.stop_after(1 + machine.pick(machine.pick(2) == 0 ? 30 : 400));
  const bool is_open = machine.open();
  if (is_open) live(machine);
  ASSERT_TRUE(is_open || machine.files.stopped() || trouble == Trouble::faults) << machine.refusal();
  machine.files.repair();
  if (ending == Ending::close) machine.close();
  if (ending == Ending::kill) machine.kill();
  if (ending == Ending::power) machine.lose_power();
  ASSERT_EQ(machine.differences(), std::vector<std::string>());
  ASSERT_EQ(damage(machine), "");
}

void run(std::uint64_t seed, const std::vector<Ending>& endings, Trouble trouble) {
  JournalMachine machine(seed);
  for (int lives = 0; lives < 5; ++lives) {
    SCOPED_TRACE("life " + std::to_string(lives));
    live_once(machine, endings[machine.pick(endings.size())], trouble);
    if (testing::Test::HasFatalFailure()) return;
  }
  machine.files.set_capacity(1U << 30U);
  ASSERT_TRUE(machine.open()) << machine.refusal();
  ASSERT_TRUE(machine.settle());
  machine.close();
  ASSERT_EQ(machine.differences(), std::vector<std::string>());
  ASSERT_EQ(damage(machine), "");
}

void run_rounds(const std::vector<Ending>& endings, Trouble trouble = Trouble::none) {
  const auto first = number_from("FANFARE_SEED", std::random_device()());
  const auto rounds = number_from("FANFARE_ROUNDS", 60);
  std::cout << "FANFARE_SEED=" << first << ", " << rounds << " rounds" << std::endl;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE("FANFARE_ROUNDS=1 FANFARE_SEED=" + std::to_string(first + round));
    run(first + round, endings, trouble);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(FileJournalCrash, AKilledProcessLosesNothingItHadCommitted) {
  run_rounds({Ending::kill, Ending::kill, Ending::close});
}

TEST(FileJournalCrash, ALossOfPowerTakesNothingThatWasCommitted) { run_rounds({Ending::power}); }

TEST(FileJournalCrash, EveryEndingMayFollowEveryOther) { run_rounds({Ending::kill, Ending::close, Ending::power}); }

TEST(FileJournalCrash, FailedCallsLoseNothingThatWasCommitted) {
  run_rounds({Ending::kill, Ending::close, Ending::power}, Trouble::faults);
}

TEST(FileJournalCrash, AFullDiskLosesNothingThatWasCommitted) {
  run_rounds({Ending::kill, Ending::close, Ending::power}, Trouble::full);
}

}  // namespace
}  // namespace fanfare::broker::journal
