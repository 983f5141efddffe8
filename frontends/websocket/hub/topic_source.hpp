#pragma once
// The broker as the hub sees it: topics that are listened to or not, and what is stored of them. On the I/O thread;
// what becomes of it comes through the Hub's opened(), began(), refused(), arrived() and interrupted(), and through
// `done`, never from inside these calls.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::hub {

/// Stored publications of one topic, oldest first.
struct Page {
  std::vector<session::Replayed> publications = {};
  Position through = {};  ///< up to here none is missing
  bool last = false;      ///< nothing more is stored
  bool recovered = true;  ///< false: some of what was asked for is not stored any more
};

/// Nothing: it could not be read.
using OnPage = std::function<void(std::optional<Page>)>;

/// How much of a topic is read.
struct ReadBounds {
  std::size_t count = 0;
  std::size_t bytes = 0;
};

class TopicSource {
 public:
  virtual ~TopicSource() = default;
  virtual void open(const std::string& topic) = 0;
  virtual void close(const std::string& topic) = 0;
  /// Reads what is stored after a position; `done` comes once, in bounded time.
  virtual void read(const std::string& topic, const Position& after, const ReadBounds& bounds, OnPage done) = 0;
};

}  // namespace fanfare::frontends::websocket::hub
