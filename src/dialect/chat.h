// dialect/chat.h: the neutral chat model that every dialect is decoded into and encoded from (DESIGN section 7; spec 06 sections
// 7 to 12, 15). Plain values: no JSON is written and nothing is fetched here.
//
// Texts are views: into the body that was decoded, or, where a JSON string had escapes, into the owner's TextPool. A Request or
// Response may be moved but not copied, and lives no longer than the body it was decoded from. An optional that is empty, and a
// text without bytes where a comment says so, was not sent.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json/view.h"
#include "dialect/dialect.h"
#include "dialect/error_body.h"
#include "dialect/usage.h"

namespace opusclaw::dialect::chat {

/// Keeps texts that stand nowhere as they are needed. Views into it stay valid when it is moved.
class TextPool {
public:
    TextPool() = default;
    TextPool(TextPool&&) noexcept = default;
    TextPool& operator=(TextPool&&) noexcept = default;
    TextPool(const TextPool&) = delete;
    TextPool& operator=(const TextPool&) = delete;
    ~TextPool() = default;

    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
    /// The text of a JSON string; nullopt: the value is of another type.
    std::optional<std::string_view> string(const json::View& value);
    /// The same, empty when absent or of another type.
    std::string_view string_at(const json::View& object, std::string_view key);
    /// How tool arguments are read: the text of a string, nothing for null, any other value as it is written.
    std::string_view arguments(const std::optional<json::View>& value);
    void clear() { texts_.clear(); }

private:
    std::deque<std::string> texts_;
};

/// A number with the spelling that the client gave it.
struct Number {
    std::string_view text;
    double value = 0;
};
/// nullopt: another type, or beyond a double.
std::optional<Number> number_in(const json::View& value);
/// As an integer: its own text when it is one, else what stands before the point.
std::string whole_number(const Number& number);

// ---------------------------------------------------------------------------------------------------- conversation

/// JSON of a `cache_control` member; empty: none.
using CacheControl = std::string_view;

struct Text {
    std::string_view text;
    CacheControl cache_control;
};

enum class MediaKind { Image, Audio, Video, File };

/// One of `base64`, `url`, `plain` and `file_id` is set; all empty: the client sent nothing usable.
struct Media {
    MediaKind kind = MediaKind::File;
    std::string_view mime;        // lower case; empty: not told
    std::string_view base64;      // as sent, without a `data:` header
    std::string_view url;         // http or https
    std::string_view plain;       // the text of a document that is text
    std::string_view file_id;     // at the vendor of the request's dialect
    std::string_view filename;    // empty: not told
    std::string_view detail;      // of images; empty: not told
    CacheControl cache_control;
};

/// Custom tools take free text instead of a JSON object.
enum class CallKind { Function, Custom };

struct ToolCall {
    std::string_view id;
    std::string_view name;
    std::string_view arguments;    // as the model wrote them; of a custom tool its input
    CallKind kind = CallKind::Function;
    CacheControl cache_control;
};

using ResultPart = std::variant<Text, Media>;

enum class ContentForm { Parts, PlainString };
enum class Outcome { Success, Failure };

struct ToolResult {
    std::string_view call_id;    // empty: not told
    std::string_view name;       // of the tool; empty: not told
    std::vector<ResultPart> parts;
    ContentForm form = ContentForm::PlainString;
    Outcome outcome = Outcome::Success;
    CacheControl cache_control;
};

/// CallSignature: belongs to the tool call behind it, Signature to what was said or thought.
enum class OpaqueKind { Signature, Encrypted, CallSignature };

/// What a model wants back unchanged in the next turn. Only the dialect and the model family it came from can read it.
struct Opaque {
    Dialect origin = Dialect::Anthropic;
    OpaqueKind kind = OpaqueKind::Signature;
    std::string_view model;    // empty: the client spoke the origin's own dialect, so it fits
    std::string_view value;
    std::string_view item = {};    // the id of the OpenAI Responses item that it came in; empty: not told
    std::string_view call_id{};    // of a CallSignature; empty: the next call
};

struct Reasoning {
    std::string_view text;
    std::optional<Opaque> opaque;
};

struct Refusal {
    std::string_view text;
};

using Part = std::variant<Text, Media, ToolCall, ToolResult, Reasoning, Refusal>;

enum class Role { User, Assistant };

/// Results of tools are parts of a user message, whatever role they had in their dialect.
struct Message {
    Role role = Role::User;
    std::vector<Part> parts;
    ContentForm form = ContentForm::Parts;
};

// ----------------------------------------------------------------------------------------------------------- tools

/// Hosted: runs at the provider and has no counterpart elsewhere.
enum class ToolKind { Function, Custom, WebSearch, CodeExecution, UrlReading, Hosted };

/// Of a web search; what is empty was not told.
struct WebSearch {
    std::string_view context_size;    // low, medium, high
    std::optional<std::int64_t> max_uses;
    std::string_view timezone, country, region, city;
    std::string_view allowed_domains, blocked_domains;    // JSON lists
};

struct Tool {
    ToolKind kind = ToolKind::Function;
    std::string_view name;           // of a hosted tool its type
    std::string_view description;    // empty: none
    std::string_view parameters;     // JSON Schema; of a custom tool its format; empty: none
    std::optional<bool> strict;
    std::optional<WebSearch> search;
    CacheControl cache_control;
};

enum class ChoiceMode { Auto, None, Required, Named };

struct ToolChoice {
    ChoiceMode mode = ChoiceMode::Auto;
    std::string_view name;                                   // of Named
    std::optional<std::vector<std::string_view>> allowed;    // only these tools may be called
    ToolKind kind = ToolKind::Function;                      // of the tool that is Named
};

// --------------------------------------------------------------------------------------------------------- options

struct Sampling {
    std::optional<Number> temperature;
    std::optional<Number> top_p;
    std::optional<Number> top_k;
    std::optional<Number> seed;
    std::optional<Number> presence_penalty;
    std::optional<Number> frequency_penalty;
    std::optional<std::int64_t> choices;    // 0 is never kept: it means absent
    std::optional<bool> logprobs;
    std::optional<std::int64_t> top_logprobs;
    std::vector<std::string_view> stop;    // none is empty
};

enum class Effort { None, Minimal, Low, Medium, High, XHigh, Max };
enum class Thinking { Unsaid, Enabled, Adaptive, Disabled };

/// How much the client wants the model to reason (spec 06 section 11).
struct ReasoningIntent {
    std::optional<Effort> effort;
    std::optional<std::int64_t> budget;    // tokens; -1: as the model likes
    Thinking thinking = Thinking::Unsaid;
};

enum class FormatKind { JsonObject, JsonSchema };

struct OutputFormat {
    FormatKind kind = FormatKind::JsonObject;
    std::string_view name, description;    // empty: not told
    std::string_view schema;               // JSON
    std::optional<bool> strict;
};

/// What only the OpenAI dialects know: JSON of members that both spell alike; empty: absent.
struct OpenaiExtension {
    std::string_view user, metadata, store, service_tier, safety_identifier, prompt_cache_key;
    std::string_view prompt_cache_retention, include_obfuscation, verbosity;
};

/// What only Gemini has a place for; empty: not told.
struct GeminiExtension {
    std::optional<bool> include_thoughts;         // the client wants to read the model's thoughts
    std::vector<std::string_view> modalities;     // kinds of output: text, image, audio
    std::string_view voice;                       // of spoken output
    std::string_view aspect_ratio, image_size;    // of images
    std::string_view extra_body;                  // JSON of a Chat client's `extra_body`, as it came
};

struct Request {
    Dialect source = Dialect::OpenaiChat;
    TextPool pool;
    std::string_view model;
    std::vector<Text> system;
    /// How many of them each system message of a Chat client gave; empty: each stands for itself.
    std::vector<std::size_t> system_messages;
    std::vector<Message> messages;
    std::vector<Tool> tools;
    std::optional<ToolChoice> tool_choice;
    std::optional<bool> parallel_tools;
    std::optional<bool> stream;
    std::optional<bool> include_usage;
    std::optional<std::int64_t> output_limit;    // tokens; 0 is never kept: it means absent
    std::optional<std::int64_t> other_limit;     // a Chat client's second one, where it sent both
    Sampling sampling;
    ReasoningIntent reasoning;
    std::optional<OutputFormat> format;
    OpenaiExtension openai;
    GeminiExtension gemini;
    /// Members and parts that only the client's own dialect knows, by name. Only an encoder that has an extension for one carries it.
    std::vector<std::string_view> left_behind;
};

// --------------------------------------------------------------------------------------------------------- replies

/// Spec 06 section 18. Unknown: the text that came stands in `Choice::finish_text`.
enum class Finish { Natural, StopSequence, TokenLimit, ToolCalls, Filtered, Unknown };

struct Citation {
    std::string_view url, title;
    std::optional<std::int64_t> start, end;    // characters of the text it belongs to
};

struct Choice {
    std::vector<Part> parts;    // no ToolResult
    std::vector<Citation> citations;
    std::optional<Finish> finish;    // none: the provider gave no reason
    std::string_view finish_text;    // of Filtered: the log row's reject_reason, where the prompt was blocked
};

struct Response {
    TextPool pool;
    std::string_view id;                    // empty: not told
    std::string_view model;                 // empty: not told
    std::optional<std::int64_t> created;    // Unix seconds
    std::vector<Choice> choices;
    std::optional<Usage> usage;
    std::optional<ClientError> error;    // an error inside of an answer with status 200
    bool worked = false;                 // a hosted tool did something that stands in no part
};

/// A natural end beside a tool call reads as tool calls, for every provider.
std::optional<Finish> finish_beside_calls(std::optional<Finish> finish, const std::vector<Part>& parts);

/// The names of efforts on the wire are the same in every dialect that has them.
std::optional<Effort> effort_named(std::string_view name);
std::string_view effort_name(Effort effort);

}    // namespace opusclaw::dialect::chat
