#include "runtime/metrics/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "runtime/json/strict_json.hpp"
#include "runtime/metrics/names.hpp"

namespace fanfare::runtime {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kKinds = {"counter", "gauge", "histogram"};
constexpr std::size_t kDepth = 8;

json to_json(const Sample& sample, MetricKind kind) {
  json result = {{"labels", sample.labels}};
  if (kind != MetricKind::kHistogram) {
    result["value"] = sample.value;
    return result;
  }
  json buckets = json::array();
  for (const auto& bucket : sample.distribution.buckets) buckets.push_back(json::array({bucket.upper, bucket.count}));
  result["buckets"] = std::move(buckets);
  result["count"] = sample.distribution.count;
  result["sum"] = sample.distribution.sum;
  return result;
}

bool is_finite(const Sample& sample) { return std::isfinite(sample.value) && std::isfinite(sample.distribution.sum); }

std::string to_text(const Family& family) {
  json samples = json::array();
  for (const Sample& sample : family.samples) {
    if (is_finite(sample)) samples.push_back(to_json(sample, family.kind));
  }
  return json{{"name", family.name},
              {"type", kKinds.at(static_cast<std::size_t>(family.kind))},
              {"help", family.help},
              {"samples", std::move(samples)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Reads one report; each function is false, or nothing, when what it reads is not as it has to be.
class Reading {
 public:
  explicit Reading(const ReportBounds& bounds) : bounds_(bounds) {}

  std::optional<Families> report(const json& value) {
    if (!has_members(value, {"families"})) return std::nullopt;
    const json& list = value["families"];
    if (!list.is_array() || list.size() > bounds_.families) return std::nullopt;
    Families families(list.size());
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!family(list[i], families[i]) || !names.insert(families[i].name).second) return std::nullopt;
    }
    return families;
  }

 private:
  static bool has_members(const json& value, std::initializer_list<const char*> names) {
    return value.is_object() && value.size() == names.size() &&
           std::ranges::all_of(names, [&](const char* name) { return value.contains(name); });
  }

  static bool text(const json& value, std::size_t most, std::string& into) {
    if (!value.is_string()) return false;
    into = value.get<std::string>();
    return into.size() <= most;
  }

  static bool number(const json& value, double& into) {
    if (!value.is_number()) return false;
    into = value.get<double>();
    return std::isfinite(into);
  }

  static bool count(const json& value, std::uint64_t& into) {
    if (!value.is_number_unsigned()) return false;
    into = value.get<std::uint64_t>();
    return true;
  }

  bool family(const json& value, Family& into) {
    std::string kind;
    if (!has_members(value, {"name", "type", "help", "samples"}) || !text(value["type"], bounds_.help_bytes, kind) ||
        !text(value["name"], bounds_.help_bytes, into.name) || !text(value["help"], bounds_.help_bytes, into.help)) {
      return false;
    }
    const auto* const found = std::ranges::find(kKinds, kind);
    if (found == kKinds.end()) return false;
    into.kind = static_cast<MetricKind>(found - kKinds.begin());
    if (metric_name_problem(into.name, into.kind)) return false;
    const json& list = value["samples"];
    samples_ += list.size();
    if (!list.is_array() || samples_ > bounds_.samples) return false;
    into.samples.resize(list.size());
    std::set<Labels> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!sample(list[i], into.kind, into.samples[i]) || !seen.insert(into.samples[i].labels).second) return false;
    }
    return true;
  }

  bool sample(const json& value, MetricKind kind, Sample& into) {
    if (kind == MetricKind::kHistogram) {
      return has_members(value, {"labels", "buckets", "count", "sum"}) && labels(value["labels"], into.labels) &&
             distribution(value, into.distribution);
    }
    return has_members(value, {"labels", "value"}) && labels(value["labels"], into.labels) &&
           number(value["value"], into.value) && (kind == MetricKind::kGauge || into.value >= 0);
  }

  bool labels(const json& value, Labels& into) {
    if (!value.is_object() || value.size() > bounds_.labels) return false;
    for (const auto& [name, label] : value.items()) {
      std::string given;
      if (!is_label_name(name) || !text(label, bounds_.label_bytes, given)) return false;
      if (!given.empty()) into.emplace(name, std::move(given));  // an empty label is one that is not there
    }
    return true;
  }

  bool distribution(const json& value, Distribution& into) {
    const json& list = value["buckets"];
    if (!list.is_array() || list.size() > bounds_.buckets) return false;
    for (const json& pair : list) {
      Distribution::Bucket bucket;
      if (!pair.is_array() || pair.size() != 2 || !number(pair[0], bucket.upper) || !count(pair[1], bucket.count)) {
        return false;
      }
      if (!into.buckets.empty() &&
          (bucket.upper <= into.buckets.back().upper || bucket.count < into.buckets.back().count)) {
        return false;
      }
      into.buckets.push_back(bucket);
    }
    if (!count(value["count"], into.count) || !number(value["sum"], into.sum)) return false;
    return into.buckets.empty() || into.buckets.back().count <= into.count;
  }

  const ReportBounds& bounds_;
  std::size_t samples_ = 0;
};

}  // namespace

std::string to_report(const Families& families, std::size_t max_bytes) {
  constexpr std::string_view kBegin = R"({"families":[)";
  constexpr std::string_view kEnd = "]}";
  std::string report(kBegin);
  std::size_t samples = 0;
  for (const Family& family : families) {
    if (samples + family.samples.size() > ReportBounds{}.samples) continue;
    const std::string text = to_text(family);
    const std::string_view comma = report.size() > kBegin.size() ? "," : "";
    if (report.size() + comma.size() + text.size() + kEnd.size() > max_bytes) continue;
    report.append(comma).append(text);
    samples += family.samples.size();
  }
  return report.append(kEnd);
}

std::optional<Families> parse_report(std::string_view json, const ReportBounds& bounds) {
  const auto value = parse_strict_json(json, {.size = bounds.bytes, .depth = kDepth});
  if (!value) return std::nullopt;
  return Reading(bounds).report(*value);
}

}  // namespace fanfare::runtime
