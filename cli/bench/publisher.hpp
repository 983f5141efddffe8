#pragma once
// One publisher of a bench, on a topic and a session of its own: each acknowledgement moves its flight. Owned by a
// load; send() is called by one thread, acknowledgements come on the client's.

#include <fanfare/client.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "cli/bench/load.hpp"

namespace fanfare::cli {

class Publisher {
 public:
  /// What an acknowledgement says; the time that it took is taken where there is one.
  using Acknowledged = std::function<void(const Ack&)>;

  /// Connected when it returns. `lane` of the flight is the one of acknowledgements.
  Publisher(BenchContext& context, std::size_t number, Flight& flight, std::size_t lane,
            Acknowledged acknowledged = {});

  ~Publisher() { client_.close(context_.goodbye()); }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void send(std::string_view payload);

  [[nodiscard]] const Client& client() const { return client_; }
  /// Nanoseconds until the acknowledgement. Once nothing is under way.
  [[nodiscard]] const Histogram& latency() const { return latency_; }

 private:
  void settle(const Outcome<Ack>& outcome, std::int64_t sent);

  BenchContext& context_;
  Flight& flight_;
  const std::size_t lane_;
  const std::string topic_;
  const Acknowledged acknowledged_;
  Histogram latency_;
  Client client_;
};

}  // namespace fanfare::cli
