#include "tests/integration/frontends/websocket/node_script.hpp"

#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

runtime::Command command(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {"node",
                                   FANFARE_SOURCE_DIR "/tests/integration/frontends/websocket/centrifuge/client.mjs"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return {argv, {}};
}

}  // namespace

NodeScript::NodeScript(const std::vector<std::string>& arguments)
    : process_(runtime::ChildProcess::spawn(command(arguments)).value()) {}

std::string NodeScript::wait_for(const std::string& beginning) {
  std::string found;
  const auto look = [&] {
    output_ += process_.read_output();
    for (auto end = output_.find('\n', read_); end != std::string::npos; end = output_.find('\n', read_)) {
      const auto line = output_.substr(read_, end - read_);
      read_ = end + 1;
      if (!line.starts_with(beginning)) continue;
      found = line;
      return true;
    }
    return false;
  };
  return eventually(20s, look) ? found : std::string();
}

bool NodeScript::says(const std::string& text) {
  return eventually(20s, [&] {
    output_ += process_.read_output();
    return output_.find(text) != std::string::npos;
  });
}

int NodeScript::wait_end() {
  const auto status = process_.wait(patient(20s));
  output_ += process_.read_output();
  return status && status->signal == 0 ? status->code : -1;
}

}  // namespace fanfare::test
