#pragma once
// How many connections there may be, in all and from one address. Owned by the server and outlives the seats it gave;
// the I/O thread.

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace fanfare::frontends::websocket::server {

class Seats {
 public:
  struct Limits {
    std::size_t all = 10'000;
    std::size_t per_address = 1'000;
  };
  explicit Seats(Limits limits) : limits_(limits) {}

  /// Gives its place back when it goes.
  class Seat {
   public:
    Seat(Seats& seats, std::string address) : seats_(seats), address_(std::move(address)) {}
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat() { seats_.free(address_); }

   private:
    Seats& seats_;
    const std::string address_;
  };

  /// Null when all are taken. Loopback counts as one address only for the whole: a proxy speaks for everybody.
  [[nodiscard]] std::unique_ptr<Seat> take(const std::string& address, bool is_loopback) {
    if (taken_ >= limits_.all) return nullptr;
    auto& here = by_address_[address];
    if (!is_loopback && here >= limits_.per_address) return nullptr;
    ++here;
    ++taken_;
    return std::make_unique<Seat>(*this, address);
  }

  [[nodiscard]] std::size_t taken() const { return taken_; }

 private:
  void free(const std::string& address) {
    --taken_;
    const auto found = by_address_.find(address);
    if (--found->second == 0) by_address_.erase(found);
  }

  const Limits limits_;
  std::size_t taken_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace fanfare::frontends::websocket::server
