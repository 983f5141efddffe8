#include "frontends/websocket/server/socket.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "frontends/websocket/protocol/command.hpp"
#include "frontends/websocket/server/outbound_queue.hpp"

namespace fanfare::frontends::websocket::server {
namespace {

namespace websocket = boost::beast::websocket;
using boost::asio::const_buffer;
using boost::asio::ip::tcp;
using boost::system::error_code;

class Socket final : public Connection, public session::Outlet, public std::enable_shared_from_this<Socket> {
 public:
  Socket(Common& common, tcp::socket socket, std::unique_ptr<Seats::Seat> seat, UpgradeRequest request)
      : common_(common),
        stream_(std::move(socket)),
        seat_(std::move(seat)),
        request_(std::move(request)),
        pause_(stream_.get_executor()),
        queue_(common.limits.queue) {
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay(true), ignored);
    stream_.next_layer().set_option(boost::asio::socket_base::send_buffer_size(common.limits.send_buffer), ignored);
    stream_.auto_fragment(false);  // with it Beast copies what it sends
    stream_.read_message_max(protocol::kMaximalFrame);
    stream_.text(true);
  }

  void begin() {
    common_.opened(shared_from_this());
    deadline_ = std::chrono::steady_clock::now() + common_.limits.handshake;
    stream_.async_accept(request_, [self = shared_from_this()](error_code error) {
      if (error) return self->end();
      self->deadline_.reset();
      self->session_ = self->common_.make_session(*self);
      self->read();
    });
  }

  // ---- As the server sees it.

  void tick(Time now) override {
    if (deadline_ && now >= *deadline_) {
      end();
    } else if (session_) {
      session_->tick();
    }
  }

  void dismiss(const protocol::Disconnect& why) override {
    if (session_) {
      session_->close(why);  // which calls close()
    } else {
      end();
    }
  }

  void drop() override { end(); }

  // ---- As the session sees it.

  void send(const protocol::Line& line) override {
    if (close_ || too_slow_) return;
    if (queue_.push(line)) {
      flush_soon();
      return;
    }
    too_slow_ = true;  // the session is told later: it is in the middle of something
    boost::asio::post(stream_.get_executor(), [self = shared_from_this()] { self->session_->close(protocol::kSlow); });
  }

  [[nodiscard]] std::size_t waiting() const override { return queue_.bytes(); }

  void close(const protocol::Disconnect& why) override {
    close_ = why;
    if (why == protocol::kSlow) queue_.clear();
    deadline_ = std::chrono::steady_clock::now() + common_.limits.close;
    pause_.cancel();
    flush_soon();
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) { self->received(error); });
  }

  void received(error_code error) {
    if (error) return end();
    const auto pause = take_frame();
    buffer_.consume(buffer_.size());
    if (pause <= std::chrono::milliseconds(0) || close_) return read();  // closing: until the other side's close frame
    pause_.expires_after(pause);
    pause_.async_wait([self = shared_from_this()](error_code) { self->read(); });
  }

  std::chrono::milliseconds take_frame() {
    if (close_) return {};
    if (!stream_.got_text()) {
      session_->close(protocol::kBadFrame);
      return {};
    }
    const auto data = buffer_.cdata();
    return session_->received({static_cast<const char*>(data.data()), data.size()});
  }

  /// Once for all that is sent before the loop turns, so that it goes out together.
  void flush_soon() {
    if (std::exchange(will_flush_, true)) return;
    boost::asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->will_flush_ = false;
      self->flush();
    });
  }

  void flush() {
    if (is_writing_ || ended_ || !session_) return;
    if (queue_.empty()) {
      if (close_) say_goodbye();
      return;
    }
    frame_ = queue_.take_frame();
    std::vector<const_buffer> buffers;
    buffers.reserve(frame_.size());
    for (const auto& line : frame_) {
      const auto text = buffers.empty() ? line.json() : line.with_separator();
      buffers.emplace_back(text.data(), text.size());
    }
    is_writing_ = true;
    if (!close_) deadline_ = std::chrono::steady_clock::now() + common_.limits.write;
    stream_.async_write(buffers, [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
  }

  void written(error_code error) {
    is_writing_ = false;
    frame_.clear();
    queue_.sent();
    if (error) return end();
    if (!close_) deadline_.reset();
    flush();
  }

  void say_goodbye() {
    if (std::exchange(said_goodbye_, true)) return;
    const websocket::close_reason reason(static_cast<websocket::close_code>(close_->code),
                                         {close_->reason.data(), close_->reason.size()});
    stream_.async_close(reason, [self = shared_from_this()](error_code) { self->end(); });
  }

  void end() {
    if (std::exchange(ended_, true)) return;
    if (session_) session_->ended();
    pause_.cancel();
    error_code ignored;
    stream_.next_layer().close(ignored);
    common_.ended(*this);
  }

  Common& common_;
  websocket::stream<tcp::socket> stream_;
  std::unique_ptr<Seats::Seat> seat_;
  const UpgradeRequest request_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer pause_;
  OutboundQueue queue_;
  std::vector<protocol::Line> frame_;  // being written
  std::shared_ptr<session::Session> session_;
  std::optional<protocol::Disconnect> close_;
  std::optional<Time> deadline_;
  bool is_writing_ = false;
  bool will_flush_ = false;
  bool too_slow_ = false;
  bool said_goodbye_ = false;
  bool ended_ = false;
};

}  // namespace

void open_socket(Common& common, tcp::socket socket, std::unique_ptr<Seats::Seat> seat, UpgradeRequest request) {
  std::make_shared<Socket>(common, std::move(socket), std::move(seat), std::move(request))->begin();
}

}  // namespace fanfare::frontends::websocket::server
