#include "cli/up/line_printer.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>

namespace fanfare::cli {
namespace {

/// Of ECMA-48's: readable on dark and on light; without red, which looks like an error.
constexpr std::array<std::string_view, 6> kColours = {"36", "33", "32", "35", "34", "90"};

}  // namespace

bool standard_error_has_colours() {
  const char* const unwanted = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool is_wanted = unwanted == nullptr || *unwanted == '\0';
  const bool is_able = terminal == nullptr || std::string_view(terminal) != "dumb";
  return is_wanted && is_able && ::isatty(STDERR_FILENO) == 1;
}

LinePrinter::LinePrinter(runtime::LogFormat format, runtime::Logger& log)
    : is_json_(format == runtime::LogFormat::kJson),
      has_colours_(!is_json_ && standard_error_has_colours()),
      log_(log) {}

/// JSON names its component itself, and a prefix would spoil it; what else a plug-in says becomes an event.
void LinePrinter::print(const runtime::ProcessSpec& process, std::string_view line) {
  if (is_json_ && !line.starts_with('{') && process.is_plugin) {
    log_.info("plug-in says", {{"process", process.name}, {"line", line}});
  } else {
    std::cerr << prefix(process) + std::string(line) + "\n";
  }
  const std::lock_guard lock(mutex_);
  last_line_[process.name] = line;
}

std::string LinePrinter::last_lines() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [process, line] : last_line_) text += "; " + process + " said last: " + line;
  return text;
}

std::string LinePrinter::prefix(const runtime::ProcessSpec& process) {
  if (is_json_) return {};
  const std::string text = process.name + " | ";
  if (!has_colours_) return text;
  const std::size_t colour = colours_.try_emplace(process.component, colours_.size()).first->second;
  return "\x1b[" + std::string(kColours[colour % kColours.size()]) + "m" + text + "\x1b[0m";
}

}  // namespace fanfare::cli
