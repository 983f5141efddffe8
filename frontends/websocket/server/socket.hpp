#pragma once
// An open WebSocket: frames in to its session, lines out in as few frames as possible. Keeps itself until the
// connection has ended. The I/O thread. Promise: one write at a time, at most `limits.queue` bytes wait, each write and
// the goodbye have a deadline.

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <memory>

#include "frontends/websocket/server/connection.hpp"
#include "frontends/websocket/server/seats.hpp"

namespace fanfare::frontends::websocket::server {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

/// Accepts the handshake and runs the connection.
void open_socket(Common& common, boost::asio::ip::tcp::socket socket, std::unique_ptr<Seats::Seat> seat,
                 UpgradeRequest request);

}  // namespace fanfare::frontends::websocket::server
