#include "tests/bench/load/operations/nats_connection.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLineEnd = "\r\n";
constexpr auto kPatience = 30s;

std::size_t to_size(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error("nats-server sent a size that is none: " + std::string(text));
  }
  return number;
}

/// The words of a line, at most as many as a HMSG has.
std::size_t split(std::string_view line, std::array<std::string_view, 6>& words) {
  std::size_t count = 0;
  while (!line.empty() && count < words.size()) {
    const auto end = std::min(line.find(' '), line.size());
    if (end > 0) words[count++] = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return count;
}

}  // namespace

NatsConnection::NatsConnection(const std::string& address) : stream_(address) {
  stream_.send_small(
      R"(CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1","protocol":1,"headers":true,)"
      R"("no_responders":true})"
      "\r\n");
  round_trip();
}

void NatsConnection::round_trip() {
  ponged_ = false;
  stream_.send_small("PING\r\n");
  stream_.flush();
  for (const auto deadline = Clock::now() + kPatience; !ponged_;) {
    wait(stream_, deadline);
    stream_.fill();
    while (next()) {
    }
  }
}

void NatsConnection::subscribe(std::string_view subject, unsigned number) {
  stream_.send_small("SUB " + std::string(subject) + " " + std::to_string(number) + "\r\n");
  round_trip();
}

void NatsConnection::publish(std::string_view subject, std::string_view reply, std::string_view payload) {
  line_.assign("PUB ").append(subject).append(" ");
  if (!reply.empty()) line_.append(reply).append(" ");
  stream_.send_small(line_.append(std::to_string(payload.size())).append(kLineEnd));
  stream_.send_small(payload);
  stream_.send_small(kLineEnd);
}

std::optional<NatsConnection::Message> NatsConnection::next() {
  for (;;) {
    const auto in = stream_.input();
    const auto end = in.find(kLineEnd);
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = in.substr(0, end);
    const auto line_size = end + kLineEnd.size();
    if (line.starts_with("MSG ")) return message(line.substr(4), line_size, false);
    if (line.starts_with("HMSG ")) return message(line.substr(5), line_size, true);
    if (line.starts_with("-ERR")) throw std::runtime_error("nats-server: " + std::string(line));
    if (line == "PING") stream_.send_small("PONG\r\n");
    if (line == "PONG") ponged_ = true;
    stream_.consume(line_size);
  }
}

std::optional<NatsConnection::Message> NatsConnection::message(std::string_view line, std::size_t line_size,
                                                               bool has_headers) {
  std::array<std::string_view, 6> words;
  const auto count = split(line, words);
  const std::size_t sizes = has_headers ? 2 : 1;
  if (count < 2 + sizes || count > 3 + sizes) throw std::runtime_error("nats-server sent a malformed message");
  const auto total = to_size(words[count - 1]);
  const auto headers = has_headers ? to_size(words[count - 2]) : 0;
  if (headers > total) throw std::runtime_error("nats-server sent a malformed message");
  const auto in = stream_.input();
  if (total + kLineEnd.size() > in.size() - line_size) return std::nullopt;
  stream_.consume(line_size + total + kLineEnd.size());
  return Message{.subject = words[0],
                 .subscription = words[1],
                 .reply = count == 3 + sizes ? words[2] : std::string_view(),
                 .headers = in.substr(line_size, headers),
                 .payload = in.substr(line_size + headers, total - headers)};
}

std::string NatsConnection::request(std::string_view subject, std::string_view payload) {
  constexpr unsigned kSubscription = 1'000;  // apart from those of a load
  if (requests_ == 0) subscribe("_INBOX.ask.*", kSubscription);
  const auto inbox = "_INBOX.ask." + std::to_string(++requests_);
  publish(subject, inbox, payload);
  stream_.flush();
  for (const auto deadline = Clock::now() + kPatience;;) {
    while (const auto message = next()) {
      if (message->subject == inbox) return std::string(message->payload);
    }
    wait(stream_, deadline);
    stream_.fill();
  }
}

std::string NatsConnection::manage(std::string_view what, std::string_view json) {
  auto answer = request("$JS.API." + std::string(what), json);
  if (answer.empty() || answer.find(R"("error")") != std::string::npos) {
    throw std::runtime_error("JetStream: " + answer);
  }
  return answer;
}

long long number_in(std::string_view json, std::string_view name) {
  const auto key = '"' + std::string(name) + "\":";
  const auto at = json.find(key);
  if (at == std::string_view::npos) return -1;
  auto rest = json.substr(at + key.size());
  if (rest.starts_with(' ')) rest.remove_prefix(1);  // as the acknowledgements of publishes have it
  long long number = -1;
  std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return number;
}

}  // namespace fanfare::load
