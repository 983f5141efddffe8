#include "tests/bench/load/operations/amqp_connection.hpp"

#include <stdexcept>

namespace fanfare::load {
namespace {

constexpr std::uint8_t kMethodFrame = 1;
constexpr std::uint8_t kHeaderFrame = 2;
constexpr std::uint8_t kBodyFrame = 3;
constexpr std::uint8_t kHeartbeatFrame = 8;
constexpr char kFrameEnd = '\xCE';
constexpr std::size_t kFrameHeader = 7;
constexpr std::uint16_t kBasicClass = 60;
constexpr std::uint32_t kClassMask = 0xFFFF0000U;

std::uint16_t channel_of(AmqpMethod method) {
  const bool of_connection = (static_cast<std::uint32_t>(method) & kClassMask) == 10U << 16U;
  return of_connection ? 0 : 1;
}

void append_frame(std::string& out, std::uint8_t type, std::uint16_t channel, std::string_view payload) {
  out += AmqpFields().u8(type).u16(channel).u32(static_cast<std::uint32_t>(payload.size())).bytes();
  out += payload;
  out += kFrameEnd;
}

void append_method(std::string& out, AmqpMethod method, const AmqpFields& fields) {
  append_frame(out, kMethodFrame, channel_of(method),
               AmqpFields().u32(static_cast<std::uint32_t>(method)).bytes() + fields.bytes());
}

}  // namespace

AmqpFields& AmqpFields::number(std::uint64_t value, unsigned size) {
  for (unsigned byte = size; byte > 0; --byte) bytes_ += static_cast<char>(value >> (8 * (byte - 1)));
  return *this;
}

AmqpFields& AmqpFields::short_text(std::string_view text) {
  u8(static_cast<std::uint8_t>(text.size()));
  bytes_ += text;
  return *this;
}

AmqpFields& AmqpFields::long_text(std::string_view text) {
  u32(static_cast<std::uint32_t>(text.size()));
  bytes_ += text;
  return *this;
}

std::string_view AmqpReader::take(std::size_t size) {
  if (size > rest_.size()) throw std::runtime_error("a malformed frame of AMQP came");
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint64_t AmqpReader::number(unsigned size) {
  std::uint64_t value = 0;
  for (const auto byte : take(size)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

AmqpConnection::AmqpConnection(const std::string& address) : stream_(address) {
  constexpr std::uint32_t kFrameMax = 128U << 10U;
  stream_.send_small(std::string_view("AMQP\0\0\x09\x01", 8));
  expect(AmqpMethod::connection_start);
  const AmqpFields no_properties = AmqpFields().u32(0);
  auto start_ok = no_properties;
  start_ok.short_text("PLAIN").long_text(std::string_view("\0guest\0guest", 12)).short_text("en_US");
  call(AmqpMethod::connection_start_ok, start_ok, AmqpMethod::connection_tune);
  send(AmqpMethod::connection_tune_ok, AmqpFields().u16(1).u32(kFrameMax).u16(0));  // no heartbeats
  call(AmqpMethod::connection_open, AmqpFields().short_text("/").short_text("").u8(0), AmqpMethod::connection_open_ok);
  call(AmqpMethod::channel_open, AmqpFields().short_text(""), AmqpMethod::channel_open_ok);
}

std::uint32_t AmqpConnection::declare_queue(std::string_view name) {
  constexpr std::uint8_t kDurable = 2;
  const auto answer = call(AmqpMethod::queue_declare, AmqpFields().u16(0).short_text(name).u8(kDurable).u32(0),
                           AmqpMethod::queue_declare_ok);
  AmqpReader reader(answer.arguments);
  reader.short_text();
  return reader.u32();
}

void AmqpConnection::confirm() { call(AmqpMethod::confirm_select, AmqpFields().u8(0), AmqpMethod::confirm_select_ok); }

void AmqpConnection::set_prefetch(std::uint16_t prefetch) {
  call(AmqpMethod::basic_qos, AmqpFields().u32(0).u16(prefetch).u8(0), AmqpMethod::basic_qos_ok);
}

void AmqpConnection::consume(std::string_view queue, std::uint16_t prefetch) {
  constexpr std::uint8_t kNoAck = 2;
  if (prefetch > 0) set_prefetch(prefetch);
  call(AmqpMethod::basic_consume,
       AmqpFields().u16(0).short_text(queue).short_text("").u8(prefetch > 0 ? 0 : kNoAck).u32(0),
       AmqpMethod::basic_consume_ok);
}

void AmqpConnection::send(AmqpMethod method, const AmqpFields& fields) {
  std::string frame;
  append_method(frame, method, fields);
  stream_.send_small(frame);
}

std::string AmqpConnection::publish_frames(std::string_view queue, const AmqpFields& properties,
                                           std::string_view body) {
  std::string frames;
  append_method(frames, AmqpMethod::basic_publish, AmqpFields().u16(0).short_text("").short_text(queue).u8(0));
  append_frame(frames, kHeaderFrame, 1,
               AmqpFields().u16(kBasicClass).u16(0).u64(body.size()).bytes() + properties.bytes());
  append_frame(frames, kBodyFrame, 1, body);
  return frames;
}

void AmqpConnection::acknowledge(std::uint64_t delivery_tag) {
  send(AmqpMethod::basic_ack, AmqpFields().u64(delivery_tag).u8(0));
}

std::optional<AmqpConnection::Frame> AmqpConnection::frame_at(std::string_view bytes) {
  if (bytes.size() < kFrameHeader) return std::nullopt;
  AmqpReader reader(bytes);
  Frame frame;
  frame.type = reader.u8();
  reader.u16();
  const std::size_t size = reader.u32();
  if (bytes.size() < kFrameHeader + size + 1) return std::nullopt;
  if (bytes[kFrameHeader + size] != kFrameEnd) throw std::runtime_error("a malformed frame of AMQP came");
  frame.payload = bytes.substr(kFrameHeader, size);
  frame.size = kFrameHeader + size + 1;
  return frame;
}

std::optional<AmqpConnection::Message> AmqpConnection::next() {
  auto method = frame_at(stream_.input());
  while (method && method->type == kHeartbeatFrame) {
    stream_.consume(method->size);
    method = frame_at(stream_.input());
  }
  if (!method) return std::nullopt;
  Message message{.method = static_cast<AmqpMethod>(AmqpReader(method->payload).u32())};
  message.arguments = method->payload.substr(4);
  auto size = method->size;
  if (message.method == AmqpMethod::basic_deliver) {
    const auto header = frame_at(stream_.input().substr(size));
    if (!header) return std::nullopt;
    AmqpReader reader(header->payload);
    reader.u32();
    const auto length = reader.u64();
    message.properties = header->payload.substr(12);
    size += header->size;
    const auto body = frame_at(stream_.input().substr(size));
    if (!body) return std::nullopt;
    // Payloads of a load are smaller than a frame may be.
    if (body->type != kBodyFrame || body->payload.size() != length) throw std::runtime_error("a body in pieces came");
    message.body = body->payload;
    size += body->size;
  }
  stream_.consume(size);
  constexpr std::uint32_t kConnectionClose = 10U << 16U | 50;
  constexpr std::uint32_t kChannelClose = 20U << 16U | 40;
  if (const auto number = static_cast<std::uint32_t>(message.method);
      number == kConnectionClose || number == kChannelClose) {
    throw std::runtime_error("the AMQP server closes: " + std::string(message.arguments.substr(2)));
  }
  return message;
}

AmqpConnection::Message AmqpConnection::call(AmqpMethod method, const AmqpFields& fields, AmqpMethod answer) {
  send(method, fields);
  return expect(answer);
}

AmqpConnection::Message AmqpConnection::expect(AmqpMethod method) {
  stream_.flush();
  for (const auto deadline = Clock::now() + std::chrono::seconds(30);;) {
    if (const auto message = next()) {
      if (message->method != method) throw std::runtime_error("an unexpected method of AMQP came");
      return *message;
    }
    wait(stream_, deadline);
    stream_.fill();
  }
}

}  // namespace fanfare::load
