#pragma once
// A database of a test's own on a PostgreSQL server that the tests have started: the one that CTest runs for all of
// them, else one for this process, which ends with it. For tests only; any thread.

#include <string>

namespace fanfare::test {

/// An empty database, or with all migrations if `migrated`; it is removed with this.
class PostgresTestDatabase {
 public:
  explicit PostgresTestDatabase(bool migrated = true);
  ~PostgresTestDatabase();
  PostgresTestDatabase(const PostgresTestDatabase&) = delete;
  PostgresTestDatabase& operator=(const PostgresTestDatabase&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Statements without values, as the owner. Throws if one fails.
  void execute(const std::string& sql) const;
  /// The first column of the first row; empty for NULL or none.
  [[nodiscard]] std::string value(const std::string& sql) const;

 private:
  const std::string name_;
  const std::string url_;
};

}  // namespace fanfare::test
