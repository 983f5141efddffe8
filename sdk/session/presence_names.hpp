#pragma once
// Names that handles of this client want the broker to know until they go: presence keys that are held, or patterns
// that are watched. Any number of handles may want the same name; the broker is told once, in commands of many names,
// and not at all of what came and went in between. They outlive sessions. Owned by the session; one thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::session {

class PresenceNames {
 public:
  /// One command holds at most so much.
  static constexpr std::size_t kMostNames = 1'000;
  static constexpr std::size_t kMostBytes = 32U << 10U;

  using Names = std::vector<std::string>;

  struct Name {
    std::vector<protocol::Handle> handles;
    protocol::RequestNumber said = 0;  ///< the command in which the broker was told of it; 0: it was not
    bool ready = false;                ///< and has acknowledged it
    bool changed = false;              ///< what the handles want may differ from what was said
    bool alone = false;                ///< it was refused together with others, and gets a command of its own
  };

  /// The handle is new. True when the broker has the name already.
  bool add(protocol::Handle handle, std::string_view name);
  /// False when the handle wants nothing here.
  bool remove(protocol::Handle handle);

  /// What the broker is to be told, the names to let go of first. Those that `is_valid` does not take are dropped, and
  /// their handles are put into `invalid`.
  struct News {
    std::vector<Names> let_go;
    std::vector<Names> wanted;
    std::vector<std::pair<protocol::Handle, std::string>> invalid;
  };
  [[nodiscard]] bool has_news() const { return !changed_.empty(); }
  [[nodiscard]] News take_news(const std::function<bool(std::string_view)>& is_valid);
  /// These of `wanted` go to the broker with this command.
  void said(protocol::RequestNumber number, Names names);

  /// The command was acknowledged: the handles whose name the broker has now.
  [[nodiscard]] std::vector<protocol::Handle> acknowledged(protocol::RequestNumber number);
  enum class Refused : std::uint8_t {
    for_good,  ///< the names are dropped
    for_now,   ///< the next session may have them
    for_one,   ///< perhaps for one of them only: each is to be told alone; the only one is dropped
  };
  /// It was refused: the names that are dropped, with their handles.
  [[nodiscard]] std::vector<std::pair<std::string, Name>> refused(protocol::RequestNumber number, Refused how);

  /// The session is lost: the broker knows none of it any more. `gone`: what it was not told to let go of.
  void rewind(Names& gone);

  /// Null when no handle wants it and the broker was not told of it.
  [[nodiscard]] const Name* find(std::string_view name) const;
  [[nodiscard]] bool empty() const { return names_.empty(); }
  /// The names that are this key or patterns that match it.
  [[nodiscard]] std::vector<const Name*> matching(std::string_view key) const;
  /// All handles, in no order.
  [[nodiscard]] std::vector<protocol::Handle> handles() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Map = std::unordered_map<std::string, Name, Hash, std::equal_to<>>;

  void change(Map::value_type& entry);
  Map::node_type take(Map::value_type& entry);

  Map names_;
  std::vector<const Map::value_type*> wild_;  ///< names with wildcards
  std::unordered_map<protocol::Handle, Map::value_type*> by_handle_;
  std::vector<Map::value_type*> changed_;
  std::unordered_map<protocol::RequestNumber, Names> open_;
};

}  // namespace fanfare::session
