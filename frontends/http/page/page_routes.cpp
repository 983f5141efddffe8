#include "frontends/http/page/page_routes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "frontends/http/api/origin.hpp"
#include "frontends/http/api/replies.hpp"
#include "frontends/http/message/problem.hpp"
#include "runtime/version.hpp"

namespace fanfare::frontends::http {
namespace {

constexpr std::string_view kNotBuilt =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Fanfare</title>\n"
    "<h1>The web page is not built</h1>\n"
    "<p>Build it with <code>scripts/build</code> and load this page again, or name the folder that holds it in\n"
    "<code>frontends.http.web_root</code>. The REST API works without it.</p>\n</html>\n";

/// scheme://host:port of a WebSocket URL, which is what a Content-Security-Policy wants.
std::string origin_of(const std::string& url) {
  const std::size_t slashes = url.find("//");
  return slashes == std::string::npos ? url : url.substr(0, url.find('/', slashes + 2));
}

std::vector<Header> page_headers(const std::string& websocket) {
  // A value from the configuration must not add a directive of its own.
  const std::string also = websocket.find_first_of("; ,") == std::string::npos ? " " + origin_of(websocket) : "";
  return {{"Content-Security-Policy", "default-src 'self'; connect-src 'self'" + also +
                                          "; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                                          "form-action 'self'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"}};
}

/// RFC 9110 §13.1.2, with weak comparison: a proxy that compresses makes a tag weak.
bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t end = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view tag = if_none_match.substr(0, end);
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

Reply serve(const PageFile& file, const Request& request, const std::string& websocket) {
  Reply reply{.headers = page_headers(websocket)};
  reply.headers.push_back({"ETag", file.etag});
  reply.headers.push_back({"Cache-Control", file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache"});
  if (matches(request.header("if-none-match").value_or(""), file.etag)) {
    reply.status = 304;
    return reply;
  }
  reply.headers.push_back({"Content-Type", file.content_type});
  reply.body = file.content;
  return reply;
}

/// A person who opens an address of the page, not a script or an image that is missing.
bool is_navigation(const Request& request) {
  const auto mode = request.header("sec-fetch-mode");
  if (mode && *mode != "navigate") return false;
  const std::string_view last = std::string_view(request.path).substr(request.path.rfind('/') + 1);
  return last.find('.') == std::string_view::npos &&
         request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

Reply not_built(const std::string& websocket) {
  Reply reply = make_reply(503, "text/html; charset=utf-8", std::string(kNotBuilt));
  std::ranges::move(page_headers(websocket), std::back_inserter(reply.headers));
  reply.headers.push_back({"Cache-Control", "no-store"});
  return reply;
}

Reply page(PageFiles& files, const Request& request, const std::string& websocket) {
  const bool is_start = request.path == "/";
  if (!is_start) {
    if (const auto file = files.find(request.path)) return serve(*file, request, websocket);
    if (!is_navigation(request)) {
      return to_reply(Problem{.status = 404, .code = "not_found", .detail = "there is nothing at this path"});
    }
  }
  const auto index = files.find("/index.html");
  return index ? serve(*index, request, websocket) : not_built(websocket);
}

}  // namespace

std::string websocket_url(const WebSocketAddress& address, const Request& request) {
  if (address.configured != "auto") return address.configured;
  return std::string(is_over_tls(request) ? "wss://" : "ws://") + std::string(host_name(request)) + ":" +
         std::to_string(address.port) + "/connection/websocket";
}

void add_page_routes(Router& router, PageFiles& files, const PageSettings& settings) {
  router.add({"GET", "/config.json", Lane::kLocal, [settings](const Request& request) {
                const nlohmann::ordered_json config = {{"websocket_url", websocket_url(settings.websocket, request)},
                                                       {"telegram", settings.has_telegram},
                                                       {"version", runtime::version()}};
                return json_reply(200, config.dump());
              }});
  router.set_fallback([&files, websocket = settings.websocket](const Request& request) {
    return page(files, request, websocket_url(websocket, request));
  });
}

}  // namespace fanfare::frontends::http
