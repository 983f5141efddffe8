#pragma once
// Turns the bytes of one connection into complete requests or a rejection, one after the other; whole messages only.
// Owned by a Connection, which guards it. Nothing is read from a socket here: bytes in, requests out.
// Promise: it holds at most one head, one body and as much again of what was sent behind them.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "frontends/http/message/head_parser.hpp"
#include "frontends/http/message/rejection.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

struct ReadLimits {
  std::size_t head = 16 * 1024;
  std::size_t body = 64 * 1024;
};

class RequestReader {
 public:
  explicit RequestReader(const ReadLimits& limits) : limits_(limits) {}

  enum class Stage { kIdle, kHead, kBody };
  /// What there is is not a whole request yet.
  struct Incomplete {
    Stage stage = Stage::kIdle;
    bool wants_continue = false;  ///< the client waits for `100 Continue`; said once
  };
  struct Complete {
    Request request;
    bool keep_alive = false;
  };
  using Next = std::variant<Incomplete, Complete, Rejection>;

  /// False if that is more than a connection may send ahead; nothing more is read then.
  [[nodiscard]] bool append(std::string_view bytes);

  /// Takes the next request out. After a rejection nothing but the destructor makes sense.
  [[nodiscard]] Next next();

 private:
  std::optional<Rejection> find_end_of_head();
  Next take_head();
  Next take_body();
  Next complete();

  ReadLimits limits_;
  std::string buffer_;
  std::size_t scanned_ = 0;    // how much of the buffer was looked at for the end of the head
  std::size_t head_size_ = 0;  // 0: its end was not found yet
  bool skipped_line_ = false;  // the empty line that may stand before a request
  std::optional<RequestHead> head_;
  Request request_;
};

}  // namespace fanfare::frontends::http
