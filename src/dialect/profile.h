// dialect/profile.h: what an encoder is told about the other side of one attempt (DESIGN sections 4 and 7): the model, what this
// provider tolerates, what was fetched for it; and what the encoder gives back. A provider's quirk is a flag here, set by its row.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/tool_map.h"

namespace opusclaw::dialect {

/// How an OpenAI-type server takes the reasoning of earlier turns (spec 06 section 8.2).
enum class ReasoningHistory { Dropped, ReasoningContent, Reasoning };
/// How it is told how much to reason (spec 06 sections 11.2, 24.3).
enum class ReasoningForm { EffortOfKnownModels, OpenRouter };
/// How it is told to search the web (spec 06 section 9.2).
enum class SearchForm { OptionsOfSearchModels, Plugin };

struct OpenaiChatProfile {
    bool stream_options = true;
    bool top_k = true;    // types 1 and 3 refuse it
    bool custom_tools =
        true;    // free-form tools: only OpenAI's own servers know them, for others they are functions
    bool keep_cache_control = false;    // on text parts: OpenRouter's `anthropic/` models, type 17
    bool file_urls = false;             // takes a file's URL in the place of its data: it is fetched later
    bool system_parts = false;          // system texts stay parts: OpenRouter's `anthropic/claude` models
    ReasoningHistory reasoning_history = ReasoningHistory::ReasoningContent;
    ReasoningForm reasoning = ReasoningForm::EffortOfKnownModels;
    SearchForm search = SearchForm::OptionsOfSearchModels;
};

/// What servers of OpenAI Responses want otherwise than OpenAI's own (spec 06 section 24.4).
struct OpenaiResponsesProfile {
    bool stores = true;                 // false: `store` is false, whatever the client says
    bool output_limit = true;           // takes `max_output_tokens`
    bool temperature = true;            // takes `temperature`
    bool needs_instructions = false;    // `instructions` is there, even when empty
};

/// The `claude.*` options as they are for this model (spec 06 section 25).
struct AnthropicProfile {
    std::int64_t default_max_tokens = 8192;
    bool thinking_adapter = true;
    double thinking_share = 0.8;    // of max_tokens, for models ending in -thinking
};

/// The `gemini.*` options as they are for this model (spec 06 section 25).
struct GeminiProfile {
    /// Thresholds by category; what stands under `default` holds for the others, without it `OFF`.
    std::map<std::string, std::string, std::less<>> safety;
    bool thinking_adapter = false;
    double thinking_share = 0.6;    // of the output limit, for models ending in -thinking
    bool image_output = false;      // listed in `gemini.supported_imagine_models`
    bool signature_bypass =
        true;    // calls without a signature of their own get the one that is always taken
    bool removes_function_ids =
        false;    // `id` of `functionCall` and `functionResponse`, of requests that stay in the dialect
};

struct Profile {
    OpenaiChatProfile chat;
    OpenaiResponsesProfile responses;
    AnthropicProfile anthropic;
    GeminiProfile gemini;
    /// The model stands in `global.thinking_model_blacklist`: a suffix about thinking is part of its name (spec 06 section 22).
    bool keep_thinking_suffix = false;
};

/// Without data: it could not be had.
struct FetchedFile {
    std::string mime, base64;
};
/// By URL, as Encoded::needs named them.
using FetchedFiles = std::map<std::string, FetchedFile, std::less<>>;

struct Target {
    std::string_view model;    // after the channel's model mapping
    const Profile& profile;
    const FetchedFiles& files;
};

struct Encoded {
    std::string body;     // empty when something is needed
    std::string model;    // the name in the body, after the rules on suffixes
    ToolMap tools;        // restores the client's own names in the reply
    /// What the target cannot carry, each once, for the log row: names of members, tools and kinds of parts.
    std::vector<std::string> notes;
    /// URLs to fetch before calling again with them in Target::files.
    std::vector<std::string> needs;
};

}    // namespace opusclaw::dialect
