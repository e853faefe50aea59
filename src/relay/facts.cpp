// relay/facts.cpp: reads and checks the top level of a Chat request (spec 04 sections 6.1, 11, 15.4). One walk; nested values
// are looked into only where a rule names them.
#include "relay/facts.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"

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
    "store"};

constexpr std::int64_t kMostTokens = 1'073'741'823;

[[noreturn]] void refuse(std::string_view why) {
    throw Error(ErrorKind::InvalidRequest, "",
                Message::key("distributor.invalid_request", {{"Error", std::string(why)}}));
}

[[noreturn]] void refuse_type(Member member, std::string_view wanted) {
    refuse(std::string(kGuarded[static_cast<std::size_t>(member)]) + " must be " + std::string(wanted));
}

/// A member that is there and not null.
std::optional<json::View> given(const Facts& facts, Member member) {
    const auto value = facts.value(member);
    return value && !value->is_null() ? value : std::nullopt;
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

}    // namespace

Facts read_facts(const PaddedBuffer& body, std::string_view content_type) {
    Facts facts;
    facts.body_bytes = body.size();
    // `curl -d` labels JSON as a form; what begins like an object is read as one.
    if (!begins_like_object(body) && is_form(content_type)) return facts;
    try {
        facts.peeked = json::peek(body, kGuarded);
    } catch (const Error& error) {
        refuse(error.message.text);
    }
    if (const auto model = given(facts, Member::Model)) {
        auto name = model->as_string();
        if (!name) refuse_type(Member::Model, "a string");
        if (name->find("\xEF\xBF\xBD") != std::string::npos)
            refuse("model is not valid text");    // half a surrogate pair
        facts.model = std::move(*name);
    }
    facts.stream = flag(facts, Member::Stream);
    facts.wants_usage = usage_wish(facts);
    facts.max_output = std::max(token_limit(facts, Member::MaxTokens),
                                token_limit(facts, Member::MaxCompletionTokens));
    return facts;
}

void check_chat_request(const Facts& facts) {
    const auto invalid = [](std::string_view text) {
        throw_error(ErrorKind::InvalidRequest, "invalid_request", text);
    };
    if (facts.max_output > kMostTokens) invalid("max_tokens is invalid");
    if (facts.model.empty()) invalid("model is required");
    if (const auto search = given(facts, Member::WebSearchOptions)) {
        const auto size = search->find("search_context_size");
        const auto name = size ? size->as_string() : std::nullopt;
        if (size && !size->is_null() && name != "high" && name != "medium" && name != "low") {
            invalid("invalid search_context_size, must be one of: high, medium, low");
        }
    }
    const auto messages = given(facts, Member::Messages);
    if (messages && messages->type() != json::Type::Array) invalid("messages must be an array");
    const bool any = messages && !messages->empty();
    if (!any && !given(facts, Member::Prefix) && !given(facts, Member::Suffix))
        invalid("field messages is required");
}

}    // namespace opusclaw::relay
