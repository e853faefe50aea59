// relay/facts.cpp: reads the top level of a request (spec 04 sections 6.1, 15.4). One walk; nested values
// are looked into only where a rule names them.
#include "relay/facts.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "dialect/gemini/fields.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Member::kCount)> kGuarded = {
    "model",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "messages",
    "prefix",
    "suffix",
    "web_search_options",
    "service_tier",
    "inference_geo",
    "speed",
    "safety_identifier",
    "store",
    "prompt",
    "input",
    "max_output_tokens",
    "reasoning",
    "reasoning_effort",
    "temperature",
    "top_p",
    "logprobs",
    "top_k",
    "system",
    "instructions",
    "thinking",
    "output_config"};

constexpr std::array<std::string_view, static_cast<std::size_t>(GeminiMember::kCount)> kGeminiGuarded = {
    "model",
    "contents",
    "requests",
    "generationConfig",
    "generation_config",
    "systemInstruction",
    "system_instruction",
    "generateContentRequest"};

[[noreturn]] void refuse(std::string_view why) {
    throw Error(ErrorKind::InvalidRequest, "",
                Message::key("distributor.invalid_request", {{"Error", std::string(why)}}));
}

[[noreturn]] void refuse_type(Member member, std::string_view wanted) {
    refuse(std::string(kGuarded[static_cast<std::size_t>(member)]) + " must be " + std::string(wanted));
}

std::int64_t token_limit(const Facts& facts, Member member) {
    const auto value = given(facts, member);
    if (!value) return 0;
    const auto number = value->as_int();
    if (!number || *number < 0) refuse_type(member, "a non-negative integer");
    return *number;
}

bool flag(const Facts& facts, Member member) {
    const auto value = given(facts, member);
    if (!value) return false;
    const auto truth = value->as_bool();
    if (!truth) refuse_type(member, "a boolean");
    return *truth;
}

/// include_usage: absent means true, unlike at the vendor's (spec 04 section 15.4).
bool usage_wish(const Facts& facts) {
    const auto options = given(facts, Member::StreamOptions);
    if (!options) return true;
    if (options->type() != json::Type::Object) refuse_type(Member::StreamOptions, "an object");
    const auto include = options->find("include_usage");
    if (!include || include->is_null()) return true;
    const auto wish = include->as_bool();
    if (!wish) refuse("stream_options.include_usage must be a boolean");
    return *wish;
}

bool begins_like_object(const PaddedBuffer& body) {
    const std::string_view text = body.view();
    const auto first = std::find_if(text.begin(), text.end(),
                                    [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    return first != text.end() && *first == '{';
}

bool is_form(std::string_view content_type) {
    const std::string type = text::lower(content_type);
    return type.find("multipart/form-data") != std::string::npos ||
           type.find("application/x-www-form-urlencoded") != std::string::npos;
}

void read_model(Facts& facts, const ReadFacts& how) {
    if (how.form.wishes == WishPlace::Path) {
        facts.model = how.path_model;
        return;
    }
    if (const auto model = given(facts, Member::Model)) {
        auto name = model->as_string();
        if (!name) refuse_type(Member::Model, "a string");
        if (name->find("\xEF\xBF\xBD") != std::string::npos)
            refuse("model is not valid text");    // half a surrogate pair
        facts.model = std::move(*name);
    }
    if (facts.model.empty()) facts.model = how.path_model;
    if (facts.model.empty()) facts.model = how.form.default_model;
    if (!facts.model.empty() && !facts.model.ends_with(how.form.model_suffix))
        facts.model += how.form.model_suffix;
}

std::int64_t gemini_output_limit(const Facts& facts) {
    const auto config = given(facts, GeminiMember::GenerationConfig);
    const auto limit = config ? dialect::gemini::find_field(*config, "maxOutputTokens") : std::nullopt;
    const std::int64_t tokens = limit ? limit->as_int().value_or(0) : 0;
    if (tokens < 0) refuse("generationConfig.maxOutputTokens must be a non-negative integer");
    return std::min(tokens, kMostTokens);
}

/// Spec 05 section 4.1. Not refused beyond any sense where the table has no such rule, but cut to it.
std::int64_t output_limit(const Facts& facts, provider::Endpoint endpoint) {
    if (endpoint == provider::Endpoint::GenerateContent) return gemini_output_limit(facts);
    if (endpoint == provider::Endpoint::Responses)
        return std::min(token_limit(facts, Member::MaxOutputTokens), kMostTokens);
    return std::max(token_limit(facts, Member::MaxTokens), token_limit(facts, Member::MaxCompletionTokens));
}

}    // namespace

std::string_view member_name(Member member) { return kGuarded[static_cast<std::size_t>(member)]; }

std::optional<json::View> given(const Facts& facts, Member member) {
    const auto value = facts.value(member);
    return value && !value->is_null() ? value : std::nullopt;
}

std::optional<GeminiMember> gemini_place(const Facts& facts, GeminiMember camel) {
    const bool two = camel == GeminiMember::GenerationConfig || camel == GeminiMember::SystemInstruction;
    if (two) {
        const auto snake = static_cast<GeminiMember>(static_cast<std::size_t>(camel) + 1);
        const auto value = facts.value(snake);
        if (value && !value->is_null()) return snake;
    }
    return facts.found(camel) ? std::optional(camel) : std::nullopt;
}

std::optional<json::View> given(const Facts& facts, GeminiMember camel) {
    const auto place = gemini_place(facts, camel);
    const auto value = place ? facts.value(*place) : std::nullopt;
    return value && !value->is_null() ? value : std::nullopt;
}

Facts read_facts(const PaddedBuffer& body, const ReadFacts& how) {
    Facts facts;
    facts.form = &how.form;
    facts.gemini = how.form.dialect == dialect::Dialect::Gemini;
    facts.body_bytes = body.size();
    // `curl -d` labels JSON as a form; what begins like an object is read as one.
    if (!begins_like_object(body) && is_form(how.content_type)) return facts;
    try {
        facts.peeked = facts.gemini ? json::peek(body, kGeminiGuarded) : json::peek(body, kGuarded);
    } catch (const Error& error) {
        refuse(error.message.text);
    }
    read_model(facts, how);
    if (how.form.streams)
        facts.stream = how.form.wishes == WishPlace::Path ? how.path_streams : flag(facts, Member::Stream);
    if (how.form.usage_chunks) facts.wants_usage = usage_wish(facts);
    if (how.form.streams) facts.max_output = output_limit(facts, how.form.endpoint);
    return facts;
}

}    // namespace opusclaw::relay
