#include <nlohmann/json.hpp>
#include <utility>

#include "frontends/http/api/replies.hpp"
#include "frontends/http/api/routes.hpp"

namespace fanfare::frontends::http {

void add_probe_routes(Router& router, std::function<std::vector<std::string>()> missing) {
  router.add({"GET", "/livez", Lane::kLocal, [](const Request&) { return json_reply(200, R"({"alive":true})"); }});
  router.add({"GET", "/readyz", Lane::kLocal, [missing = std::move(missing)](const Request&) {
                const std::vector<std::string> waits_for = missing();
                const nlohmann::ordered_json state = {{"ready", waits_for.empty()}, {"missing", waits_for}};
                return json_reply(waits_for.empty() ? 200 : 503, state.dump());
              }});
}

}  // namespace fanfare::frontends::http
