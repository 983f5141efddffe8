#include "sdk/session/presence_names.hpp"

#include <algorithm>
#include <utility>

#include "protocol/topic.hpp"

namespace fanfare::session {
namespace {

/// Gathers names into commands.
class Packer {
 public:
  explicit Packer(std::vector<PresenceNames::Names>& into) : into_(into) {}

  void add(std::string name) {
    const auto size = name.size() + 1;
    bytes_ += size;
    if (into_.empty() || into_.back().size() == PresenceNames::kMostNames || bytes_ > PresenceNames::kMostBytes) {
      into_.emplace_back();
      bytes_ = size;
    }
    into_.back().push_back(std::move(name));
  }

 private:
  std::vector<PresenceNames::Names>& into_;
  std::size_t bytes_ = 0;
};

}  // namespace

bool PresenceNames::add(protocol::Handle handle, std::string_view name) {
  auto found = names_.find(name);
  if (found == names_.end()) {
    found = names_.emplace(name, Name{}).first;
    if (protocol::has_wildcard(name)) wild_.push_back(&*found);
  }
  auto& entry = *found;
  entry.second.handles.push_back(handle);
  by_handle_.emplace(handle, &entry);
  if (entry.second.said == 0) change(entry);
  return entry.second.ready;
}

bool PresenceNames::remove(protocol::Handle handle) {
  const auto found = by_handle_.find(handle);
  if (found == by_handle_.end()) return false;
  auto& entry = *found->second;
  by_handle_.erase(found);
  std::erase(entry.second.handles, handle);
  if (entry.second.handles.empty()) change(entry);
  return true;
}

void PresenceNames::change(Map::value_type& entry) {
  if (!std::exchange(entry.second.changed, true)) changed_.push_back(&entry);
}

PresenceNames::News PresenceNames::take_news(const std::function<bool(std::string_view)>& is_valid) {
  News news;
  Packer let_go(news.let_go);
  Packer wanted(news.wanted);
  std::vector<Names> alone;
  for (auto* entry : std::exchange(changed_, {})) {
    auto& [name, it] = *entry;
    it.changed = false;
    const bool is_wanted = !it.handles.empty();
    if (is_wanted == (it.said != 0)) {
      if (!is_wanted) take(*entry);
      continue;
    }
    if (is_wanted && is_valid(name)) {
      if (std::exchange(it.alone, false)) {
        alone.push_back({name});
      } else {
        wanted.add(name);
      }
      continue;
    }
    for (const auto handle : it.handles) {
      news.invalid.emplace_back(handle, name);
      by_handle_.erase(handle);
    }
    auto node = take(*entry);
    if (!is_wanted) let_go.add(std::move(node.key()));
  }
  std::ranges::move(alone, std::back_inserter(news.wanted));
  return news;
}

void PresenceNames::said(protocol::RequestNumber number, Names names) {
  for (const auto& name : names) {
    auto& it = names_.find(name)->second;
    it.said = number;
    it.ready = false;
  }
  open_.emplace(number, std::move(names));
}

std::vector<protocol::Handle> PresenceNames::acknowledged(protocol::RequestNumber number) {
  std::vector<protocol::Handle> handles;
  const auto open = open_.extract(number);
  if (!open) return handles;
  for (const auto& name : open.mapped()) {
    const auto found = names_.find(name);
    // It may have been let go of, and wanted again, since.
    if (found == names_.end() || found->second.said != number) continue;
    found->second.ready = true;
    std::ranges::copy(found->second.handles, std::back_inserter(handles));
  }
  return handles;
}

std::vector<std::pair<std::string, PresenceNames::Name>> PresenceNames::refused(protocol::RequestNumber number,
                                                                                Refused how) {
  std::vector<std::pair<std::string, Name>> dropped;
  const auto open = open_.extract(number);
  if (!open) return dropped;
  if (how == Refused::for_one && open.mapped().size() == 1) how = Refused::for_good;
  for (const auto& name : open.mapped()) {
    const auto found = names_.find(name);
    if (found == names_.end() || found->second.said != number) continue;
    auto& it = found->second;
    it.said = 0;
    it.alone = how == Refused::for_one;
    if (it.alone || it.handles.empty()) change(*found);
    if (how != Refused::for_good || it.handles.empty()) continue;
    for (const auto handle : it.handles) by_handle_.erase(handle);
    if (it.changed) std::erase(changed_, &*found);
    auto node = take(*found);
    dropped.emplace_back(std::move(node.key()), std::move(node.mapped()));
  }
  return dropped;
}

void PresenceNames::rewind(Names& gone) {
  open_.clear();
  changed_.clear();
  for (auto at = names_.begin(); at != names_.end();) {
    auto& it = at->second;
    it.said = 0;
    it.ready = false;
    it.changed = false;
    auto& entry = *at++;
    if (it.handles.empty()) {
      gone.push_back(std::move(take(entry).key()));
    } else {
      change(entry);
    }
  }
}

PresenceNames::Map::node_type PresenceNames::take(Map::value_type& entry) {
  std::erase(wild_, &entry);
  return names_.extract(names_.find(entry.first));
}

const PresenceNames::Name* PresenceNames::find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

std::vector<const PresenceNames::Name*> PresenceNames::matching(std::string_view key) const {
  std::vector<const Name*> found;
  if (const auto* name = find(key)) found.push_back(name);
  for (const auto* wild : wild_) {
    if (protocol::matches(wild->first, key)) found.push_back(&wild->second);
  }
  return found;
}

std::vector<protocol::Handle> PresenceNames::handles() const {
  std::vector<protocol::Handle> all;
  for (const auto& [handle, entry] : by_handle_) all.push_back(handle);
  return all;
}

}  // namespace fanfare::session
