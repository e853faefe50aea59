// Tests of relay/routes.h and relay/request_form.h: which paths are ours and what is made of them (spec 04 section 2).
#include "relay/routes.h"

#include <gtest/gtest.h>

#include "relay/request_checks.h"

namespace opusclaw::relay {
namespace {

struct RouteCase {
    std::string_view method, path;
    provider::Endpoint endpoint;
};

TEST(Routes, LeadToTheirForms) {
    using provider::Endpoint;
    for (const RouteCase& row : {RouteCase{"POST", "/v1/chat/completions", Endpoint::ChatCompletions},
                                 RouteCase{"POST", "/v1/completions", Endpoint::Completions},
                                 RouteCase{"POST", "/v1/responses", Endpoint::Responses},
                                 RouteCase{"POST", "/v1/messages", Endpoint::Messages},
                                 RouteCase{"POST", "/v1/embeddings", Endpoint::Embeddings},
                                 RouteCase{"POST", "/v1/engines/a%2Fb/embeddings", Endpoint::Embeddings},
                                 RouteCase{"POST", "/v1/moderations", Endpoint::Moderations}}) {
        const auto match = find_route(row.method, row.path);
        ASSERT_TRUE(match) << row.path;
        EXPECT_EQ(match->route->kind, RouteKind::Inference) << row.path;
        const RequestForm& form = match->route->form();
        EXPECT_EQ(form.endpoint, row.endpoint) << row.path;
        EXPECT_EQ(form.dialect, match->route->dialect) << row.path;
        EXPECT_NE(form.reader, nullptr) << row.path;
        EXPECT_NE(form.check, nullptr) << row.path;
        EXPECT_NE(form.estimate_prompt, nullptr) << row.path;
        EXPECT_EQ(form.streams, form.reader->read_chunk != nullptr) << row.path;
        EXPECT_EQ(form.streams, form.reader->end_stream != nullptr) << row.path;
    }
}

TEST(Routes, LeadFromActionsOnModels) {
    using provider::Endpoint;
    for (const std::string base : {"/v1beta/models/a", "/v1/models/a"}) {
        const std::pair<std::string_view, Endpoint> actions[] = {
            {":generateContent", Endpoint::GenerateContent},
            {":streamGenerateContent", Endpoint::GenerateContent},
            {":embedContent", Endpoint::EmbedContent},
            {":batchEmbedContents", Endpoint::BatchEmbedContents},
            {":countTokens", Endpoint::CountTokens},
            {":predict", Endpoint::Predict}};
        for (const auto& [action, endpoint] : actions) {
            const std::string path = base + std::string(action);
            const auto match = find_route("POST", path);
            ASSERT_TRUE(match) << path;
            EXPECT_EQ(match->parameter, "a") << path;
            EXPECT_EQ(match->route->form().endpoint, endpoint) << path;
            EXPECT_EQ(match->route->form().dialect, dialect::Dialect::Gemini) << path;
            EXPECT_EQ(match->route->dialect, dialect::Dialect::Gemini) << path;
            EXPECT_EQ(match->route->kind,
                      endpoint == Endpoint::CountTokens ? RouteKind::TokenCount : RouteKind::Inference);
            EXPECT_EQ(match->route->streams, action == ":streamGenerateContent");
            EXPECT_NE(match->route->form().check, nullptr);
            EXPECT_NE(match->route->form().estimate_prompt, nullptr);
        }
        for (const std::string_view other : {":dance", "", ":StreamGenerateContent", ":generateContent/x"}) {
            const auto match = find_route("POST", base + std::string(other));
            ASSERT_TRUE(match) << other;
            EXPECT_EQ(match->route->kind, RouteKind::NotImplemented) << other;
        }
    }
    EXPECT_EQ(find_route("POST", "/v1beta/models/vendor/m:8b:generateContent")->parameter, "vendor/m:8b");
}

TEST(Routes, CarryTheModelOfThePath) {
    EXPECT_EQ(find_route("POST", "/v1/engines/text-embedding-3-small/embeddings")->parameter,
              "text-embedding-3-small");
    EXPECT_EQ(find_route("POST", "/v1/engines/a/b/embeddings")->parameter, "a/b");
    EXPECT_FALSE(find_route("POST", "/v1/engines//embeddings"));
    EXPECT_FALSE(find_route("POST", "/v1/engines/embeddings"));
}

TEST(Routes, NameWhatIsNotImplemented) {
    const std::pair<std::string_view, std::string_view> paths[] = {
        {"POST", "/v1/edits"},
        {"POST", "/v1/images/variations"},
        {"GET", "/v1/files"},
        {"POST", "/v1/files"},
        {"GET", "/v1/files/file-1"},
        {"DELETE", "/v1/files/file-1"},
        {"GET", "/v1/files/f/content"},
        {"GET", "/v1/fine-tunes"},
        {"POST", "/v1/fine-tunes"},
        {"GET", "/v1/fine-tunes/f"},
        {"POST", "/v1/fine-tunes/f/cancel"},
        {"GET", "/v1/fine-tunes/f/events"},
        {"DELETE", "/v1/models/a"},
        {"DELETE", "/v1/models/vendor/name"},
    };
    for (const auto& [method, path] : paths) {
        const auto match = find_route(method, path);
        ASSERT_TRUE(match) << method << path;
        EXPECT_EQ(match->route->kind, RouteKind::NotImplemented) << method << path;
    }
}

TEST(Routes, AreExact) {
    const std::pair<std::string_view, std::string_view> paths[] = {
        {"GET", "/v1/chat/completions"},
        {"POST", "/v1/chat/completions/x"},
        {"POST", "/v1/chat"},
        {"POST", "/v1/models"},
        {"PUT", "/v1/files"},
        {"GET", "/v1/files/a/b"},
        {"GET", "/v1/files/"},
        {"DELETE", "/v1/models/"},
        {"POST", "/"},
        {"POST", ""},
        {"post", "/v1/completions"},
    };
    for (const auto& [method, path] : paths) EXPECT_FALSE(find_route(method, path)) << method << path;
    EXPECT_EQ(find_route("GET", "/v1/models")->route->kind, RouteKind::ModelList);
    EXPECT_EQ(find_route("GET", "/v1/models/gpt-4o")->route->kind, RouteKind::ModelList);
}

}    // namespace
}    // namespace opusclaw::relay
