// docs/openapi.yaml names exactly the routes there are.
#include <fstream>
#include <set>
#include <string>

#include "frontends/http/metrics/metrics_page.hpp"
#include "frontends/http/page/page_routes.hpp"
#include "tests/unit/frontends/http/api/routes_fixture.hpp"

namespace fanfare::frontends::http {
namespace {

class DocumentationTest : public test::RoutesFixture {};

/// `GET /path` for each operation: paths stand two spaces in, their methods four.
std::set<std::string> documented_routes() {
  std::ifstream document(std::string(FANFARE_SOURCE_DIR) + "/docs/openapi.yaml");
  std::set<std::string> routes;
  std::string path;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("  /") && line.ends_with(':')) path = line.substr(2, line.size() - 3);
    for (const auto& [key, method] :
         {std::pair("    get:", "GET "), {"    post:", "POST "}, {"    put:", "PUT "}, {"    delete:", "DELETE "}}) {
      if (line == key) routes.insert(method + path);
    }
  }
  return routes;
}

TEST_F(DocumentationTest, NamesEveryRouteAndNoOther) {
  PageFiles files{std::filesystem::path()};
  add_page_routes(router_, files, {.websocket = {"auto", 8081}});
  const runtime::Metrics metrics;
  MetricsPage page(metrics, "a", {}, [] { return Reports::Time(); });
  page.add_route(router_);
  std::set<std::string> routes;
  for (const Route& route : router_.routes()) routes.insert(route.method + " " + route.path_template);
  EXPECT_EQ(documented_routes(), routes);
}

}  // namespace
}  // namespace fanfare::frontends::http
