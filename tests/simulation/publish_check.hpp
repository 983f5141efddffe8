#pragma once
// Holds publishes to their promise: each has exactly one outcome, what is acknowledged stands where the acknowledgement
// says, and what was refused as not stored is not. Owned by the world.

#include <fanfare/error.hpp>
#include <fanfare/outcome.hpp>

#include <cstdint>
#include <unordered_map>

#include "tests/simulation/truth.hpp"

namespace fanfare::simulation {

class PublishCheck {
 public:
  PublishCheck(const Truth& truth, const MessageBook& book) : truth_(truth), book_(book) {}

  /// The ticket of a new publish.
  std::uint64_t begin(std::uint32_t client, MessageNumber message);
  void acknowledged(std::uint64_t ticket, const Ack& ack);
  void failed(std::uint64_t ticket, const Error& error);
  /// The client was killed: nobody hears of its publishes any more.
  void died(std::uint32_t client);

  [[nodiscard]] std::size_t open() const { return open_.size(); }
  void complete() const;

 private:
  struct Open {
    std::uint32_t client;
    MessageNumber message;
  };

  /// Takes the ticket out; complains when it had its outcome.
  Open take(std::uint64_t ticket);

  const Truth& truth_;
  const MessageBook& book_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Open> open_;
};

}  // namespace fanfare::simulation
