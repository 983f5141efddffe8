#pragma once
// Holds requests to their promise: each has exactly one outcome, and it is the caller's own; one that is not retry safe
// is handed to one member at most, one that is never twice under the same attempt; what was refused was not handled.
// Told by the clients, knows nothing of the broker. Owned by the world.

#include <fanfare/error.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fanfare::simulation {

/// In no stream, so that nothing but a service takes them.
inline constexpr std::array<std::string_view, 4> kServiceTopics{"work.a", "work.b", "work.a.x", "work.c"};
inline constexpr std::array<std::string_view, 4> kServicePatterns{"work.>", "work.*", "work.a", "work.b"};

class ServiceCheck {
 public:
  using Ticket = std::uint64_t;
  using Time = std::chrono::microseconds;

  explicit ServiceCheck(const Time& now) : now_(now) {}

  // ---- What callers do and hear.

  /// The ticket of a new request.
  Ticket begin(std::uint32_t client, std::uint32_t topic, bool retry_safe, Time deadline);
  [[nodiscard]] std::string payload(Ticket ticket, std::uint32_t size) const;
  void cancels(Ticket ticket);
  void replied(Ticket ticket, std::uint32_t client, std::string_view payload);
  /// A part of the reply, more of which follows.
  void part_replied(Ticket ticket, std::uint32_t client, std::string_view payload);
  void failed(Ticket ticket, std::uint32_t client, const Error& error);
  /// The client was killed: nobody hears of its requests any more.
  void died(std::uint32_t client);

  // ---- What members are handed and answer.

  /// The ticket in the payload of a request that `member` is handed.
  Ticket handed(std::uint32_t member, std::uint32_t pattern, std::string_view topic, std::uint16_t attempt,
                std::string_view payload);
  /// What a member has of a request.
  struct Try {
    Ticket ticket = 0;
    std::uint16_t attempt = 0;
  };
  /// The payload of a member's answer, or of the last part of it.
  std::string answer(const Try& of, bool failed, std::uint32_t size);
  /// The payload of a part of it that is not the last.
  std::string part(const Try& of, std::uint32_t size);

  [[nodiscard]] std::size_t open() const { return open_; }
  void complete() const;

 private:
  struct Asked {
    std::uint32_t client = 0;
    std::uint32_t topic = 0;
    bool retry_safe = false;
    bool canceled = false;
    bool is_open = true;
    bool untouched = false;      ///< its caller was told that no member had it
    std::uint32_t attempts = 0;  ///< that members had: bit n - 1 for attempt n
    bool failed = false;         ///< some member answered that it had failed
    Time deadline{};
    std::array<std::uint32_t, 6> parts{};  ///< of each attempt, that its member sent
    std::uint16_t heard_of = 0;            ///< the attempt whose answer the caller hears
    std::uint32_t heard = 0;               ///< parts of it
  };
  /// What a member said, as a whole or in part.
  struct Answer {
    Try of;
    std::uint32_t place = 0;  ///< among the parts
    std::uint32_t size = 0;
    bool is_last = false;
  };

  std::string say(const Try& of, bool is_last, std::uint32_t size);
  void hear(Ticket ticket, Asked& asked, std::string_view payload, bool is_last);
  Asked& ended(Ticket ticket, std::uint32_t client, std::string_view how);

  const Time& now_;
  std::vector<Asked> asked_;     ///< by ticket - 1
  std::vector<Answer> answers_;  ///< by number - 1
  std::size_t open_ = 0;
};

}  // namespace fanfare::simulation
