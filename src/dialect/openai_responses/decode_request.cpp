// dialect/openai_responses/decode_request.cpp: the members of a Responses request, one row each (spec 06 sections 5, 7, 8.5, 11.1, 12).
// Items and tools have files of their own.
#include <array>

#include "base/unfit.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Request;
using json::View;

struct Field {
    std::string_view name;
    void (*read)(Request& request, const View& value);
};

void read_limit(Request& request, const View& value) {
    const auto limit = value.as_int();
    if (limit && *limit > 0) request.output_limit = limit;    // 0 is absent: no provider takes it
}

void read_stream_options(Request& request, const View& value) {
    if (const auto padding = value.find("include_obfuscation"))
        request.openai.include_obfuscation = padding->raw();
}

void read_reasoning(Request& request, const View& value) {
    request.reasoning.effort = chat::effort_named(request.pool.string_at(value, "effort"));
}

void read_format(Request& request, const View& value) {
    const std::string_view type = request.pool.string_at(value, "type");
    if (type == "json_object") request.format = chat::OutputFormat{.kind = chat::FormatKind::JsonObject};
    if (type != "json_schema") return;
    chat::OutputFormat format{.kind = chat::FormatKind::JsonSchema};
    format.name = request.pool.string_at(value, "name");
    format.description = request.pool.string_at(value, "description");
    const auto schema = value.find("schema");
    format.schema = schema ? schema->raw() : std::string_view("{}");
    if (const auto strict = value.find("strict")) format.strict = strict->as_bool();
    request.format = format;
}

void read_text(Request& request, const View& value) {
    if (const auto format = value.find("format")) read_format(request, *format);
    const auto verbosity = value.find("verbosity");
    if (verbosity && !verbosity->is_null()) request.openai.verbosity = verbosity->raw();
}

void read_include(Request& request, const View& value) {
    value.each_item([&request](const View& item) {
        if (request.pool.string(item) == "message.output_text.logprobs") request.sampling.logprobs = true;
        return true;
    });
}

/// Other dialects know the count only beside the wish.
void read_top_logprobs(Request& request, const View& value) {
    request.sampling.top_logprobs = value.as_int();
    if (request.sampling.top_logprobs.value_or(0) > 0) request.sampling.logprobs = true;
}

/// `disabled` is what every other dialect does anyway.
void read_truncation(Request& request, const View& value) {
    if (request.pool.string(value) != "disabled") request.left_behind.push_back("truncation");
}

void read_background(Request& /*request*/, const View& value) {
    if (value.as_bool() == true) refuse_field("background");
}

void read_previous(Request& request, const View& value) {
    if (request.pool.string(value) != "") refuse_field("previous_response_id");
}

void read_nothing(Request& /*request*/, const View& /*value*/) {}

/// The member as JSON, kept for dialects of the same family.
template <std::string_view chat::OpenaiExtension::*Place>
void keep_raw(Request& request, const View& value) {
    request.openai.*Place = value.raw();
}

template <std::optional<chat::Number> chat::Sampling::*Place>
void read_number(Request& request, const View& value) {
    request.sampling.*Place = chat::number_in(value);
}

using chat::OpenaiExtension;
using chat::Sampling;
constexpr std::array kFields = {
    Field{"model", [](Request& r, const View& v) { r.model = r.pool.string(v).value_or(""); }},
    Field{"instructions", read_nothing},    // read before the input
    Field{"input", read_nothing},
    Field{"max_output_tokens", read_limit},
    Field{"stream", [](Request& r, const View& v) { r.stream = v.as_bool(); }},
    Field{"stream_options", read_stream_options},
    Field{"temperature", read_number<&Sampling::temperature>},
    Field{"top_p", read_number<&Sampling::top_p>},
    Field{"top_logprobs", read_top_logprobs},
    Field{"include", read_include},
    Field{"reasoning", read_reasoning},
    Field{"text", read_text},
    Field{"tools", read_tools},
    Field{"tool_choice", read_tool_choice},
    Field{"parallel_tool_calls", [](Request& r, const View& v) { r.parallel_tools = v.as_bool(); }},
    Field{"truncation", read_truncation},
    Field{"background", read_background},
    Field{"previous_response_id", read_previous},
    Field{"conversation", [](Request&, const View&) { refuse_field("conversation"); }},
    Field{"prompt", [](Request&, const View&) { refuse_field("prompt"); }},
    Field{"user", keep_raw<&OpenaiExtension::user>},
    Field{"metadata", keep_raw<&OpenaiExtension::metadata>},
    Field{"store", keep_raw<&OpenaiExtension::store>},
    Field{"service_tier", keep_raw<&OpenaiExtension::service_tier>},
    Field{"safety_identifier", keep_raw<&OpenaiExtension::safety_identifier>},
    Field{"prompt_cache_key", keep_raw<&OpenaiExtension::prompt_cache_key>},
    Field{"prompt_cache_retention", keep_raw<&OpenaiExtension::prompt_cache_retention>},
};

void read_member(Request& request, std::string_view key, const View& value) {
    for (const Field& field : kFields) {
        if (field.name == key) return field.read(request, value);
    }
    request.left_behind.push_back(request.pool.keep(std::string(key)));
}

/// The instructions are the first of the system texts, wherever they stand.
void read_conversation(Request& request, const View& root) {
    const auto instructions = root.find("instructions");
    const std::string_view text = instructions ? request.pool.string(*instructions).value_or("") : "";
    if (!text.empty()) request.system.push_back({text, {}});
    if (const auto input = root.find("input")) read_input(request, *input);
}

}    // namespace

void refuse_field(std::string_view field) {
    throw Unfit("invalid_request", std::string(field) + " is not supported by the selected channel");
}

Request decode_request(std::string_view body) {
    const json::Document document = json::Document::over(body);
    document.validate();    // what is passed on unread must be JSON all the same
    Request request;
    request.source = Dialect::OpenaiResponses;
    const View root = document.root();
    root.each_member([&request](std::string_view key, const View& value) {
        if (!value.is_null()) read_member(request, key, value);
        return true;
    });
    read_conversation(request, root);
    return request;
}

}    // namespace opusclaw::dialect::openai_responses
