// zmq-echo ADDRESS: a ROUTER that sends every message back to whom it came from, until it is killed.

#include <cstdio>
#include <exception>
#include <zmq.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("zmq-echo ADDRESS\n", stderr);
    return 2;
  }
  try {
    zmq::context_t context;
    zmq::socket_t socket(context, zmq::socket_type::router);
    socket.set(zmq::sockopt::sndhwm, 0);
    socket.set(zmq::sockopt::rcvhwm, 0);
    socket.bind(argv[1]);
    for (zmq::message_t part; socket.recv(part);) {
      socket.send(part, part.more() ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zmq-echo: %s\n", error.what());
  }
  return 1;
}
