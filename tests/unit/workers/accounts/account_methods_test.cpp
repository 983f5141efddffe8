#include "workers/accounts/account_methods.hpp"

#include <gtest/gtest.h>

#include "runtime/crypto/base64url.hpp"
#include "tests/unit/workers/accounts/methods_fixture.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class AccountMethodsTest : public MethodsTest {
 protected:
  std::vector<std::string> found(const json& request, const std::string& actor) {
    std::vector<std::string> names;
    const json answer = ok("accounts.find", request, actor);
    for (const json& user : answer["users"]) names.push_back(user["username"]);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_F(AccountMethodsTest, WhoamiIsTheActor) {
  const json tokens = register_person("anna");
  EXPECT_EQ(ok("accounts.whoami", json::object(), id_of(tokens))["user"], tokens["user"]);
  EXPECT_EQ(error_of("accounts.whoami", json::object(), common::new_id(now).to_string()), "not_found");
  EXPECT_EQ(error_of("accounts.whoami", json::object()), "token_invalid");
}

TEST_F(AccountMethodsTest, FindingFoldsWhatIsTypedAndLeavesOneselfOut) {
  const std::string anna = id_of(register_person("Anna"));
  const std::string annabel = id_of(register_person("annabel"));
  ok("accounts.register", {{"username", "maria"}, {"password", kPassword}, {"display_name", "\u00C4nne Ann"}});
  EXPECT_EQ(found({{"query", "ANN"}}, anna), Names{"annabel"});
  EXPECT_EQ(found({{"query", "ann"}, {"limit", 1U}}, annabel), Names{"Anna"});
  EXPECT_EQ(found({{"query", "a\u0308NN"}}, anna), Names{"maria"});
  EXPECT_EQ(found({{"query", "\u200B"}}, anna), Names{}) << "nothing that can be seen finds nobody";
  EXPECT_EQ(error_of("accounts.find", {{"query", ""}}, anna), "invalid");
  EXPECT_EQ(error_of("accounts.find", {{"query", "a"}, {"limit", 51U}}, anna), "invalid");
}

TEST_F(AccountMethodsTest, PeopleAreShownWithoutWhatIsTheirs) {
  const std::string anna = id_of(register_person("anna"));
  const json paul = register_person("paul")["user"];
  const json shown = ok("accounts.find", {{"query", "paul"}}, anna)["users"][0];
  EXPECT_EQ(shown, (json{{"id", paul["id"]}, {"username", "paul"}, {"display_name", "paul"}}));
}

TEST_F(AccountMethodsTest, KeysArePublic) {
  EXPECT_EQ(ok("accounts.keys", json::object()),
            (json{{"keys",
                   {{{"kid", "k1"},
                     {"kty", "OKP"},
                     {"crv", "Ed25519"},
                     {"x", runtime::crypto::encode_base64url(pair.public_key())}}}}}));
}

TEST_F(AccountMethodsTest, OnlyThoseThatHashAreSlow) {
  EXPECT_TRUE(is_slow("accounts.register"));
  EXPECT_TRUE(is_slow("accounts.login"));
  EXPECT_FALSE(is_slow("accounts.refresh"));
  EXPECT_FALSE(is_slow("conversations.access"));
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
