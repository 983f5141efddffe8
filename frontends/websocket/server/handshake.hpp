#pragma once
// The first request of a connection: the WebSocket's, whose page may be refused; a health check; or nothing of ours.
// Keeps itself until it has answered or handed the connection to a Socket. The I/O thread.

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "frontends/websocket/server/connection.hpp"
#include "frontends/websocket/server/seats.hpp"

namespace fanfare::frontends::websocket::server {

/// Reads the request within its deadline and answers it.
void begin_handshake(Common& common, boost::asio::ip::tcp::socket socket, std::unique_ptr<Seats::Seat> seat);

}  // namespace fanfare::frontends::websocket::server
