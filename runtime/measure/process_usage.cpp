#include "runtime/measure/process_usage.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace fanfare::runtime {
namespace {

// proc(5), counted from the field behind the name: state is the third of all.
constexpr int kUserTime = 14 - 3;
constexpr int kSystemTime = 15 - 3;
constexpr int kResidentPages = 24 - 3;

std::optional<std::int64_t> number_at(std::string_view fields, int index) {
  for (; index > 0; --index) {
    const auto space = fields.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    fields.remove_prefix(space + 1);
  }
  std::int64_t value = 0;
  const auto parsed = std::from_chars(fields.data(), fields.data() + fields.size(), value);
  if (parsed.ec != std::errc{} || value < 0) return std::nullopt;
  return value;
}

}  // namespace

Result<ProcessUsage> parse_process_stat(std::string_view text, long ticks_per_second, long page_bytes) {
  const auto name_end = text.rfind(") ");
  if (name_end == std::string_view::npos) return Error{"not the text of /proc/PID/stat"};
  const auto fields = text.substr(name_end + 2);
  const auto user = number_at(fields, kUserTime);
  const auto system = number_at(fields, kSystemTime);
  const auto pages = number_at(fields, kResidentPages);
  if (!user || !system || !pages) return Error{"not the text of /proc/PID/stat"};
  return ProcessUsage{.cpu = std::chrono::microseconds((*user + *system) * (1'000'000 / ticks_per_second)),
                      .resident_bytes = static_cast<std::uint64_t>(*pages * page_bytes)};
}

Result<ProcessUsage> usage_of(pid_t process) {
  const auto path = "/proc/" + std::to_string(process) + "/stat";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto usage = parse_process_stat(text, sysconf(_SC_CLK_TCK), sysconf(_SC_PAGESIZE));
  if (usage.has_error()) return Error{path, ": no process runs there"};
  return usage;
}

}  // namespace fanfare::runtime
