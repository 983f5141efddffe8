#include "runtime/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

namespace fanfare::runtime {
namespace {

/// Builds the tree from yaml-cpp's events, which, unlike its own nodes, keep every mark and every doubled key.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& source, std::vector<Problem>& problems) : source_(source), problems_(problems) {}

  YamlNode take() { return std::exchange(root_, {}); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(node_at(YamlNode::Kind::kNull, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    report(mark, "aliases are not supported here: write the value itself");
    add(node_at(YamlNode::Kind::kNull, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    YamlNode node = node_at(YamlNode::Kind::kScalar, mark);
    node.text = value;
    node.is_quoted = tag == "!";  // what yaml-cpp calls a scalar that isn't plain
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_anchor(mark, anchor);
    open_.push_back({node_at(YamlNode::Kind::kList, mark), {}, false});
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_anchor(mark, anchor);
    open_.push_back({node_at(YamlNode::Kind::kMap, mark), {}, false});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YamlNode key;
    bool has_key = false;
  };

  static YamlNode node_at(YamlNode::Kind kind, const YAML::Mark& mark) {
    return {kind, mark.line + 1, mark.column + 1};
  }

  void report(const YAML::Mark& mark, std::string message) {
    problems_.push_back({{source_, mark.line + 1, mark.column + 1}, "", std::move(message)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) report(mark, "anchors are not supported here: remove the &name");
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      parent.key = std::move(node);
      parent.has_key = true;
    } else {
      parent.has_key = false;
      parent.node.entries.push_back({std::move(parent.key), std::move(node)});
    }
  }

  const std::string& source_;
  std::vector<Problem>& problems_;
  YamlNode root_;
  std::vector<Open> open_;
};

}  // namespace

YamlNode parse_yaml(const std::string& text, const std::string& source, std::vector<Problem>& problems) {
  TreeBuilder builder(source, problems);
  YamlNode root;
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) root = builder.take();
    if (parser.HandleNextDocument(builder)) {
      const YamlNode second = builder.take();
      problems.push_back({{source, second.line, second.column}, "", "expected one YAML document, found a second one"});
    }
  } catch (const YAML::Exception& error) {
    problems.push_back({{source, error.mark.line + 1, error.mark.column + 1}, "", "not YAML: " + error.msg});
  }
  return root;
}

}  // namespace fanfare::runtime
