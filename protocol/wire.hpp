#pragma once
// The primitive types of the wire, little-endian, and the one-pass writer and reader that commands list their fields
// to. A command's fields() is read by both, so that its layout stands in one place. Values; any thread, one at a time.

#include <fanfare/uuid.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fanfare::protocol {

static_assert(std::endian::native == std::endian::little,
              "the wire is little-endian; add byte swapping for this machine");

/// Text of at most 255 bytes: u8 length, bytes.
struct ShortText : std::string_view {
  using std::string_view::string_view;
  constexpr ShortText(std::string_view text) : std::string_view(text) {}  // NOLINT: meant to convert
};

/// Text or bytes of at most 65,535 bytes: u16 length, bytes.
struct LongText : std::string_view {
  using std::string_view::string_view;
  constexpr LongText(std::string_view text) : std::string_view(text) {}  // NOLINT: meant to convert
};

/// All that is left of the command; its last field.
struct Tail : std::string_view {
  using std::string_view::string_view;
  constexpr Tail(std::string_view bytes) : std::string_view(bytes) {}  // NOLINT: meant to convert
};

template <class T>
concept WireNumber = std::is_integral_v<T> && !std::is_same_v<T, bool>;

/// A closed enum names its greatest value, `constexpr E last_value(E)` beside it, and nothing above it is read. An enum
/// without that is open: numbers of a newer version pass.
template <class T>
concept ClosedEnum = std::is_enum_v<T> && requires(T value) {
  last_value(value);
};

template <WireNumber T>
[[nodiscard]] T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <WireNumber T>
void store(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

/// Always the same number of bytes on the wire, and any bytes are one: several in a row are checked and copied as one.
template <class T>
concept PlainField = WireNumber<T> ||(std::is_enum_v<T> && !ClosedEnum<T>) || std::is_same_v<T, Uuid>;

/// Appends fields to a buffer. Texts must be within their length: callers check limits before they encode.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <class... Fields>
  void operator()(const Fields&... fields) {
    if constexpr ((PlainField<Fields> && ...)) {
      char bytes[(sizeof(Fields) + ...)];
      auto* to = bytes;
      ((std::memcpy(to, &fields, sizeof fields), to += sizeof fields), ...);
      out_.append(bytes, sizeof bytes);
    } else {
      (write(fields), ...);
    }
  }

 private:
  template <WireNumber T>
  void write(const T& value) {
    char bytes[sizeof value];
    store(bytes, value);
    out_.append(bytes, sizeof bytes);
  }

  template <class T>
  requires std::is_enum_v<T>
  void write(const T& value) { write(static_cast<std::underlying_type_t<T>>(value)); }

  void write(const Uuid& id) { out_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()); }

  void write(const ShortText& text) {
    write(static_cast<std::uint8_t>(text.size()));
    out_.append(text);
  }

  void write(const LongText& text) {
    write(static_cast<std::uint16_t>(text.size()));
    out_.append(text);
  }

  void write(const Tail& bytes) { out_.append(bytes); }

  template <class T>
  void write(const std::vector<T>& items) {
    write(static_cast<std::uint16_t>(items.size()));
    for (const auto& item : items) write(item);
  }

  template <class T>
  requires requires(const T& value, Writer& self) { T::fields(value, self); }
  void write(const T& value) { T::fields(value, *this); }

  std::string& out_;
};

/// Reads fields from bytes that came from outside; texts are views into them. After the first field that does not fit
/// everything reads as zero or empty and `ok()` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  /// Everything fitted so far.
  [[nodiscard]] bool ok() const { return ok_; }
  /// Everything fitted and nothing is left.
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

  template <class... Fields>
  void operator()(Fields&... fields) {
    if constexpr ((PlainField<Fields> && ...)) {
      if (rest_.size() >= (sizeof fields + ...)) {
        ((std::memcpy(&fields, rest_.data(), sizeof fields), rest_.remove_prefix(sizeof fields)), ...);
        return;
      }
    }
    (read(fields), ...);
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  template <WireNumber T>
  void read(T& value) {
    const auto bytes = take(sizeof value);
    value = bytes.empty() ? T{} : load<T>(bytes.data());
  }

  template <class T>
  requires std::is_enum_v<T>
  void read(T& value) {
    std::underlying_type_t<T> number{};
    read(number);
    if constexpr (ClosedEnum<T>) {
      if (number > static_cast<std::underlying_type_t<T>>(last_value(T{}))) {
        ok_ = false;
        number = {};
      }
    }
    value = static_cast<T>(number);
  }

  void read(Uuid& id) {
    const auto bytes = take(id.bytes.size());
    if (!bytes.empty()) std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
  }

  void read(ShortText& text) {
    std::uint8_t size = 0;
    read(size);
    text = take(size);
  }

  void read(LongText& text) {
    std::uint16_t size = 0;
    read(size);
    text = take(size);
  }

  void read(Tail& bytes) { bytes = take(rest_.size()); }

  template <class T>
  void read(std::vector<T>& items) {
    std::uint16_t count = 0;
    read(count);
    items.clear();
    // No reserve by a number from outside: each item takes at least a byte, so the loop ends with the bytes.
    for (; count > 0 && ok_; --count) read(items.emplace_back());
  }

  template <class T>
  requires requires(T& value, Reader& self) { T::fields(value, self); }
  void read(T& value) { T::fields(value, *this); }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace fanfare::protocol
