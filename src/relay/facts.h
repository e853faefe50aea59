// relay/facts.h: the stage `peek` (DESIGN section 4): what the gateway must know of a request, from one walk over the top level of its
// body (spec 04 sections 6.1, 15.4). The body itself stays as it is; what is refused of it: relay/request_checks.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/json/peek.h"

namespace opusclaw::relay {

/// The guarded members, in the order in which PeekResult counts them.
enum class Member : std::size_t {
    Model,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    Messages,
    Prefix,
    Suffix,
    WebSearchOptions,
    ServiceTier,
    InferenceGeo,
    Speed,
    SafetyIdentifier,
    Store,    // sent on only where the channel allows it
    Prompt,
    Input,
    MaxOutputTokens,
    Reasoning,
    ReasoningEffort,
    Temperature,
    TopP,
    Logprobs,    // not sent on to models that refuse it
    TopK,
    System,
    Instructions,    // where a channel's system prompt goes in a Responses request
    Thinking,
    OutputConfig,
    kCount
};

/// The same of a Gemini request, whose members are others, in two spellings.
enum class GeminiMember : std::size_t {
    Model,
    Contents,
    Requests,
    GenerationConfig,
    GenerationConfigSnake,
    SystemInstruction,
    SystemInstructionSnake,
    GenerateContentRequest,
    kCount
};

/// As it stands in bodies.
std::string_view member_name(Member member);

struct RequestForm;    // relay/request_form.h

/// Token limits beyond it are nonsense.
inline constexpr std::int64_t kMostTokens = 1'073'741'823;

struct Facts {
    json::PeekResult peeked;    // byte ranges into the body, which outlives the facts
    const RequestForm* form = nullptr;
    std::string model;           // as requested, or the form's or the path's own; empty when there is none
    std::string billed_model;    // where the price is that of another name; empty: it is that of `model`
    bool stream = false;
    bool wants_usage = true;    // stream_options.include_usage unless false (spec 04 section 15.4)
    std::int64_t max_output =
        0;    // the requested maximum of output tokens (spec 05 section 4.1); 0 when absent
    std::size_t body_bytes = 0;

    bool gemini = false;    // its guarded members are GeminiMember; it has none of Member

    const std::string& priced_model() const { return billed_model.empty() ? model : billed_model; }
    /// nullptr: it is not there.
    const json::Found* found(Member member) const {
        return gemini ? nullptr : peeked.find(static_cast<std::size_t>(member));
    }
    std::optional<json::View> value(Member member) const {
        return gemini ? std::nullopt : peeked.value(static_cast<std::size_t>(member));
    }
    /// Of a Gemini request only.
    const json::Found* found(GeminiMember member) const {
        return peeked.find(static_cast<std::size_t>(member));
    }
    std::optional<json::View> value(GeminiMember member) const {
        return peeked.value(static_cast<std::size_t>(member));
    }
};

/// A member that is there and not null.
std::optional<json::View> given(const Facts& facts, Member member);
/// The same, in whichever spelling; with underscores counts before camelCase (spec 06 section 5).
std::optional<GeminiMember> gemini_place(const Facts& facts, GeminiMember camel);
std::optional<json::View> given(const Facts& facts, GeminiMember camel);

/// What else decides how a body is read.
struct ReadFacts {
    const RequestForm& form;
    std::string_view content_type;    // decides nothing when the body begins like an object
    std::string_view path_model;      // of a route that names one: for bodies that do not, or never do
    bool path_streams = false;        // the URL asks for a stream: of forms whose bodies do not say
};
/// Throws Error(InvalidRequest) 400 `distributor.invalid_request` for malformed JSON, doubled or disguised guarded members and
/// wrong types of those read here. A multipart body has no facts at all.
Facts read_facts(const PaddedBuffer& body, const ReadFacts& how);

}    // namespace opusclaw::relay
