#pragma once
// What goes wrong, as an exception: a code of the catalogue with its advice. Futures carry it, callbacks get it in an
// Outcome. A value type; any thread.

#include <fanfare/error_code.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace fanfare {

class Error : public std::runtime_error {
 public:
  /// what() is "<name>: <advice> (<detail>)".
  explicit Error(ErrorCode code, std::string_view detail = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// What happened here, beside what the code says; may be empty.
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
  /// The stable name of the code, `no_service`.
  [[nodiscard]] std::string_view name() const { return describe(code_).name; }
  /// Whether doing the same again may help.
  [[nodiscard]] Retry retry() const { return describe(code_).retry; }

 private:
  ErrorCode code_;
  std::string detail_;
};

}  // namespace fanfare
