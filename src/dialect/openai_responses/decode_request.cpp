// dialect/openai_responses/decode_request.cpp: the members of a Responses request, one row each (spec 06 sections 5, 7, 8.5, 11.1, 12).
// Items and tools have files of their own.
#include <array>

#include "base/unfit.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/parts.h"
#include "dialect/request_fields.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Request;
using json::View;

void read_limit(Request& request, const View& value) {
    if (const auto limit = positive(value)) request.output_limit = limit;
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
    if (type == "json_schema") request.format = described_format(request, value);
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

using chat::Sampling;
constexpr std::array kFields = {
    RequestField{"model", [](Request& r, const View& v) { r.model = r.pool.string(v).value_or(""); }},
    RequestField{"instructions", read_nothing},    // read before the input
    RequestField{"input", read_nothing},
    RequestField{"max_output_tokens", read_limit},
    RequestField{"stream", [](Request& r, const View& v) { r.stream = v.as_bool(); }},
    RequestField{"stream_options", read_stream_options},
    RequestField{"temperature", read_number<&Sampling::temperature>},
    RequestField{"top_p", read_number<&Sampling::top_p>},
    RequestField{"top_logprobs", read_top_logprobs},
    RequestField{"include", read_include},
    RequestField{"reasoning", read_reasoning},
    RequestField{"text", read_text},
    RequestField{"tools", read_tools},
    RequestField{"tool_choice", read_tool_choice},
    RequestField{"parallel_tool_calls", [](Request& r, const View& v) { r.parallel_tools = v.as_bool(); }},
    RequestField{"truncation", read_truncation},
    RequestField{"background", read_background},
    RequestField{"previous_response_id", read_previous},
    RequestField{"conversation", [](Request&, const View&) { refuse_field("conversation"); }},
    RequestField{"prompt", [](Request&, const View&) { refuse_field("prompt"); }},
};

void read_member(Request& request, std::string_view key, const View& value) {
    if (!keep_openai_member(request, key, value)) read_field(kFields, request, key, value);
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
