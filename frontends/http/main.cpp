// fanfare-http: the web page and the REST API (docs/openapi.yaml).

#include "frontends/http/service/http_service.hpp"
#include "runtime/service/run_service.hpp"

int main(int argc, char** argv) {
  namespace http = fanfare::frontends::http;
  namespace runtime = fanfare::runtime;
  return runtime::run_service(
      argc, argv,
      {.name = "fanfare-http",
       .summary = "The HTTP front-end of Fanfare: the web page and the REST API.",
       .make = [](const runtime::ServiceContext& context) { return std::make_unique<http::HttpService>(context); }});
}
