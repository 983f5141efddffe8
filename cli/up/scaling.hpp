#pragma once
// How many replicas a component is to have, asked for with `fanfare scale` while `fanfare up` runs: what is allowed,
// and the request and its answer on $sys.supervisor. Values and pure functions.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/up/selection.hpp"
#include "runtime/config/config.hpp"
#include "runtime/result.hpp"

namespace fanfare::cli {

/// By component.
using Replicas = std::map<std::string, std::uint64_t>;

/// {"scale": {"persistence": 4}}
std::string scale_request(const Replicas& replicas);
[[nodiscard]] runtime::Result<Replicas> read_scale_request(std::string_view json);

/// The configuration with these numbers in place of its own, 0 for none; or why they can't be: a name that is no worker
/// or plug-in that runs here, a number beyond the bounds of the configuration, two processes of one name.
[[nodiscard]] runtime::Result<runtime::Config> scaled(const runtime::Config& config, const Selection& selection,
                                                      const Replicas& replicas);

/// What came of it, by name of process; both empty if so many ran already.
struct Scaled {
  std::vector<std::string> started;
  std::vector<std::string> stopped;

  bool operator==(const Scaled&) const = default;
};

/// {"ok": {"started": […], "stopped": […]}} or {"error": {code, message, retry}}
std::string scale_answer(const runtime::Result<Scaled>& outcome);
/// Throws CommandFailure: wrong usage with the message of a refusal, or failed if the text is something else.
Scaled read_scale_answer(std::string_view json);

}  // namespace fanfare::cli
