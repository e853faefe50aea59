// relay/facts.h: the stage `peek` (DESIGN section 4): what the gateway must know of an OpenAI Chat request, from one walk over the
// top level of its body; and the checks of spec 04 sections 6.1 and 11 on it. The body itself stays as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/json/peek.h"

namespace opusclaw::relay {

/// The guarded members, in the order in which PeekResult::found has them.
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
    kCount
};

struct Facts {
    json::PeekResult peeked;    // byte ranges into the body, which outlives the facts
    std::string model;          // as requested; empty when absent
    bool stream = false;
    bool wants_usage = true;        // stream_options.include_usage unless false (spec 04 section 15.4)
    std::int64_t max_output = 0;    // larger of max_tokens and max_completion_tokens; 0 when absent
    std::size_t body_bytes = 0;

    const std::optional<json::Found>& found(Member member) const {
        return peeked.found[static_cast<std::size_t>(member)];
    }
    std::optional<json::View> value(Member member) const {
        return peeked.value(static_cast<std::size_t>(member));
    }
};

/// Throws Error(InvalidRequest) 400 `distributor.invalid_request` for malformed JSON, doubled or disguised guarded members and
/// wrong types of those read here. `content_type` decides nothing when the body begins like an object; a multipart body has
/// no facts at all.
Facts read_facts(const PaddedBuffer& body, std::string_view content_type);

/// Spec 04 section 11 for Chat Completions: throws Error(InvalidRequest, "invalid_request") with the text of the table.
void check_chat_request(const Facts& facts);

}    // namespace opusclaw::relay
