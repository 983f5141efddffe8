#include "frontends/http/page/page_routes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fanfare::frontends::http {
namespace {

namespace fs = std::filesystem;

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "fanfare-page-XXXXXX").string();
  return ::mkdtemp(name.data());
}

class PageRoutesTest : public testing::Test {
 protected:
  PageRoutesTest() { add_page_routes(router_, files_, {.websocket = {"auto", 8081}}); }
  ~PageRoutesTest() override { fs::remove_all(folder_); }

  void write(const std::string& path, const std::string& content) const {
    fs::create_directories((folder_ / "dist" / path).parent_path());
    std::ofstream(folder_ / "dist" / path) << content;
  }

  Reply get(const std::string& path, std::vector<Header> headers = {{"accept", "text/html,*/*"}}) {
    headers.push_back({"host", "localhost:8080"});
    Request request{.method = "GET", .path = path, .headers = std::move(headers), .peer = "127.0.0.1"};
    return router_.find(request).handler(request);
  }

  static std::string header_of(const Reply& reply, const std::string& name) {
    const auto found = std::ranges::find(reply.headers, name, &Header::name);
    return found == reply.headers.end() ? "" : found->value;
  }

  fs::path folder_ = new_folder();
  PageFiles files_{folder_ / "dist"};
  Router router_;
};

TEST_F(PageRoutesTest, ServesFilesWithTheirTypeAndWhatProtectsThePage) {
  write("index.html", "<p>page");
  const Reply reply = get("/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(*reply.body, "<p>page");
  EXPECT_EQ(header_of(reply, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header_of(reply, "Cache-Control"), "no-cache");
  EXPECT_EQ(header_of(reply, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header_of(reply, "Referrer-Policy"), "no-referrer");
  const std::string policy = header_of(reply, "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'self'; connect-src 'self' ws://localhost:8081;"), std::string::npos) << policy;
}

TEST_F(PageRoutesTest, HashedAssetsStayInTheBrowser) {
  write("assets/index-3f2a.js", "code");
  const Reply reply = get("/assets/index-3f2a.js");
  EXPECT_EQ(header_of(reply, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(reply, "Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(PageRoutesTest, AnUnchangedFileIsNotSentAgain) {
  write("index.html", "one");
  const std::string tag = header_of(get("/"), "ETag");
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const Reply reply = get("/", {{"if-none-match", known}});
    EXPECT_EQ(reply.status, 304) << known;
    EXPECT_FALSE(reply.body);
    EXPECT_EQ(header_of(reply, "ETag"), tag);
  }
  write("index.html", "another");
  EXPECT_EQ(*get("/", {{"if-none-match", tag}}).body, "another");
}

TEST_F(PageRoutesTest, NothingOutsideTheFolderIsServed) {
  write("index.html", "page");
  std::ofstream(folder_ / "secret.txt") << "secret";
  write(".hidden.txt", "hidden");
  fs::create_symlink(folder_ / "secret.txt", folder_ / "dist/link.txt");
  for (const char* path : {"/../secret.txt", "/./../secret.txt", "/link.txt", "/.hidden.txt", "//secret.txt",
                           "/assets/..", "/..\\secret.txt", "/assets/"}) {
    const Reply reply = get(path, {});
    EXPECT_EQ(reply.status, 404) << path;
  }
}

TEST_F(PageRoutesTest, AnAddressOfThePageIsThePageButAMissingScriptIsNot) {
  write("index.html", "page");
  EXPECT_EQ(*get("/conversations/7").body, "page");
  EXPECT_EQ(get("/assets/old-1.js").status, 404);
  EXPECT_EQ(get("/conversations/7", {{"accept", "application/json"}}).status, 404);
  EXPECT_EQ(get("/conversations/7", {{"accept", "text/html"}, {"sec-fetch-mode", "cors"}}).status, 404);
}

TEST_F(PageRoutesTest, AMissingBuildSaysWhichCommandBuildsIt) {
  const Reply reply = get("/");
  EXPECT_EQ(reply.status, 503);
  EXPECT_NE(reply.body->find("scripts/build"), std::string::npos);
}

TEST_F(PageRoutesTest, TheConfigurationNamesTheWebSocketOfTheSameHost) {
  const auto config = [this](std::vector<Header> headers) {
    return nlohmann::json::parse(*get("/config.json", std::move(headers)).body)["websocket_url"].get<std::string>();
  };
  EXPECT_EQ(config({}), "ws://localhost:8081/connection/websocket");
  EXPECT_EQ(config({{"host", "127.0.0.1:8080"}}), "ws://127.0.0.1:8081/connection/websocket");
  EXPECT_EQ(config({{"x-forwarded-proto", "https"}}), "wss://localhost:8081/connection/websocket");
  EXPECT_EQ(websocket_url({"wss://chat.example/ws", 1}, {}), "wss://chat.example/ws");
}

TEST_F(PageRoutesTest, TheConfigurationSaysWhetherThereIsTelegram) {
  EXPECT_EQ(nlohmann::json::parse(*get("/config.json").body)["telegram"], false);
  Router with_telegram;
  add_page_routes(with_telegram, files_, {.websocket = {"auto", 8081}, .has_telegram = true});
  Request request{.method = "GET", .path = "/config.json", .headers = {{"host", "localhost:8080"}}};
  EXPECT_EQ(nlohmann::json::parse(*with_telegram.find(request).handler(request).body)["telegram"], true);
}

}  // namespace
}  // namespace fanfare::frontends::http
