// dialect/reply.h: what an encoder of replies knows beside the reply itself (spec 06 sections 17, 21).
#pragma once

#include <cstdint>
#include <string>

namespace opusclaw::dialect {

struct Reply {
    std::string request_id;
    std::string model;                // shown when the provider tells none
    std::int64_t created = 0;         // Unix seconds: when the reply began
    bool include_usage = true;        // the client of a Chat stream wants the usage chunk
    bool include_thoughts = false;    // a Gemini client asked for the model's thoughts
    /// Tokens of the prompt as counted here; shown until the provider reports its own.
    std::int64_t estimated_prompt = 0;
    /// What shown_request() gave for the request, where the client's dialect repeats some of it in its answers.
    std::string shown_request;
};

}    // namespace opusclaw::dialect
