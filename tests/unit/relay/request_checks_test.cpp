// Tests of relay/request_checks.h and of what read_facts() makes of each form (spec 04 sections 6.1, 11; 05 section 4.1).
#include "relay/request_checks.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

struct Read {
    Read(Endpoint endpoint, std::string_view text, std::string_view path_model = {})
        : body(text),
          facts(read_facts(
              body,
              {.form = form_of(endpoint), .content_type = "application/json", .path_model = path_model})) {}
    PaddedBuffer body;
    Facts facts;
};

/// The text of the refusal; empty when the request passes.
std::string refusal(Endpoint endpoint, std::string_view text) {
    const Read read(endpoint, text);
    try {
        read.facts.form->check(read.facts);
    } catch (const Error& error) {
        EXPECT_EQ(error.status, 400);
        EXPECT_EQ(error.code, "invalid_request");
        return error.message.text;
    }
    return {};
}

struct CheckCase {
    Endpoint endpoint;
    std::string_view text, refusal;
};

TEST(RequestChecks, SayWhatIsMissing) {
    const CheckCase cases[] = {
        {Endpoint::Completions, R"({"model":"m","prompt":"hi"})", ""},
        {Endpoint::Completions, R"({"model":"m","prompt":[1,2]})", ""},
        {Endpoint::Completions, R"({"model":"m"})", "field prompt is required"},
        {Endpoint::Completions, R"({"model":"m","prompt":null})", "field prompt is required"},
        {Endpoint::Completions, R"({"model":"m","prompt":""})", "field prompt is required"},
        {Endpoint::Completions, R"({"prompt":"hi"})", "model is required"},
        {Endpoint::Completions, R"({"prompt":"hi","max_tokens":1073741824})", "max_tokens is invalid"},
        {Endpoint::Completions,
         R"({"model":"m","prompt":"hi","web_search_options":{"search_context_size":"x"}})",
         "invalid search_context_size, must be one of: high, medium, low"},
        {Endpoint::Moderations, R"({"input":"hi"})", ""},
        {Endpoint::Moderations, R"({"model":"m","input":["hi"]})", ""},
        {Endpoint::Moderations, R"({"model":"m"})", "field input is required"},
        {Endpoint::Moderations, R"({"model":"m","input":null})", "field input is required"},
        {Endpoint::Embeddings, R"({"model":"m","input":["a"]})", ""},
        {Endpoint::Embeddings, R"({"model":"m"})", "input is empty"},
        {Endpoint::Embeddings, R"({"model":"m","input":null})", "input is empty"},
        {Endpoint::Responses, R"({"model":"m","input":"hi"})", ""},
        {Endpoint::Responses, R"({"model":"m","input":null})", ""},
        {Endpoint::Responses, R"({"model":"m"})", "input is required"},
        {Endpoint::Responses, R"({"input":"hi"})", "model is required"},
    };
    for (const CheckCase& row : cases) EXPECT_EQ(refusal(row.endpoint, row.text), row.refusal) << row.text;
}

TEST(RequestFacts, TheModelMayComeFromPathOrForm) {
    EXPECT_EQ(Read(Endpoint::Moderations, R"({"input":"a"})").facts.model, "text-moderation-stable");
    EXPECT_EQ(Read(Endpoint::Moderations, R"({"model":"m","input":"a"})").facts.model, "m");
    EXPECT_EQ(Read(Endpoint::Embeddings, R"({"input":"a"})", "p").facts.model, "p");
    EXPECT_EQ(Read(Endpoint::Embeddings, R"({"model":"","input":"a"})", "p").facts.model, "p");
    EXPECT_EQ(Read(Endpoint::Embeddings, R"({"model":"m","input":"a"})", "p").facts.model, "m");
    EXPECT_EQ(Read(Endpoint::Embeddings, R"({"input":"a"})").facts.model, "");
}

TEST(RequestFacts, OnlyWhatStreamsHasAStreamFlagAndALimit) {
    const Facts& embeddings =
        Read(Endpoint::Embeddings, R"({"model":"m","stream":"yes","max_tokens":5,"input":"a"})").facts;
    EXPECT_FALSE(embeddings.stream);
    EXPECT_EQ(embeddings.max_output, 0);
    const Read responses(Endpoint::Responses,
                         R"({"model":"m","stream":true,"max_tokens":5,"max_output_tokens":99,"input":"a",)"
                         R"("stream_options":{"include_usage":false}})");
    EXPECT_TRUE(responses.facts.stream);
    EXPECT_TRUE(responses.facts.wants_usage) << "usage stands in the last event, whatever is asked for";
    EXPECT_EQ(responses.facts.max_output, 99);
    EXPECT_EQ(Read(Endpoint::Responses, R"({"max_output_tokens":9223372036854775807})").facts.max_output,
              kMostTokens);
    EXPECT_THROW(Read(Endpoint::Responses, R"({"max_output_tokens":-1})"), Error);
    EXPECT_THROW(Read(Endpoint::Completions, R"({"stream":"yes"})"), Error);
}

}    // namespace
}    // namespace opusclaw::relay
