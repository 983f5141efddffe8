#include "tests/support/pgbouncer.hpp"

#include "tests/support/served_port.hpp"

namespace fanfare::test {

std::string url_by_pgbouncer(const PostgresTestDatabase& database) {
  const std::string& url = database.url();
  const std::size_t port = url.rfind(':') + 1;
  const std::size_t name = url.find('/', port);
  static const ServedPort bouncer("pgbouncer.py serve " + url.substr(port, name - port));
  return url.substr(0, port) + bouncer.port() + url.substr(name);
}

}  // namespace fanfare::test
