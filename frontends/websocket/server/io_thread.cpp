#include "frontends/websocket/server/io_thread.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <memory>

namespace fanfare::frontends::websocket::server {

void IoThread::start() {
  thread_ = std::thread([this] { context_.run(); });
}

void IoThread::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void IoThread::run(const std::function<void()>& work) {
  std::promise<void> done;
  post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void IoThread::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace fanfare::frontends::websocket::server
