#pragma once
// The routes of the REST API (docs/openapi.yaml), each group in its own source. Called once at start; `gate` and
// `backend` outlive the router.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "frontends/http/api/backend.hpp"
#include "frontends/http/api/gate.hpp"
#include "frontends/http/routing/router.hpp"

namespace fanfare::frontends::http {

/// POST /api/v1/users, /api/v1/sessions, /api/v1/sessions/refresh; DELETE /api/v1/sessions/current.
void add_session_routes(Router& router, Gate& gate, const Backend& backend, std::chrono::seconds refresh_token_ttl);

/// GET /api/v1/users/me, /api/v1/users; GET and POST /api/v1/conversations; GET …/{id}/members.
void add_people_routes(Router& router, Gate& gate, const Backend& backend);

/// PUT /api/v1/conversations/{id}/read; PUT and DELETE …/{id}/mute; GET /api/v1/unread.
void add_reading_routes(Router& router, Gate& gate, const Backend& backend);

/// POST and GET /api/v1/conversations/{id}/messages.
void add_message_routes(Router& router, Gate& gate, const Backend& backend);

/// GET, POST and DELETE /api/v1/telegram/link.
void add_telegram_routes(Router& router, Gate& gate, const Backend& backend);
/// POST /api/v1/telegram/webhook. `secret`: what Telegram proves itself with; empty: there is no webhook.
void add_webhook_route(Router& router, Gate& gate, const Backend& backend, std::string secret);

/// GET /livez, /readyz. `missing` says what the server still waits for.
void add_probe_routes(Router& router, std::function<std::vector<std::string>()> missing);

}  // namespace fanfare::frontends::http
