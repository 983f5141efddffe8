// zmq-proxy FRONTEND BACKEND: zmq_proxy between an XSUB and an XPUB socket, until it is killed. Nothing is dropped: the
// load bounds what is under way.

#include <cstdio>
#include <exception>
#include <zmq.hpp>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("zmq-proxy FRONTEND BACKEND\n", stderr);
    return 2;
  }
  try {
    zmq::context_t context;
    zmq::socket_t frontend(context, zmq::socket_type::xsub);
    zmq::socket_t backend(context, zmq::socket_type::xpub);
    for (auto* socket : {&frontend, &backend}) {
      socket->set(zmq::sockopt::sndhwm, 0);
      socket->set(zmq::sockopt::rcvhwm, 0);
    }
    frontend.bind(argv[1]);
    backend.bind(argv[2]);
    zmq::proxy(frontend, backend);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zmq-proxy: %s\n", error.what());
  }
  return 1;
}
