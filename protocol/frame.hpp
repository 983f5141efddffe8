#pragma once
// A frame: a 4-byte header (magic "Ff", version, flags) and commands, each a u32 size of what follows, a type byte and
// its fields. PROTOCOL.md §3. Values; any thread, one at a time.

#include <fanfare/error_code.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/commands.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::string_view kFrameHeader{"Ff\x01\x00", 4};
inline constexpr std::size_t kCommandHeaderSize = 5;

/// A command as it stands in a frame: the type may be unknown, the body is not looked at.
struct RawCommand {
  CommandType type{};
  std::string_view body;
};

/// Reads the fields of a command; nullopt when they do not fit the body exactly.
template <class Command>
[[nodiscard]] std::optional<Command> decode(std::string_view body) {
  Command command;
  Reader reader(body);
  Command::fields(command, reader);
  if (!reader.done()) return std::nullopt;
  return command;
}

/// Appends a command to a buffer, without a frame header.
template <class Command>
void append_command(std::string& out, const Command& command) {
  const auto start = out.size();
  out.append(sizeof(std::uint32_t), '\0');
  out.push_back(static_cast<char>(Command::kType));
  Writer writer(out);
  Command::fields(command, writer);
  store(out.data() + start, static_cast<std::uint32_t>(out.size() - start - sizeof(std::uint32_t)));
}

/// A frame that holds just this command.
template <class Command>
[[nodiscard]] std::string make_frame(const Command& command) {
  std::string frame(kFrameHeader);
  append_command(frame, command);
  return frame;
}

/// Walks over the commands of a frame from outside.
class FrameReader {
 public:
  explicit FrameReader(std::string_view frame);

  /// The next command; nullopt at the end or at the first byte that is wrong: `error()` tells which.
  [[nodiscard]] std::optional<RawCommand> next() {
    if (rest_.empty()) return std::nullopt;
    if (rest_.size() < kCommandHeaderSize) return wrong();
    const auto size = load<std::uint32_t>(rest_.data());
    if (size == 0 || size > rest_.size() - sizeof size) return wrong();
    const auto type = static_cast<CommandType>(static_cast<std::uint8_t>(rest_[sizeof size]));
    const RawCommand command{type, rest_.substr(kCommandHeaderSize, size - 1)};
    rest_.remove_prefix(sizeof size + size);
    return command;
  }
  [[nodiscard]] std::optional<ErrorCode> error() const { return error_; }

 private:
  std::nullopt_t wrong() {
    error_ = ErrorCode::malformed_frame;
    rest_ = {};
    return std::nullopt;
  }

  std::string_view rest_;  // nothing once there is an error
  std::optional<ErrorCode> error_;
};

}  // namespace fanfare::protocol
