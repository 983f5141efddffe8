#pragma once
// Whose pages may connect (RFC 6454): browsers say by themselves where a page comes from, and can't be made to lie by
// it. Pure; any thread. A client that is no browser sends no Origin and is let in: what protects is the token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::frontends::websocket::server {

struct Origin {
  std::string scheme;  ///< http or https
  std::string host;    ///< lower case, IPv6 in brackets
  std::uint16_t port = 0;

  /// `https://chat.example.org:8443`, the port with its scheme's default filled in; nothing for anything else.
  [[nodiscard]] static std::optional<Origin> parse(std::string_view text);
  bool operator==(const Origin&) const = default;
};

/// `host`, `host:port` or `[v6]:port`, as a Host header and as `listen` have it; port 0 if there is none.
struct Authority {
  std::string host;
  std::uint16_t port = 0;

  [[nodiscard]] static std::optional<Authority> parse(std::string_view text);
};

/// localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

class OriginRule {
 public:
  struct Settings {
    std::vector<std::string> origins;  ///< `self` and origins
    std::uint16_t page_port = 0;       ///< where the page is served
    bool on_loopback = false;          ///< this server listens on loopback only
  };
  explicit OriginRule(const Settings& settings);

  /// `origin` and `host` are the headers of the handshake.
  [[nodiscard]] bool allows(std::string_view origin, std::string_view host) const;

 private:
  [[nodiscard]] bool is_self(const Origin& origin, std::string_view host) const;

  bool self_ = false;
  std::vector<Origin> others_;
  std::uint16_t page_port_;
  bool on_loopback_;
};

}  // namespace fanfare::frontends::websocket::server
