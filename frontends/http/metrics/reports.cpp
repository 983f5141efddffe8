#include "frontends/http/metrics/reports.hpp"

#include <optional>
#include <utility>

#include "runtime/metrics/report.hpp"

namespace fanfare::frontends::http {
namespace {

/// Component and instance: the two tokens behind `$sys.metrics.`.
std::optional<std::pair<std::string, std::string>> source_of(std::string_view topic) {
  constexpr std::string_view kPrefix = "$sys.metrics.";
  if (!topic.starts_with(kPrefix)) return std::nullopt;
  topic.remove_prefix(kPrefix.size());
  const std::size_t dot = topic.find('.');
  if (dot == std::string_view::npos || topic.find('.', dot + 1) != std::string_view::npos) return std::nullopt;
  return std::pair(std::string(topic.substr(0, dot)), std::string(topic.substr(dot + 1)));
}

}  // namespace

void Reports::take(std::string_view topic, std::string_view report, Time now) {
  auto source = source_of(topic);
  std::optional<runtime::Families> families;
  if (source) families = runtime::parse_report(report);  // not under the lock
  const std::lock_guard lock(mutex_);
  if (!families) {
    ++counts_.unreadable;
    return;
  }
  forget_stale(now);
  const auto known = entries_.find(*source);
  const std::size_t before = known == entries_.end() ? 0 : known->second.bytes;
  const bool is_one_too_many = known == entries_.end() && entries_.size() >= bounds_.instances;
  if (is_one_too_many || bytes_ - before + report.size() > bounds_.bytes) {
    ++counts_.refused;
    return;
  }
  ++counts_.taken;
  bytes_ += report.size() - before;
  entries_.insert_or_assign(*std::move(source),
                            Entry{std::make_shared<const runtime::Families>(*std::move(families)), report.size(), now});
}

std::vector<runtime::MetricsSource> Reports::current(Time now) {
  const std::lock_guard lock(mutex_);
  forget_stale(now);
  std::vector<runtime::MetricsSource> sources;
  for (const auto& [source, entry] : entries_) sources.push_back({source.first, source.second, entry.families});
  return sources;
}

Reports::Counts Reports::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Reports::forget_stale(Time now) {
  std::erase_if(entries_, [&](const auto& one) {
    if (now - one.second.came < bounds_.stale_after) return false;
    bytes_ -= one.second.bytes;
    return true;
  });
}

}  // namespace fanfare::frontends::http
