#pragma once
// The port between what accepts and reads sockets (pistache/) and the server that makes requests of the bytes.
// Called on the acceptor's threads; the calls for one connection come one after the other and do not block.

#include <memory>
#include <string_view>

#include "frontends/http/server/connection.hpp"
#include "runtime/process/file_descriptor.hpp"

namespace fanfare::frontends::http {

class SocketEvents {
 public:
  virtual ~SocketEvents() = default;

  /// `socket` is a duplicate that the connection owns from now on. Null: refused, to be closed.
  virtual std::shared_ptr<Connection> connected(runtime::FileDescriptor socket) = 0;
  virtual void received(const std::shared_ptr<Connection>& connection, std::string_view bytes) = 0;
  /// The client closed its side or is gone; nothing more comes for this connection.
  virtual void ended(const std::shared_ptr<Connection>& connection) = 0;
};

}  // namespace fanfare::frontends::http
