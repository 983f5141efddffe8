#pragma once
// Finds the route for a request and answers what no route answers: 404, 405 with Allow, OPTIONS.
// Filled once at start, then read by any thread. Routes are functions from a Request to a Reply and know no HTTP
// library.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/http/message/reply.hpp"
#include "frontends/http/message/request.hpp"

namespace fanfare::frontends::http {

/// Where a route's work is done. A route that waits for a worker must not hold up the page or the probes.
enum class Lane { kLocal, kService };

using Handler = std::function<Reply(const Request&)>;

struct Route {
  std::string method;         ///< HEAD comes with GET
  std::string path_template;  ///< `/api/v1/conversations/{id}/members`: a name in braces stands for one segment
  Lane lane = Lane::kLocal;
  Handler handler;
};

class Router {
 public:
  void add(Route route);
  /// Answers GET and HEAD of paths without a route, but for those below `/api/`.
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }

  /// What is to be done for a request: `run` it with the params filled in, on this lane.
  struct Found {
    Lane lane = Lane::kLocal;
    Handler handler;
  };
  /// Fills in `request.params`.
  [[nodiscard]] Found find(Request& request) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  Handler fallback_;
};

}  // namespace fanfare::frontends::http
