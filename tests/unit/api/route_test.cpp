// Tests of api/route.h: how a path finds its row, and what the table of the program holds: who may call what.
#include "api/route.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace opusclaw::api {
namespace {

constexpr std::array kRows = {
    Route{.method = Method::Get, .path = "/api/thing/:id"},
    Route{.method = Method::Get, .path = "/api/thing/search"},
    Route{.method = Method::Get, .path = "/api/thing/"},
    Route{.method = Method::Delete, .path = "/api/thing/:id"},
    Route{.method = Method::Post, .path = "/api/:kind/all/keys"},
    Route{.method = Method::Post, .path = "/api/thing/:id/keys"},
    Route{.method = Method::Get, .path = "/api/plain"},
    Route{.method = Method::Get, .path = "/api/strict", .spelling = Spelling::AsWritten},
};

RouteTable table() {
    const std::array<std::span<const Route>, 1> resources = {kRows};
    return RouteTable(resources);
}

std::string pattern(Method method, std::string_view path) {
    const auto match = table().find(method, path);
    return match ? std::string(match->route->path) : "none";
}

TEST(RouteTable, ServesBothSpellingsOfTheTrailingSlash) {
    for (const char* const path : {"/api/thing", "/api/thing/"})
        EXPECT_EQ(pattern(Method::Get, path), "/api/thing/");
    for (const char* const path : {"/api/plain", "/api/plain/"})
        EXPECT_EQ(pattern(Method::Get, path), "/api/plain");
    EXPECT_EQ(pattern(Method::Delete, "/api/thing/12/"), "/api/thing/:id");
}

TEST(RouteTable, KeepsTheSpellingOfRoutesThatInsistOnIt) {
    EXPECT_EQ(pattern(Method::Get, "/api/strict"), "/api/strict");
    EXPECT_EQ(pattern(Method::Get, "/api/strict/"), "none");
    EXPECT_TRUE(table().all_of_path("/api/strict/").empty());
}

TEST(RouteTable, PutsLiteralSegmentsBeforeParameters) {
    EXPECT_EQ(pattern(Method::Get, "/api/thing/search"), "/api/thing/search");
    EXPECT_EQ(pattern(Method::Get, "/api/thing/searches"), "/api/thing/:id");
    // Both have one parameter: the literal further left decides.
    EXPECT_EQ(pattern(Method::Post, "/api/thing/all/keys"), "/api/thing/:id/keys");
    EXPECT_EQ(pattern(Method::Post, "/api/other/all/keys"), "/api/:kind/all/keys");
}

TEST(RouteTable, FallsBackToTheParameterWhereTheLiteralHasAnotherMethod) {
    EXPECT_EQ(pattern(Method::Delete, "/api/thing/search"), "/api/thing/:id");
}

TEST(RouteTable, KnowsNothingElse) {
    for (const char* const path : {"/api", "/api/", "/api/thing/1/2", "/api//thing", "/api/thing//",
                                   "/API/thing", "/api/plain//", "", "/", "//"}) {
        EXPECT_EQ(pattern(Method::Get, path), "none") << path;
    }
    EXPECT_EQ(pattern(Method::Put, "/api/plain"), "none");
}

TEST(RouteTable, DecodesParameters) {
    const auto match = table().find(Method::Get, "/api/thing/a%2Fb%20c");
    ASSERT_TRUE(match);
    EXPECT_EQ(match->parameters, std::vector<std::string>{"a/b c"});
    EXPECT_EQ(table().find(Method::Get, "/api/thing/%zz")->parameters, std::vector<std::string>{"%zz"});
    EXPECT_TRUE(table().find(Method::Get, "/api/plain")->parameters.empty());
}

TEST(RouteTable, FindsEveryMethodOfAPath) {
    EXPECT_EQ(table().all_of_path("/api/thing/7").size(), 2U);
    EXPECT_TRUE(table().all_of_path("/api/nothing").empty());
}

TEST(Methods, AreSpelledExactly) {
    EXPECT_EQ(method_of("GET"), Method::Get);
    EXPECT_EQ(method_of("DELETE"), Method::Delete);
    for (const char* const name : {"get", "HEAD", "PATCH", "OPTIONS", ""})
        EXPECT_FALSE(method_of(name)) << name;
}

/// Spec 02 section 3; 03 sections 3 and 14.2.
const std::map<std::pair<Method, std::string>, Access> kAccess = {
    {{Method::Get, "/api/setup"}, Access::Public},
    {{Method::Post, "/api/setup"}, Access::Public},
    {{Method::Get, "/api/status"}, Access::Public},
    {{Method::Get, "/api/notice"}, Access::Public},
    {{Method::Get, "/api/about"}, Access::Public},
    {{Method::Get, "/api/home_page_content"}, Access::Public},
    {{Method::Get, "/api/user-agreement"}, Access::Public},
    {{Method::Get, "/api/privacy-policy"}, Access::Public},
    {{Method::Post, "/api/user/login"}, Access::Public},
    {{Method::Post, "/api/user/login/2fa"}, Access::Public},
    {{Method::Delete, "/api/user/:id/2fa"}, Access::Admin},
    {{Method::Get, "/api/user/logout"}, Access::Public},
    {{Method::Get, "/api/user/self"}, Access::User},
    {{Method::Post, "/api/user/register"}, Access::Public},
    {{Method::Put, "/api/user/self"}, Access::User},
    {{Method::Delete, "/api/user/self"}, Access::User},
    {{Method::Put, "/api/user/setting"}, Access::User},
    {{Method::Post, "/api/user/setting/test"}, Access::User},
    {{Method::Get, "/api/user/token"}, Access::User},
    {{Method::Delete, "/api/user/token"}, Access::User},
    {{Method::Get, "/api/user/models"}, Access::User},
    {{Method::Get, "/api/user/aff"}, Access::User},
    {{Method::Post, "/api/user/aff_transfer"}, Access::User},
    {{Method::Get, "/api/user/"}, Access::Admin},
    {{Method::Get, "/api/user/search"}, Access::Admin},
    {{Method::Get, "/api/user/:id"}, Access::Admin},
    {{Method::Post, "/api/user/"}, Access::Admin},
    {{Method::Put, "/api/user/"}, Access::Admin},
    {{Method::Post, "/api/user/manage"}, Access::Admin},
    {{Method::Delete, "/api/user/:id"}, Access::Admin},
    {{Method::Delete, "/api/user/:id/bindings/:binding_type"}, Access::Admin},
    {{Method::Get, "/api/user/groups"}, Access::Public},
    {{Method::Get, "/api/user/self/groups"}, Access::User},
    {{Method::Get, "/api/group/"}, Access::Admin},
    {{Method::Get, "/api/channel/"}, Access::Admin},
    {{Method::Get, "/api/channel/:id"}, Access::Admin},
    {{Method::Post, "/api/channel/"}, Access::Admin},
    {{Method::Put, "/api/channel/"}, Access::Admin},
    {{Method::Get, "/api/channel/search"}, Access::Admin},
    {{Method::Get, "/api/channel/models"}, Access::Admin},
    {{Method::Get, "/api/channel/models_enabled"}, Access::Admin},
    {{Method::Post, "/api/channel/:id/key"}, Access::Root},
    {{Method::Delete, "/api/channel/:id"}, Access::Admin},
    {{Method::Delete, "/api/channel/disabled"}, Access::Admin},
    {{Method::Post, "/api/channel/batch"}, Access::Admin},
    {{Method::Post, "/api/channel/copy/:id"}, Access::Admin},
    {{Method::Post, "/api/channel/tag/disabled"}, Access::Admin},
    {{Method::Post, "/api/channel/tag/enabled"}, Access::Admin},
    {{Method::Put, "/api/channel/tag"}, Access::Admin},
    {{Method::Post, "/api/channel/batch/tag"}, Access::Admin},
    {{Method::Get, "/api/channel/tag/models"}, Access::Admin},
    {{Method::Post, "/api/channel/fix"}, Access::Admin},
    {{Method::Get, "/api/channel/fetch_models/:id"}, Access::Admin},
    {{Method::Post, "/api/channel/fetch_models"}, Access::Root},
    {{Method::Get, "/api/channel/test"}, Access::Admin},
    {{Method::Get, "/api/channel/test/:id"}, Access::Admin},
    {{Method::Post, "/api/channel/multi_key/manage"}, Access::Admin},
    {{Method::Get, "/api/models"}, Access::User},
    {{Method::Get, "/api/token/"}, Access::User},
    {{Method::Get, "/api/token/:id"}, Access::User},
    {{Method::Post, "/api/token/"}, Access::User},
    {{Method::Delete, "/api/token/:id"}, Access::User},
    {{Method::Post, "/api/token/:id/key"}, Access::User},
    {{Method::Post, "/api/token/batch/keys"}, Access::User},
    {{Method::Get, "/api/option/"}, Access::Root},
    {{Method::Put, "/api/option/"}, Access::Root},
    {{Method::Get, "/api/log/"}, Access::Admin},
    {{Method::Get, "/api/log/self"}, Access::User},
    // Tokens, logs, statistics and prices: spec 02 sections 20 to 23; 03 sections 13 to 18.
    {{Method::Get, "/api/token/search"}, Access::User},
    {{Method::Put, "/api/token/"}, Access::User},
    {{Method::Post, "/api/token/batch"}, Access::User},
    {{Method::Get, "/api/usage/token/"}, Access::KeyReader},
    {{Method::Delete, "/api/log/"}, Access::Admin},
    {{Method::Get, "/api/log/search"}, Access::Admin},
    {{Method::Get, "/api/log/stat"}, Access::Admin},
    {{Method::Get, "/api/log/self/search"}, Access::User},
    {{Method::Get, "/api/log/self/stat"}, Access::User},
    {{Method::Get, "/api/log/token"}, Access::KeyReader},
    {{Method::Get, "/api/data/"}, Access::Admin},
    {{Method::Get, "/api/data/users"}, Access::Admin},
    {{Method::Get, "/api/data/self"}, Access::User},
    {{Method::Get, "/api/opus/set_aside"}, Access::Root},
    {{Method::Get, "/api/pricing"}, Access::Visitor},
    {{Method::Get, "/api/ratio_config"}, Access::Public},
    {{Method::Post, "/api/option/rest_model_ratio"}, Access::Root},
    {{Method::Post, "/api/option/migrate_console_setting"}, Access::Root},
    {{Method::Get, "/api/status/test"}, Access::Admin},
    {{Method::Get, "/api/uptime/status"}, Access::Public},
    {{Method::Get, "/dashboard/billing/subscription"}, Access::Key},
    {{Method::Get, "/v1/dashboard/billing/subscription"}, Access::Key},
    {{Method::Get, "/dashboard/billing/usage"}, Access::Key},
    {{Method::Get, "/v1/dashboard/billing/usage"}, Access::Key},
};

TEST(Routes, AskForTheAccessOfTheSpecification) {
    std::map<std::pair<Method, std::string>, Access> found;
    for (const Route* const route : routes().all()) {
        EXPECT_TRUE(found.emplace(std::pair(route->method, std::string(route->path)), route->access).second)
            << route->path;
        EXPECT_NE(route->handler, nullptr) << route->path;
        EXPECT_TRUE(route->path.starts_with("/api/") || route->access == Access::Key) << route->path;
    }
    EXPECT_EQ(found, kAccess);
}

}    // namespace
}    // namespace opusclaw::api
