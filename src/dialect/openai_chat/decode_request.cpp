// dialect/openai_chat/decode_request.cpp: the members of a Chat request, one row each (spec 06 sections 5, 7, 11.1, 12). Messages
// and tools have files of their own.
#include <array>

#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Request;
using json::View;

struct Field {
    std::string_view name;
    void (*read)(Request& request, const View& value);
};

void read_stop(Request& request, const View& value) {
    request.sampling.stop.clear();
    const auto take = [&request](const View& text) {
        const std::string_view stop = request.pool.string(text).value_or("");
        if (!stop.empty()) request.sampling.stop.push_back(stop);
        return true;
    };
    take(value);
    value.each_item(take);
}

/// A limit or count of 0 means that it is absent: no provider takes it.
std::optional<std::int64_t> positive(const View& value) {
    const auto number = value.as_int();
    return number && *number > 0 ? number : std::nullopt;
}

void read_stream_options(Request& request, const View& value) {
    if (const auto usage = value.find("include_usage")) request.include_usage = usage->as_bool();
    if (const auto padding = value.find("include_obfuscation"))
        request.openai.include_obfuscation = padding->raw();
}

/// The object of OpenRouter and others; `reasoning_effort` beside it wins.
void read_reasoning(Request& request, const View& value) {
    if (!request.reasoning.effort)
        request.reasoning.effort = chat::effort_named(request.pool.string_at(value, "effort"));
    if (const auto budget = value.find("max_tokens"); budget && positive(*budget))
        request.reasoning.budget = positive(*budget);
    const auto enabled = value.find("enabled");
    if (enabled && enabled->as_bool() == false) request.reasoning.effort = chat::Effort::None;
}

void read_effort(Request& request, const View& value) {
    if (const auto effort = chat::effort_named(request.pool.string(value).value_or("")))
        request.reasoning.effort = effort;
}

void read_format(Request& request, const View& value) {
    const std::string_view type = request.pool.string_at(value, "type");
    if (type == "json_object") request.format = chat::OutputFormat{.kind = chat::FormatKind::JsonObject};
    const auto described = value.find("json_schema");
    if (type != "json_schema" || !described) return;
    chat::OutputFormat format{.kind = chat::FormatKind::JsonSchema};
    format.name = request.pool.string_at(*described, "name");
    format.description = request.pool.string_at(*described, "description");
    const auto schema = described->find("schema");
    format.schema = schema ? schema->raw() : std::string_view("{}");
    if (const auto strict = described->find("strict")) format.strict = strict->as_bool();
    request.format = format;
}

/// The member as JSON, kept for dialects of the same family.
template <std::string_view chat::OpenaiExtension::*Place>
void keep_raw(Request& request, const View& value) {
    request.openai.*Place = value.raw();
}

template <std::optional<chat::Number> chat::Sampling::*Place>
void read_number(Request& request, const View& value) {
    request.sampling.*Place = chat::number_in(value);
}

/// Gemini's encoder reads it; elsewhere it is left behind.
void read_extra_body(Request& request, const View& value) {
    request.gemini.extra_body = value.raw();
    request.left_behind.emplace_back("extra_body");
}

void read_modalities(Request& request, const View& value) {
    request.gemini.modalities.clear();
    value.each_item([&request](const View& item) {
        const std::string_view name = request.pool.string(item).value_or("");
        if (!name.empty()) request.gemini.modalities.push_back(name);
        return true;
    });
    request.left_behind.emplace_back("modalities");
}

void read_audio_wish(Request& request, const View& value) {
    request.gemini.voice = request.pool.string_at(value, "voice");
    request.left_behind.emplace_back("audio");
}

using chat::OpenaiExtension;
using chat::Sampling;
constexpr std::array kFields = {
    Field{"model", [](Request& r, const View& v) { r.model = r.pool.string(v).value_or(""); }},
    Field{"messages", read_messages},
    Field{"stream", [](Request& r, const View& v) { r.stream = v.as_bool(); }},
    Field{"stream_options", read_stream_options},
    Field{"temperature", read_number<&Sampling::temperature>},
    Field{"top_p", read_number<&Sampling::top_p>},
    Field{"top_k", read_number<&Sampling::top_k>},
    Field{"seed", read_number<&Sampling::seed>},
    Field{"presence_penalty", read_number<&Sampling::presence_penalty>},
    Field{"frequency_penalty", read_number<&Sampling::frequency_penalty>},
    Field{"n", [](Request& r, const View& v) { r.sampling.choices = positive(v); }},
    Field{"logprobs", [](Request& r, const View& v) { r.sampling.logprobs = v.as_bool(); }},
    Field{"top_logprobs", [](Request& r, const View& v) { r.sampling.top_logprobs = v.as_int(); }},
    Field{"stop", read_stop},
    Field{"reasoning", read_reasoning},
    Field{"reasoning_effort", read_effort},
    Field{"tools", read_tools},
    Field{"functions", read_legacy_functions},
    Field{"tool_choice", read_tool_choice},
    Field{"function_call", read_tool_choice},
    Field{"web_search_options", read_web_search},
    Field{"parallel_tool_calls", [](Request& r, const View& v) { r.parallel_tools = v.as_bool(); }},
    Field{"response_format", read_format},
    Field{"user", keep_raw<&OpenaiExtension::user>},
    Field{"metadata", keep_raw<&OpenaiExtension::metadata>},
    Field{"store", keep_raw<&OpenaiExtension::store>},
    Field{"service_tier", keep_raw<&OpenaiExtension::service_tier>},
    Field{"safety_identifier", keep_raw<&OpenaiExtension::safety_identifier>},
    Field{"prompt_cache_key", keep_raw<&OpenaiExtension::prompt_cache_key>},
    Field{"prompt_cache_retention", keep_raw<&OpenaiExtension::prompt_cache_retention>},
    Field{"verbosity", keep_raw<&OpenaiExtension::verbosity>},
    Field{"extra_body", read_extra_body},
    Field{"modalities", read_modalities},
    Field{"audio", read_audio_wish},
};

/// Members that decide together are read by find() and not in the order in which they came.
void read_output_limit(Request& request, const View& root) {
    for (const std::string_view name : {"max_completion_tokens", "max_tokens"}) {
        const auto value = root.find(name);
        const auto limit = value ? positive(*value) : std::nullopt;
        (request.output_limit ? request.other_limit : request.output_limit) = limit;
    }
}

bool is_limit(std::string_view key) { return key == "max_tokens" || key == "max_completion_tokens"; }

void read_member(Request& request, std::string_view key, const View& value) {
    for (const Field& field : kFields) {
        if (field.name == key) return field.read(request, value);
    }
    if (!is_limit(key)) request.left_behind.push_back(request.pool.keep(std::string(key)));
}

}    // namespace

Request decode_request(std::string_view body) {
    const json::Document document = json::Document::over(body);
    document.validate();    // what is passed on unread must be JSON all the same
    Request request;
    request.source = Dialect::OpenaiChat;
    const View root = document.root();
    root.each_member([&request](std::string_view key, const View& value) {
        if (!value.is_null()) read_member(request, key, value);
        return true;
    });
    read_output_limit(request, root);
    return request;
}

bool is_o_series(std::string_view model) {
    return model.size() > 1 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9';
}

bool is_gpt5(std::string_view model) { return model.starts_with("gpt-5"); }

}    // namespace opusclaw::dialect::openai_chat
