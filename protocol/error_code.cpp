#include <algorithm>
#include <fanfare/error_code.hpp>

namespace fanfare {
namespace {

using enum ErrorCode;

constexpr ErrorInfo kCatalogue[] = {
    {malformed_frame, "malformed_frame", Retry::never,
     "the bytes are not a frame of this protocol; compare them with PROTOCOL.md"},
    {unsupported_version, "unsupported_version", Retry::never,
     "the two sides share no protocol version; upgrade the older one"},
    {unknown_command, "unknown_command", Retry::never, "the broker does not take this command from a client"},
    {frame_too_large, "frame_too_large", Retry::never, "send smaller frames; WELCOME says the limit"},
    {no_session, "no_session", Retry::after_reconnect,
     "send HELLO first, or connect anew: the broker does not know this connection"},
    {hello_repeated, "hello_repeated", Retry::never, "HELLO is the first command of a connection and comes once"},
    {bad_name, "bad_name", Retry::never, "a peer name is 1 to 64 of A-Z a-z 0-9 _ - . and starts with none of - ."},
    {session_expired, "session_expired", Retry::after_reconnect, "nothing was heard within the lease; connect anew"},
    {too_many_sessions, "too_many_sessions", Retry::later, "close sessions or raise limits.sessions"},
    {credit_exceeded, "credit_exceeded", Retry::after_reconnect,
     "send no more data than the broker's last CREDIT allows"},
    {not_supported, "not_supported", Retry::never, "this broker does not do that yet"},
    {draining, "draining", Retry::after_reconnect, "the broker is stopping; connect again in a moment"},
    {bad_topic, "bad_topic", Retry::never,
     "a topic is dot-separated tokens without white space or wildcards, at most 255 bytes and 16 tokens"},
    {bad_pattern, "bad_pattern", Retry::never,
     "a pattern is a topic in which * stands for a token and a last > for one or more"},
    {unknown_topic_number, "unknown_topic_number", Retry::never,
     "announce the number with TOPIC on this connection first"},
    {too_many_topics, "too_many_topics", Retry::never,
     "use topic numbers below 65,536; a number may be given a new name"},
    {ambiguous_stream, "ambiguous_stream", Retry::never, "a pattern with a start position must lie in one stream"},
    {message_too_large, "message_too_large", Retry::never, "send less, or raise limits.message"},
    {headers_too_large, "headers_too_large", Retry::never, "headers are at most 32 entries and 8 KiB"},
    {bad_headers, "bad_headers", Retry::never,
     "headers are pairs of key and value in UTF-8, each key once and not empty"},
    {id_conflict, "id_conflict", Retry::never, "this id was used for another message; make a new one"},
    {storage_full, "storage_full", Retry::later, "free disk space or raise the stream's max_size"},
    {storage_failed, "storage_failed", Retry::later, "the stream's disk failed; see the broker's log and restart it"},
    {outcome_unknown, "outcome_unknown", Retry::never, "it may or may not have happened; look before doing it again"},
    {not_sent, "not_sent", Retry::later, "it did not happen and can be sent again"},
    {handle_in_use, "handle_in_use", Retry::never, "choose a handle that this session does not use"},
    {no_such_handle, "no_such_handle", Retry::never,
     "the session has no subscription, service or membership of this handle"},
    {too_many_subscriptions, "too_many_subscriptions", Retry::never,
     "unsubscribe, use wider patterns or raise limits.subscriptions"},
    {overflow, "overflow", Retry::after_reconnect, "the subscriber did not keep up and asked to be closed then"},
    {too_many_presence_keys, "too_many_presence_keys", Retry::never, "hold fewer keys, or watch wider patterns"},
    {no_service, "no_service", Retry::later, "nobody serves this topic; start a member that does"},
    {deadline_exceeded, "deadline_exceeded", Retry::later, "no reply came in time; it may still have been handled"},
    {canceled, "canceled", Retry::never, "the caller took the request back"},
    {service_failed, "service_failed", Retry::later, "the member could not answer; see its message"},
    {too_many_requests, "too_many_requests", Retry::later, "wait for replies before sending more requests"},
    {no_such_group, "no_such_group", Retry::never, "create the group by joining it"},
    {group_mismatch, "group_mismatch", Retry::never, "join with the pattern, order and limits the group has"},
    {stale, "stale", Retry::never, "the delivery was taken back; drop it"},
    {permission_denied, "permission_denied", Retry::never, "ask for the right in the broker's access list"},
    {actor_not_allowed, "actor_not_allowed", Retry::never, "this peer may not act for others"},
    {bad_credentials, "bad_credentials", Retry::never, "the broker does not know this key; register it"},
    {unreachable, "unreachable", Retry::later, "no broker answers at this address; start one with `fanfare up`"},
    {closed, "closed", Retry::never, "the client was closed"},
    {internal, "internal", Retry::later, "a defect; see the broker's log and report it"},
};

}  // namespace

std::span<const ErrorInfo> error_catalogue() { return kCatalogue; }

const ErrorInfo& describe(ErrorCode code) {
  const auto* found = std::ranges::find(kCatalogue, code, &ErrorInfo::code);
  return found != std::end(kCatalogue) ? *found : *std::prev(std::end(kCatalogue));
}

std::optional<ErrorCode> error_code_by_name(std::string_view name) {
  const auto* found = std::ranges::find(kCatalogue, name, &ErrorInfo::name);
  if (found == std::end(kCatalogue)) return std::nullopt;
  return found->code;
}

}  // namespace fanfare
