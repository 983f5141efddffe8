#include "tests/integration/workers/accounts/accounts_system.hpp"

namespace fanfare::workers::accounts::test {

runtime::ChildProcess AccountsSystem::start_accounts() const {
  auto process = runtime::ChildProcess::spawn(
      {{FANFARE_BIN_DIR "/fanfare-accounts"},
       {{"FANFARE_BROKER_LISTEN", address.str()}, {"FANFARE_DATA_DIR", (address.folder() / "data").string()}}});
  EXPECT_TRUE(eventually(seconds(20), [&] { return process->take_ready(); })) << process->read_output();
  return std::move(process).value();
}

}  // namespace fanfare::workers::accounts::test
