#include "frontends/http/message/request_reader.hpp"

#include <utility>

#include "frontends/http/message/target.hpp"

namespace fanfare::frontends::http {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// Beast does not look before the head is there. A line feed alone, a folded line or a NUL is known at once, and a
/// client that speaks something else should not wait for a deadline.
bool may_follow(char before, char byte) {
  if (byte == '\n') return before == '\r';
  if (before == '\r') return false;
  if (before == '\n' && (byte == ' ' || byte == '\t')) return false;
  return byte == '\r' || byte == '\t' || (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f);
}

}  // namespace

bool RequestReader::append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > 2 * (limits_.head + limits_.body)) return false;
  buffer_ += bytes;
  return true;
}

RequestReader::Next RequestReader::next() {
  if (!head_) {
    if (auto rejection = find_end_of_head()) return std::move(*rejection);
    if (head_size_ == 0) return Incomplete{buffer_.empty() ? Stage::kIdle : Stage::kHead};
    Next refused = take_head();
    if (std::holds_alternative<Rejection>(refused)) return refused;
  }
  return take_body();
}

std::optional<Rejection> RequestReader::find_end_of_head() {
  for (; scanned_ < buffer_.size() && scanned_ <= limits_.head && head_size_ == 0; ++scanned_) {
    if (!may_follow(scanned_ == 0 ? '\0' : buffer_[scanned_ - 1], buffer_[scanned_])) {
      return Rejection{.detail = "not an HTTP request: a byte that can't stand in a header"};
    }
    const std::string_view seen = std::string_view(buffer_).substr(0, scanned_ + 1);
    if (seen == "\r\n") {  // RFC 9112 §2.2: one empty line before a request is to be ignored
      if (std::exchange(skipped_line_, true)) return Rejection{.detail = "not an HTTP request: empty lines"};
      buffer_.erase(0, seen.size());
      scanned_ = static_cast<std::size_t>(-1);  // the loop makes it 0
    } else if (seen.ends_with(kEndOfHead)) {
      head_size_ = seen.size();
    }
  }
  if (scanned_ > limits_.head || head_size_ > limits_.head) {
    return Rejection{431, "headers_too_large",
                     "the headers are larger than " + std::to_string(limits_.head) + " bytes"};
  }
  return std::nullopt;
}

/// An Incomplete stands for "goes on with the body".
RequestReader::Next RequestReader::take_head() {
  auto parsed = parse_head(std::string_view(buffer_).substr(0, head_size_));
  if (auto* rejection = std::get_if<Rejection>(&parsed)) return std::move(*rejection);
  auto& head = std::get<RequestHead>(parsed);
  if (head.content_length > limits_.body) {
    return Rejection{413, "too_large", "the body is larger than " + std::to_string(limits_.body) + " bytes"};
  }
  const bool is_asterisk = head.method == "OPTIONS" && head.target == "*";
  auto target = parse_target(is_asterisk ? "/" : head.target);
  if (!target) return Rejection{.detail = "the request's path or query can't be read"};
  request_ = {.method = head.method, .path = std::move(target->path), .query = std::move(target->query)};
  if (is_asterisk) request_.path = "*";
  head_ = std::move(head);
  request_.headers = std::move(head_->headers);
  return Incomplete{};
}

RequestReader::Next RequestReader::take_body() {
  if (buffer_.size() - head_size_ < head_->content_length) {
    return Incomplete{Stage::kBody, std::exchange(head_->expects_continue, false)};
  }
  return complete();
}

RequestReader::Next RequestReader::complete() {
  const auto body_size = static_cast<std::size_t>(head_->content_length);
  Complete done{std::move(request_), head_->keep_alive};
  done.request.body = buffer_.substr(head_size_, body_size);
  buffer_.erase(0, head_size_ + body_size);
  if (buffer_.empty()) buffer_.shrink_to_fit();  // an idle connection should not hold what a large request needed
  head_.reset();
  request_ = {};
  head_size_ = scanned_ = 0;
  skipped_line_ = false;
  return done;
}

}  // namespace fanfare::frontends::http
