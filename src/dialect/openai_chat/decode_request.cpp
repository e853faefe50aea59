// dialect/openai_chat/decode_request.cpp: the members of a Chat request, one row each (spec 06 sections 5, 7, 11.1, 12). Messages
// and tools have files of their own.
#include <array>

#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/parts.h"
#include "dialect/request_fields.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Request;
using json::View;

void read_stop(Request& request, const View& value) {
    request.sampling.stop.clear();
    const std::string_view only = request.pool.string(value).value_or("");
    if (!only.empty()) request.sampling.stop.push_back(only);
    take_texts(request, value, request.sampling.stop);
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
    request.format = described_format(request, *described);
}

/// Gemini's encoder reads it; elsewhere it is left behind.
void read_extra_body(Request& request, const View& value) {
    request.gemini.extra_body = value.raw();
    request.left_behind.emplace_back("extra_body");
}

void read_modalities(Request& request, const View& value) {
    request.gemini.modalities.clear();
    take_texts(request, value, request.gemini.modalities);
    request.left_behind.emplace_back("modalities");
}

void read_audio_wish(Request& request, const View& value) {
    request.gemini.voice = request.pool.string_at(value, "voice");
    request.left_behind.emplace_back("audio");
}

using chat::Sampling;
constexpr std::array kFields = {
    RequestField{"model", [](Request& r, const View& v) { r.model = r.pool.string(v).value_or(""); }},
    RequestField{"messages", read_messages},
    RequestField{"stream", [](Request& r, const View& v) { r.stream = v.as_bool(); }},
    RequestField{"stream_options", read_stream_options},
    RequestField{"temperature", read_number<&Sampling::temperature>},
    RequestField{"top_p", read_number<&Sampling::top_p>},
    RequestField{"top_k", read_number<&Sampling::top_k>},
    RequestField{"seed", read_number<&Sampling::seed>},
    RequestField{"presence_penalty", read_number<&Sampling::presence_penalty>},
    RequestField{"frequency_penalty", read_number<&Sampling::frequency_penalty>},
    RequestField{"n", [](Request& r, const View& v) { r.sampling.choices = positive(v); }},
    RequestField{"logprobs", [](Request& r, const View& v) { r.sampling.logprobs = v.as_bool(); }},
    RequestField{"top_logprobs", [](Request& r, const View& v) { r.sampling.top_logprobs = v.as_int(); }},
    RequestField{"stop", read_stop},
    RequestField{"reasoning", read_reasoning},
    RequestField{"reasoning_effort", read_effort},
    RequestField{"tools", read_tools},
    RequestField{"functions", read_legacy_functions},
    RequestField{"tool_choice", read_tool_choice},
    RequestField{"function_call", read_tool_choice},
    RequestField{"web_search_options", read_web_search},
    RequestField{"parallel_tool_calls", [](Request& r, const View& v) { r.parallel_tools = v.as_bool(); }},
    RequestField{"response_format", read_format},
    RequestField{"verbosity", [](Request& r, const View& v) { r.openai.verbosity = v.raw(); }},
    RequestField{"extra_body", read_extra_body},
    RequestField{"modalities", read_modalities},
    RequestField{"audio", read_audio_wish},
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
    if (!is_limit(key) && !keep_openai_member(request, key, value)) read_field(kFields, request, key, value);
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
