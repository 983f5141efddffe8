#include "tests/integration/frontends/websocket/websocket_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

asio::ip::tcp::endpoint endpoint(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

class WebSocketClient::Impl {
 public:
  Impl(std::uint16_t port, const Handshake& handshake) {
    auto& socket = beast::get_lowest_layer(stream_).socket();
    socket.open(asio::ip::tcp::v4());
    if (handshake.receive_buffer > 0) {
      socket.set_option(asio::socket_base::receive_buffer_size(handshake.receive_buffer));
    }
    socket.connect(endpoint(port));
    stream_.set_option(websocket::stream_base::decorator([origin = handshake.origin](websocket::request_type& request) {
      if (!origin.empty()) request.set(beast::http::field::origin, origin);
    }));
    stream_.read_message_max(16U << 20U);
    websocket::response_type response;
    finish([&](auto done) { stream_.async_handshake(response, handshake.host, handshake.target, std::move(done)); },
           seconds(5));
    status = response.result_int();
  }

  /// Starts an operation and runs it to its end or the deadline; false: it failed or was not in time.
  template <class Start>
  bool finish(Start start, milliseconds patience) {
    std::optional<error_code> result;
    start([&](error_code error, auto&&...) { result = error; });
    io_.restart();
    io_.run_for(patient(patience));
    if (!result) {  // ends the connection, so that nothing refers to what is gone
      beast::get_lowest_layer(stream_).socket().close();
      io_.restart();
      io_.run();
      return false;
    }
    return !*result;
  }

  bool send(std::string_view bytes, bool binary) {
    stream_.binary(binary);
    return finish([&](auto done) { stream_.async_write(asio::buffer(bytes), std::move(done)); }, seconds(5));
  }

  std::optional<std::string> next(milliseconds patience) {
    while (true) {
      while (lines_.empty()) {
        if (!read(patience)) return std::nullopt;
      }
      auto line = std::move(lines_.front());
      lines_.pop_front();
      if (line != "{}") return line;
      send("{}", false);
    }
  }

  std::uint16_t close_code() const { return stream_.reason().code; }

  unsigned status = 0;
  std::size_t frames = 0;

 private:
  /// A read stays under way between calls, so that a deadline does not cost the connection.
  bool read(milliseconds patience) {
    if (ended_) return false;
    if (!is_reading_) {
      is_reading_ = true;
      stream_.async_read(buffer_, [this](error_code error, std::size_t) {
        is_reading_ = false;
        ended_ = error.failed();
        if (!error) split(beast::buffers_to_string(buffer_.data()));
        buffer_.consume(buffer_.size());
      });
    }
    const auto end = std::chrono::steady_clock::now() + patient(patience);
    io_.restart();
    while (is_reading_ && std::chrono::steady_clock::now() < end) io_.run_one_until(end);
    return !is_reading_ && !ended_;
  }

  void split(std::string_view frame) {
    ++frames;
    while (true) {
      const auto end = frame.find('\n');
      lines_.emplace_back(frame.substr(0, end));
      if (end == std::string_view::npos) return;
      frame.remove_prefix(end + 1);
    }
  }

  asio::io_context io_;
  websocket::stream<beast::tcp_stream> stream_{io_};
  beast::flat_buffer buffer_;
  std::deque<std::string> lines_;
  bool is_reading_ = false;
  bool ended_ = false;
};

WebSocketClient::WebSocketClient(std::uint16_t port, const Handshake& handshake)
    : impl_(std::make_unique<Impl>(port, handshake)) {}

WebSocketClient::WebSocketClient(WebSocketClient&&) noexcept = default;
WebSocketClient::~WebSocketClient() = default;

unsigned WebSocketClient::status() const { return impl_->status; }
bool WebSocketClient::send(std::string_view text) { return impl_->send(text, false); }
bool WebSocketClient::send_binary(std::string_view bytes) { return impl_->send(bytes, true); }
std::optional<std::string> WebSocketClient::next(milliseconds patience) { return impl_->next(patience); }
std::size_t WebSocketClient::frames() const { return impl_->frames; }

std::uint16_t WebSocketClient::wait_close(milliseconds patience) {
  while (impl_->next(patience)) {
  }
  return impl_->close_code();
}

std::string talk(std::uint16_t port, std::string_view bytes, milliseconds patience) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect(endpoint(port));
  error_code ignored;
  asio::write(socket, asio::buffer(bytes), ignored);
  std::string answer;
  std::array<char, 4096> part{};
  std::function<void()> read = [&] {
    socket.async_read_some(asio::buffer(part), [&](error_code error, std::size_t size) {
      answer.append(part.data(), size);
      if (!error) read();
    });
  };
  read();
  io.run_for(patient(patience));
  return answer;
}

}  // namespace fanfare::test
