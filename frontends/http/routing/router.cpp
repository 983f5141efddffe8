#include "frontends/http/routing/router.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "frontends/http/message/problem.hpp"

namespace fanfare::frontends::http {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

/// The values of the template's names if the path fits it.
std::optional<std::map<std::string, std::string>> match(std::string_view path_template, std::string_view path) {
  const auto wanted = segments(path_template);
  const auto given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> params;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    if (wanted[index].starts_with('{')) {
      if (given[index].empty()) return std::nullopt;
      params.emplace(wanted[index].substr(1, wanted[index].size() - 2), given[index]);
    } else if (wanted[index] != given[index]) {
      return std::nullopt;
    }
  }
  return params;
}

std::string list_of(const std::set<std::string>& methods) {
  std::string list;
  for (const std::string& method : methods) list += (list.empty() ? "" : ", ") + method;
  return list;
}

Router::Found not_found() {
  return {Lane::kLocal, [](const Request&) {
            return to_reply({.status = 404, .code = "not_found", .detail = "there is nothing at this path"});
          }};
}

/// OPTIONS, or a method that this path does not have.
Router::Found other_method(const Request& request, std::set<std::string> methods) {
  if (methods.contains("GET")) methods.insert("HEAD");
  methods.insert("OPTIONS");
  Header allow{"Allow", list_of(methods)};
  if (request.method == "OPTIONS") {
    return {Lane::kLocal, [allow](const Request&) { return Reply{.status = 204, .headers = {allow}}; }};
  }
  return {Lane::kLocal, [allow](const Request&) {
            Reply reply = to_reply({.status = 405, .code = "method_not_allowed", .detail = "allowed: " + allow.value});
            reply.headers.push_back(allow);
            return reply;
          }};
}

}  // namespace

void Router::add(Route route) { routes_.push_back(std::move(route)); }

Router::Found Router::find(Request& request) const {
  if (request.path == "*") return other_method(request, {"GET", "POST", "PUT", "DELETE"});
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    auto params = match(route.path_template, request.path);
    if (!params) continue;
    if (route.method == method) {
      request.params = std::move(*params);
      return {route.lane, route.handler};
    }
    methods.insert(route.method);
  }
  if (!methods.empty()) return other_method(request, std::move(methods));
  if (!fallback_ || request.path.starts_with("/api/")) return not_found();
  if (method == "GET") return {Lane::kLocal, fallback_};
  return other_method(request, {"GET"});
}

}  // namespace fanfare::frontends::http
