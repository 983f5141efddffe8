#pragma once
// Questions about the broker, and the pages that answer them and FETCH (PROTOCOL.md §5). Plain data; any thread.

#include <cstdint>

#include "protocol/commands/common.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class PageKind : std::uint8_t { records = 0, rows = 1 };
constexpr PageKind last_value(PageKind) { return PageKind::rows; }

struct Page {
  static constexpr auto kType = CommandType::page;
  static constexpr std::uint8_t kLast = 1;
  static constexpr std::uint8_t kRecovered = 2;

  RequestNumber request = 0;
  PageKind kind = PageKind::records;
  std::uint8_t flags = 0;
  StreamPosition through;  ///< of records: ask on after this
  LongText next;           ///< of rows: the cursor to go on with
  std::uint32_t count = 0;
  Tail content;  ///< records, or rows: each a u16 size and a header map
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.kind, self.flags, self.through, self.next, self.count, self.content);
  }
};

enum class QueryKind : std::uint8_t {
  broker = 0,
  sessions = 1,
  streams = 2,
  subscriptions = 3,
  services = 4,
  groups = 5,
  presence = 6,
  members = 7,
  dead_letters = 8
};
constexpr QueryKind last_value(QueryKind) { return QueryKind::dead_letters; }

struct Query {
  static constexpr auto kType = CommandType::query;
  RequestNumber request = 0;
  QueryKind kind = QueryKind::broker;
  std::uint32_t limit = 0;  ///< rows per page; 0: the broker's choice
  LongText cursor;          ///< empty: from the beginning
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.kind, self.limit, self.cursor);
  }
};

}  // namespace fanfare::protocol
