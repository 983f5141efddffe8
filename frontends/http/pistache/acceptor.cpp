#include "frontends/http/pistache/acceptor.hpp"

#include <fcntl.h>
#include <pistache/listener.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

#include "runtime/process/file_descriptor.hpp"

namespace fanfare::frontends::http::pistache {
namespace {

/// Where a peer keeps its Connection.
const std::string kConnection = "connection";

std::shared_ptr<Connection> connection_of(const Pistache::Tcp::Peer& peer) {
  return std::static_pointer_cast<Connection>(peer.tryGetData(kConnection));
}

/// An exception that left one of these would end Pistache's thread and with it the process, so the client goes instead.
/// Pistache closes its descriptor when it reads the end that shutdown(2) causes.
class Guard final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, Guard)

  explicit Guard(SocketEvents& events) : events_(events) {}

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    guarded(*peer, [&] {
      runtime::FileDescriptor own(::fcntl(peer->fd(), F_DUPFD_CLOEXEC, 0));
      auto connection = own.is_open() ? events_.connected(std::move(own)) : nullptr;
      if (connection) {
        peer->putData(kConnection, std::move(connection));
      } else {
        ::shutdown(peer->fd(), SHUT_RDWR);
      }
    });
  }

  void onInput(const char* bytes, std::size_t size, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    guarded(*peer, [&] {
      if (const auto connection = connection_of(*peer)) events_.received(connection, std::string_view(bytes, size));
    });
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    guarded(*peer, [&] {
      if (const auto connection = connection_of(*peer)) events_.ended(connection);
    });
  }

 private:
  template <class F>
  static void guarded(const Pistache::Tcp::Peer& peer, F&& action) {
    try {
      action();
    } catch (const std::exception&) {
      ::shutdown(peer.fd(), SHUT_RDWR);
    }
  }

  SocketEvents& events_;
};

Pistache::Flags<Pistache::Tcp::Options> options() {
  using Pistache::Tcp::Options;
  return Pistache::Flags<Options>(Options::ReuseAddr) | Options::NoDelay | Options::CloseOnExec;
}

}  // namespace

class Acceptor::Listening {
 public:
  Listening(SocketEvents& events, const std::string& host, std::uint16_t port)
      : listener_(Pistache::Address(host, Pistache::Port(port))) {
    constexpr std::size_t kReaders = 1;
    listener_.init(kReaders, options(), "http reader");
    listener_.setHandler(std::make_shared<Guard>(events));
    listener_.bind();
    listener_.runThreaded();
  }

  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(listener_.getPort()); }

 private:
  Pistache::Tcp::Listener listener_;  // its destructor stops and joins
};

Acceptor::Acceptor(SocketEvents& events) : events_(events) {}

Acceptor::~Acceptor() = default;

runtime::Result<void> Acceptor::start(const std::string& host, std::uint16_t port) {
  const std::string address = host + ":" + std::to_string(port);
  try {
    listening_ = std::make_unique<Listening>(events_, host, port);
  } catch (const std::exception& error) {
    const std::string_view reason = error.what();
    if (reason == std::strerror(EADDRINUSE)) {
      return runtime::Error{"address in use: ", address, " – stop what listens there (`ss -ltnp` names it) or set ",
                            "frontends.http.listen"};
    }
    return runtime::Error{"can't listen on ", address, " (frontends.http.listen): ", reason};
  }
  return {};
}

std::uint16_t Acceptor::port() const { return listening_ ? listening_->port() : std::uint16_t{0}; }

void Acceptor::stop() { listening_.reset(); }

}  // namespace fanfare::frontends::http::pistache
