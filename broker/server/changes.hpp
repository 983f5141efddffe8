#pragma once
// What of a new configuration a broker takes over while it runs, and what has to wait for its next start. Pure
// functions; any thread.

#include <string>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/journal/keeping.hpp"
#include "protocol/commands.hpp"
#include "runtime/config/config.hpp"

namespace fanfare::broker::server {

struct StreamKeeping {
  protocol::StreamNumber number = protocol::kNoStream;
  std::string name;
  journal::KeepRules rules;
};

struct Changes {
  core::Settings settings;             ///< for Core::reload()
  std::vector<StreamKeeping> streams;  ///< of those there are, changed or not
};

/// `running`: what the broker was started with; the streams have the numbers they have since.
[[nodiscard]] Changes changes_for(const runtime::Config& running, const runtime::Config& next);

/// The keys whose values differ and count from the next start on: a stream's or group's name for one that is new, gone
/// or (a group) different, else the whole key.
[[nodiscard]] std::vector<std::string> fixed_keys(const runtime::Config& running, const runtime::Config& next);

}  // namespace fanfare::broker::server
