#include "workers/accounts/login_methods.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "workers/accounts/names.hpp"
#include "workers/accounts/shapes.hpp"
#include "workers/accounts/token_rule.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Call;
using common::Fields;
using common::MethodTable;
using common::Refusal;
using common::RefusalCode;

constexpr common::TextBounds kUsername{.minimum = 3, .maximum = 32};
constexpr common::TextBounds kPassword{.minimum = 8, .maximum = 256};
constexpr common::TextBounds kDisplayName{.minimum = 1, .maximum = 64, .may_be_blank = false};
constexpr common::TextBounds kLocale{.minimum = 2, .maximum = 35};
constexpr common::TextBounds kToken{.minimum = 1, .maximum = 256};

/// The form of a BCP 47 tag (RFC 5646 §2.1), not whether its parts exist.
bool is_language_tag(std::string_view tag) {
  bool is_first = true;
  while (true) {
    const auto end = tag.find('-');
    const std::string_view part = tag.substr(0, end);
    const auto fits = [&](unsigned char each) {
      return each < 0x80 && (is_first ? std::isalpha(each) : std::isalnum(each)) != 0;
    };
    if (part.empty() || part.size() > 8 || !std::ranges::all_of(part, fits)) return false;
    if (end == std::string_view::npos) return true;
    tag.remove_prefix(end + 1);
    is_first = false;
  }
}

Answer tokens_answer(const Shared& shared, const store::Profile& profile, const Uuid& session,
                     const RefreshToken& refresh) {
  const auto now = shared.now();
  return nlohmann::json{{"user", to_json(profile)},
                        {"access_token", shared.tokens.access_token(profile.person.id, session, now)},
                        {"refresh_token", refresh.text},
                        {"expires_in", shared.tokens.access_lifetime().count()}}
      .dump();
}

store::NewSession new_session(const Shared& shared, const Uuid& person, const RefreshToken& refresh) {
  const auto now = shared.now();
  return {common::new_id(now), person, refresh.hash, now, shared.tokens.refresh_expiry(now)};
}

Refusal taken() {
  return {RefusalCode::kAlreadyExists,
          "take another user name: this one, or one that looks like it, is taken",
          {{"username", "is taken, or looks like one that is"}}};
}

struct Registration {
  Username name;
  std::string password;
  std::string display_name;
  std::optional<std::string> locale;
};

common::OrRefusal<Registration> read_registration(Fields& fields) {
  const std::string typed = fields.text("username", kUsername);
  Registration registration{.password = fields.text("password", kPassword),
                            .display_name = fields.optional_text("display_name", kDisplayName).value_or(typed),
                            .locale = fields.optional_text("locale", kLocale)};
  if (registration.locale && !is_language_tag(*registration.locale)) {
    fields.add_problem("locale", "must be a language tag, such as en or de-AT");
  }
  if (registration.password == typed) fields.add_problem("password", "must not be the user name");
  auto name = read_username(typed);
  if (const auto* problem = std::get_if<std::string>(&name)) {
    fields.add_problem("username", *problem);
  } else {
    registration.name = std::get<Username>(std::move(name));
  }
  if (auto refusal = fields.refusal()) return *refusal;
  return registration;
}

class LoginMethods {
 public:
  LoginMethods(const Shared& shared, store::AccountStores& stores) : shared_(shared), stores_(stores) {}

  Answer sign_up(Call& call) const {
    const auto registration = read_registration(call.fields);
    if (!registration) return registration.error();
    const auto taken_already = stores_.people().is_taken(registration->name.key, registration->name.skeleton);
    if (!taken_already) return unavailable(shared_, taken_already.error());
    if (*taken_already) return taken();

    const auto hash = runtime::crypto::hash_password(registration->password, shared_.password_cost);
    if (!hash) return unavailable(shared_, hash.error());
    const auto now = shared_.now();
    const store::NewPerson person{
        .profile = {{common::new_id(now), registration->name.typed, registration->display_name},
                    registration->locale,
                    now},
        .username_key = registration->name.key,
        .username_skeleton = registration->name.skeleton,
        .display_key = folded(registration->display_name),
        .password_hash = *hash};
    const RefreshToken refresh = TokenIssuer::new_refresh_token();
    const auto session = new_session(shared_, person.profile.person.id, refresh);
    const auto added = stores_.people().add(person, session);
    if (!added) return unavailable(shared_, added.error());
    if (!*added) return taken();
    return tokens_answer(shared_, person.profile, session.id, refresh);
  }

  Answer log_in(Call& call) const {
    const std::string typed = call.fields.text("username", kUsername);
    const std::string password = call.fields.text("password", kPassword);
    if (auto refusal = call.fields.refusal()) return *refusal;
    const std::string key = folded(typed);
    if (!shared_.attempts.admit(key, shared_.now())) {
      return Refusal{RefusalCode::kTooManyRequests, "wait five minutes: too many tries to log in under this name"};
    }
    const auto known = stores_.people().credentials(key);
    if (!known) return unavailable(shared_, known.error());
    // A name that does not exist costs the same time as a wrong password.
    const std::string& hash = *known ? (*known)->password_hash : shared_.dummy_hash;
    if (!runtime::crypto::verify_password(password, hash) || !*known) {
      return Refusal{RefusalCode::kBadCredentials, "user name or password is wrong"};
    }
    shared_.attempts.forget(key);
    const RefreshToken refresh = TokenIssuer::new_refresh_token();
    const auto session = new_session(shared_, (*known)->profile.person.id, refresh);
    const auto begun = stores_.sessions().begin(session);
    if (!begun) return unavailable(shared_, begun.error());
    return tokens_answer(shared_, (*known)->profile, session.id, refresh);
  }

  Answer refresh(Call& call) const {
    const std::string shown = call.fields.text("refresh_token", kToken);
    if (auto refusal = call.fields.refusal()) return *refusal;
    const RefreshToken next = TokenIssuer::new_refresh_token();
    const auto now = shared_.now();
    const auto renewed =
        stores_.sessions().renew(runtime::crypto::digest(shown), {next.hash, now, shared_.tokens.refresh_expiry(now)},
                                 [&](const store::TokenState& token) { return judge_token(token, now); });
    if (!renewed) return unavailable(shared_, renewed.error());
    if (!*renewed) {
      shared_.on_change();  // its session may have ended just now
      return Refusal{RefusalCode::kTokenInvalid, "log in again: this session has ended"};
    }
    return tokens_answer(shared_, (*renewed)->profile, (*renewed)->session, next);
  }

  Answer log_out(Call& call) const {
    const std::string shown = call.fields.text("refresh_token", kToken);
    if (auto refusal = call.fields.refusal()) return *refusal;
    const auto ended = stores_.sessions().end(runtime::crypto::digest(shown), shared_.now());
    if (!ended) return unavailable(shared_, ended.error());
    shared_.on_change();
    return "{}";
  }

 private:
  const Shared& shared_;
  store::AccountStores& stores_;
};

}  // namespace

void add_login_methods(MethodTable& table, const Shared& shared, store::AccountStores& stores) {
  const LoginMethods methods(shared, stores);
  constexpr auto kNobody = MethodTable::Needs::kNobody;
  table.add("accounts.register", kNobody, [methods](Call& call) { return methods.sign_up(call); });
  table.add("accounts.login", kNobody, [methods](Call& call) { return methods.log_in(call); });
  table.add("accounts.refresh", kNobody, [methods](Call& call) { return methods.refresh(call); });
  table.add("accounts.logout", kNobody, [methods](Call& call) { return methods.log_out(call); });
}

}  // namespace fanfare::workers::accounts
