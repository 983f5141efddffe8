#include "frontends/websocket/server/handshake.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <utility>

#include "frontends/websocket/server/socket.hpp"

namespace fanfare::frontends::websocket::server {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t kHeaderLimit = 8U << 10U;
constexpr std::string_view kPath = "/connection/websocket";

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

class Handshake final : public Connection, public std::enable_shared_from_this<Handshake> {
 public:
  Handshake(Common& common, boost::asio::ip::tcp::socket socket, std::unique_ptr<Seats::Seat> seat)
      : common_(common),
        socket_(std::move(socket)),
        seat_(std::move(seat)),
        until_(std::chrono::steady_clock::now() + common.limits.handshake) {
    parser_.header_limit(kHeaderLimit);
    parser_.body_limit(0);
  }

  void begin() {
    common_.opened(shared_from_this());
    http::async_read_header(socket_, buffer_, parser_,
                            [self = shared_from_this()](error_code error, std::size_t) { self->received(error); });
  }

  void tick(Time now) override {
    if (now >= until_) drop();
  }

  void dismiss(const protocol::Disconnect&) override { drop(); }

  void drop() override {
    error_code ignored;
    socket_.close(ignored);  // whose operation ends, and ended() is called
  }

 private:
  using Response = http::response<http::string_body>;

  void received(error_code error) {
    if (error == http::error::header_limit) return answer(http::status::request_header_fields_too_large, "too large\n");
    if (error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return answer(http::status::bad_request, "this is not HTTP/1.1\n");
    }
    if (error || !socket_.is_open()) return common_.ended(*this);
    const auto& request = parser_.get();
    const auto target = view(request.target());
    const auto path = target.substr(0, target.find('?'));
    if (path == "/livez" && request.method() == http::verb::get) return answer(http::status::ok, "ok\n");
    if (path != kPath) return answer(http::status::not_found, "the WebSocket is at " + std::string(kPath) + "\n");
    if (!boost::beast::websocket::is_upgrade(request) || buffer_.size() != 0) {
      return answer(http::status::upgrade_required, "connect with the WebSocket protocol\n");
    }
    if (const auto refused = refused_origin()) return refuse(*refused);
    const auto self = shared_from_this();  // ended() drops the server's hold
    common_.ended(*this);
    open_socket(common_, std::move(socket_), std::move(seat_), parser_.release());
  }

  std::optional<std::string> refused_origin() const {
    const auto& request = parser_.get();
    const auto origins = request.equal_range(http::field::origin);
    if (origins.first == origins.second) return std::nullopt;
    const auto origin = view(origins.first->value());
    const bool only = std::next(origins.first) == origins.second;
    if (only && common_.origins.allows(origin, view(request[http::field::host]))) return std::nullopt;
    return std::string(origin.substr(0, 300));
  }

  void refuse(const std::string& origin) {
    if (common_.refusals_told.take(std::chrono::steady_clock::now())) tell(origin);
    answer(http::status::forbidden, "pages of " + origin +
                                        " may not connect; if they should, add it to frontends.websocket.origins in "
                                        "fanfare.yaml\n");
  }

  void tell(const std::string& origin) {
    common_.log.warn("page of another origin refused",
                     {{"origin", origin},
                      {"host", view(parser_.get()[http::field::host])},
                      {"to_allow_it", "frontends.websocket.origins: [self, \"" + origin + "\"]"}});
  }

  void answer(http::status status, std::string text) {
    response_.emplace(status, 11);
    response_->set(http::field::content_type, "text/plain; charset=utf-8");
    response_->set("X-Content-Type-Options", "nosniff");
    response_->keep_alive(false);
    if (status == http::status::upgrade_required) response_->set(http::field::upgrade, "websocket");
    response_->body() = std::move(text);
    response_->prepare_payload();
    http::async_write(socket_, *response_, [self = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      self->socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
      self->common_.ended(*self);
    });
  }

  Common& common_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<Seats::Seat> seat_;
  const Time until_;
  boost::beast::flat_buffer buffer_{kHeaderLimit};
  http::request_parser<http::empty_body> parser_;
  std::optional<Response> response_;
};

}  // namespace

void begin_handshake(Common& common, boost::asio::ip::tcp::socket socket, std::unique_ptr<Seats::Seat> seat) {
  std::make_shared<Handshake>(common, std::move(socket), std::move(seat))->begin();
}

}  // namespace fanfare::frontends::websocket::server
