// relay/request_checks.cpp: the rules of spec 04 section 11, in their order.
#include "relay/request_checks.h"

#include "base/error.h"

namespace opusclaw::relay {
namespace {

[[noreturn]] void invalid(std::string_view text) {
    throw_error(ErrorKind::InvalidRequest, "invalid_request", text);
}

void check_search_options(const Facts& facts) {
    const auto search = given(facts, Member::WebSearchOptions);
    if (!search) return;
    const auto size = search->find("search_context_size");
    const auto name = size ? size->as_string() : std::nullopt;
    if (size && !size->is_null() && name != "high" && name != "medium" && name != "low") {
        invalid("invalid search_context_size, must be one of: high, medium, low");
    }
}

/// What the three kinds of requests in Chat's own dialect have in common.
void check_openai(const Facts& facts) {
    if (facts.max_output > kMostTokens) invalid("max_tokens is invalid");
    if (facts.model.empty()) invalid("model is required");
    check_search_options(facts);
}

}    // namespace

void check_chat_request(const Facts& facts) {
    check_openai(facts);
    const auto messages = given(facts, Member::Messages);
    if (messages && messages->type() != json::Type::Array) invalid("messages must be an array");
    const bool any = messages && !messages->empty();
    if (!any && !given(facts, Member::Prefix) && !given(facts, Member::Suffix))
        invalid("field messages is required");
}

void check_completions_request(const Facts& facts) {
    check_openai(facts);
    const auto prompt = given(facts, Member::Prompt);
    if (!prompt || prompt->raw() == R"("")") invalid("field prompt is required");
}

void check_moderations_request(const Facts& facts) {
    check_openai(facts);
    if (!given(facts, Member::Input)) invalid("field input is required");
}

void check_responses_request(const Facts& facts) {
    if (facts.model.empty()) invalid("model is required");
    if (!facts.found(Member::Input)) invalid("input is required");
}

void check_compact_request(const Facts& facts) {
    if (facts.model.empty()) invalid("model is required");
}

void check_messages_request(const Facts& facts) {
    const auto messages = given(facts, Member::Messages);
    if (!messages) invalid("field messages is required");
    if (messages->type() != json::Type::Array) invalid("messages must be an array");
    if (messages->empty()) invalid("field messages is required");
    if (facts.model.empty()) invalid("field model is required");
}

void check_generate_request(const Facts& facts) {
    const auto any = [&facts](GeminiMember member) {
        const auto value = given(facts, member);
        return value && !(value->type() == json::Type::Array && value->empty());
    };
    if (!any(GeminiMember::Contents) && !any(GeminiMember::Requests)) invalid("contents is required");
}

void check_any_request(const Facts&) {}

void check_embeddings_request(const Facts& facts) {
    if (!given(facts, Member::Input)) invalid("input is empty");
}

}    // namespace opusclaw::relay
