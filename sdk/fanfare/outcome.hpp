#pragma once
// How something ended, as callbacks get it: a value or an Error. And the value of a publish, Ack. Value types; any
// thread.

#include <fanfare/error.hpp>
#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace fanfare {

template <class T>
class Outcome {
 public:
  Outcome(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: meant to convert
  Outcome(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: meant to convert

  [[nodiscard]] bool ok() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// Throws the error when there is no value.
  [[nodiscard]] const T& value() const {
    if (!ok()) throw std::get<1>(content_);
    return std::get<0>(content_);
  }
  [[nodiscard]] T& value() { return const_cast<T&>(std::as_const(*this).value()); }
  /// Only when !ok().
  [[nodiscard]] const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, Error> content_;
};

/// A publish the broker acknowledged. With a stream it is stored, as the stream's durability promises.
struct Ack {
  std::string stream = {};    ///< empty: the topic lies in no stream, nothing was stored
  Position position = {};     ///< where it stands in the stream
  std::uint64_t matched = 0;  ///< outside streams: how many sessions it was handed to
  bool repeated = false;      ///< the id was known: this is the position of the first one
  Uuid id;                    ///< the message's id
};

}  // namespace fanfare
