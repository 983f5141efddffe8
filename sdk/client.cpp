#include <fanfare/client.hpp>
#include <utility>

#include "protocol/topic.hpp"
#include "sdk/transport/core.hpp"

namespace fanfare {

Client Client::connect(ClientOptions options) {
  if (!protocol::is_name(options.name)) throw Error(ErrorCode::bad_name, options.name);
  auto core = std::make_shared<transport::Core>(std::move(options));
  core->start();
  return Client(std::move(core));
}

Client::Client(std::shared_ptr<transport::Core> core) : core_(std::move(core)) {}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  if (this != &other) {
    if (core_) core_->close(core_->options().close_timeout);
    core_ = std::move(other.core_);
  }
  return *this;
}

Client::~Client() {
  if (core_) core_->close(core_->options().close_timeout);
}

bool Client::wait_ready(std::chrono::milliseconds timeout) const { return core_->states().wait_ready(timeout); }

State Client::state() const { return core_->states().get(); }

std::future<Ack> Client::publish(std::string_view topic, std::string_view payload, const PublishOptions& options) {
  std::promise<Ack> promise;
  auto future = promise.get_future();
  core_->publish(topic, payload, options, std::move(promise));
  return future;
}

void Client::publish(std::string_view topic, std::string_view payload, const PublishOptions& options,
                     AckHandler handler) {
  if (handler) {
    core_->publish(topic, payload, options, std::move(handler));
  } else {
    core_->publish(topic, payload, options, std::monostate());
  }
}

std::future<Reply> Client::request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
                                   const RequestOptions& options) {
  std::promise<Reply> promise;
  auto future = promise.get_future();
  core_->request(topic, payload, timeout, options, std::move(promise));
  return future;
}

void Client::request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
                     const RequestOptions& options, ReplyHandler handler) {
  core_->request(topic, payload, timeout, options, std::move(handler));
}

void Client::trace(const Message& message, std::string_view hop) {
  if (message.traced && message.id) core_->trace(*message.id, message.topic, hop);
}

std::future<std::vector<Headers>> Client::query(QueryKind kind, std::chrono::milliseconds timeout) {
  return core_->query(kind, timeout);
}

bool Client::close(std::chrono::milliseconds timeout) { return core_->close(timeout); }

}  // namespace fanfare
