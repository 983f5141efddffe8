#include "runtime/metrics/exposition.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace fanfare::runtime {
namespace {

/// One name in all sources.
struct Gathered {
  const Family* first = nullptr;
  std::vector<std::pair<const MetricsSource*, const Family*>> all;
};

std::string_view type_of(MetricKind kind) {
  constexpr std::array<std::string_view, 3> kTypes = {"counter", "gauge", "histogram"};
  return kTypes.at(static_cast<std::size_t>(kind));
}

void append_escaped(std::string& out, std::string_view text, bool is_label) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && is_label) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

/// Writes the samples of one source.
class Lines {
 public:
  Lines(std::string& out, const MetricsSource& source) : out_(out), source_(source) {}

  void write(const Family& family) {
    for (const Sample& sample : family.samples) {
      if (family.kind != MetricKind::kHistogram) {
        line(family.name, {}, sample.labels, {}, number(sample.value));
        continue;
      }
      const Distribution& seen = sample.distribution;
      for (const auto& bucket : seen.buckets) {
        line(family.name, "_bucket", sample.labels, number(bucket.upper), std::to_string(bucket.count));
      }
      line(family.name, "_bucket", sample.labels, "+Inf", std::to_string(seen.count));
      line(family.name, "_sum", sample.labels, {}, number(seen.sum));
      line(family.name, "_count", sample.labels, {}, std::to_string(seen.count));
    }
  }

 private:
  void line(std::string_view name, std::string_view suffix, const Labels& labels, std::string_view upper,
            std::string_view value) {
    out_.append(name).append(suffix).append("{");
    label("component", source_.component);
    out_ += ',';
    label("instance", source_.instance);
    for (const auto& [key, text] : labels) {
      out_ += ',';
      label(key, text);
    }
    if (!upper.empty()) {
      out_ += ',';
      label("le", upper);
    }
    out_.append("} ").append(value).append("\n");
  }

  void label(std::string_view name, std::string_view value) {
    out_.append(name).append("=\"");
    append_escaped(out_, value, true);
    out_ += '"';
  }

  std::string& out_;
  const MetricsSource& source_;
};

}  // namespace

Exposition expose(std::span<const MetricsSource> sources) {
  Exposition result;
  std::map<std::string_view, Gathered> by_name;
  for (const MetricsSource& source : sources) {
    for (const Family& family : *source.families) {
      Gathered& gathered = by_name[family.name];
      if (gathered.first == nullptr) gathered.first = &family;
      if (gathered.first->kind == family.kind) {
        gathered.all.emplace_back(&source, &family);
      } else {
        ++result.left_out;
      }
    }
  }
  for (const auto& [name, gathered] : by_name) {
    result.text.append("# HELP ").append(name).append(" ");
    append_escaped(result.text, gathered.first->help, false);
    result.text.append("\n# TYPE ").append(name).append(" ").append(type_of(gathered.first->kind)).append("\n");
    for (const auto& [source, family] : gathered.all) Lines(result.text, *source).write(*family);
  }
  return result;
}

}  // namespace fanfare::runtime
