#pragma once
// Why bytes are no request that this server takes; the connection is closed after it was told. A value.

#include <string>

namespace fanfare::frontends::http {

struct Rejection {
  int status = 400;
  std::string code = "bad_request";
  std::string detail;
};

}  // namespace fanfare::frontends::http
