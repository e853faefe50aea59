// dialect/openai_chat/encode_request.cpp: a Chat request from the neutral model (spec 06 sections 6.1, 7, 11.2, 12, 22.3, 24.3).
// Messages and tools have files of their own.
#include <algorithm>
#include <array>

#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/parts.h"
#include "dialect/openai_effort.h"
#include "dialect/request_fields.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Effort;
using chat::Request;

constexpr std::size_t kMostStops = 4;
constexpr std::size_t kLongestName = 64;

/// An effort at the end of a reasoning model's name, in the order in which they are tried (spec 06 section 22.3).
struct Suffix {
    std::string_view text;
    Effort effort;
};
constexpr std::array kSuffixes = {Suffix{"-high", Effort::High}, Suffix{"-minimal", Effort::Minimal},
                                  Suffix{"-low", Effort::Low},   Suffix{"-medium", Effort::Medium},
                                  Suffix{"-none", Effort::None}, Suffix{"-xhigh", Effort::XHigh}};

/// What a model's name says.
struct Model {
    std::string_view name;    // without the suffix
    std::optional<Effort> effort;
    bool o_series = false;
    bool gpt5 = false;
    bool reasons = false;    // takes `reasoning_effort`
};

Model model_named(std::string_view name) {
    Model model{.name = name, .o_series = is_o_series(name), .gpt5 = is_gpt5(name)};
    for (const Suffix& suffix : kSuffixes) {
        if ((model.o_series || model.gpt5) && !model.effort && name.ends_with(suffix.text)) {
            model.name.remove_suffix(suffix.text.size());
            model.effort = suffix.effort;
        }
    }
    model.reasons = (model.o_series || model.gpt5 || name.starts_with("gpt-oss")) &&
                    name.find("-chat") == std::string_view::npos;
    return model;
}

void write_openrouter_reasoning(const Encoding& encoding) {
    const chat::ReasoningIntent& intent = encoding.request.reasoning;
    json::Writer& writer = encoding.writer;
    const bool anthropic = encoding.request.source == Dialect::Anthropic;
    if (anthropic && intent.effort) writer.member("verbosity", chat::effort_name(*intent.effort));
    const auto effort = anthropic ? std::nullopt : effort_for_openai(encoding.request);
    const bool off = intent.thinking == chat::Thinking::Disabled || effort == Effort::None;
    if (!off && !effort && intent.thinking == chat::Thinking::Unsaid) return;
    writer.key("reasoning").begin_object().member("enabled", !off);
    if (effort && !off) writer.member("effort", chat::effort_name(*effort));
    if (!effort && !off && intent.budget.value_or(0) > 0) writer.member("max_tokens", *intent.budget);
    writer.end_object();
}

void write_reasoning(const Encoding& encoding, const Model& model) {
    if (encoding.target.profile.chat.reasoning == ReasoningForm::OpenRouter) {
        return write_openrouter_reasoning(encoding);
    }
    const auto effort = model.effort ? model.effort : effort_for_openai(encoding.request);
    if (!effort) return;
    if (model.reasons) {
        encoding.writer.member("reasoning_effort", chat::effort_name(*effort));
    } else {
        encoding.notes.add("reasoning");
    }
}

void write_number(json::Writer& writer, std::string_view name, const std::optional<chat::Number>& number) {
    if (number) writer.member_raw(name, number->text);
}

void write_sampling(const Encoding& encoding, const Model& model) {
    const chat::Sampling& sampling = encoding.request.sampling;
    json::Writer& writer = encoding.writer;
    if (!model.o_series && !model.gpt5) write_number(writer, "temperature", sampling.temperature);
    if (!model.gpt5) write_number(writer, "top_p", sampling.top_p);
    if (sampling.top_k && encoding.target.profile.chat.top_k) {
        writer.member_raw("top_k", chat::whole_number(*sampling.top_k));
    } else if (sampling.top_k) {
        encoding.notes.add("top_k");
    }
    write_number(writer, "seed", sampling.seed);
    write_number(writer, "presence_penalty", sampling.presence_penalty);
    write_number(writer, "frequency_penalty", sampling.frequency_penalty);
    writer.member_if("n", sampling.choices);
    if (!model.gpt5) writer.member_if("logprobs", sampling.logprobs);
    writer.member_if("top_logprobs", sampling.top_logprobs);
}

void write_stop(const Encoding& encoding) {
    const auto& stop = encoding.request.sampling.stop;
    if (stop.empty()) return;
    encoding.writer.key("stop");
    if (stop.size() == 1) {
        encoding.writer.value(stop.front());
        return;
    }
    if (stop.size() > kMostStops) encoding.notes.add("stop");
    encoding.writer.begin_array();
    for (std::size_t i = 0; i < std::min(stop.size(), kMostStops); ++i) encoding.writer.value(stop[i]);
    encoding.writer.end_array();
}

void write_format(const Encoding& encoding) {
    const auto& format = encoding.request.format;
    if (!format) return;
    json::Writer& writer = encoding.writer;
    writer.key("response_format").begin_object();
    if (format->kind == chat::FormatKind::JsonObject) {
        writer.member("type", "json_object").end_object();
        return;
    }
    writer.member("type", "json_schema").key("json_schema").begin_object();
    writer.member("name", format->name.empty() ? std::string_view("response") : format->name);
    if (!format->description.empty()) writer.member("description", format->description);
    writer.member_raw("schema", format->schema).member_if("strict", format->strict);
    writer.end_object().end_object();
}

void write_stream(const Encoding& encoding) {
    const Request& request = encoding.request;
    encoding.writer.member_if("stream", request.stream);
    const bool options = request.stream == true && encoding.target.profile.chat.stream_options;
    if (!options) return;
    encoding.writer.key("stream_options").begin_object().member("include_usage", true);
    if (!request.openai.include_obfuscation.empty())
        encoding.writer.member_raw("include_obfuscation", request.openai.include_obfuscation);
    encoding.writer.end_object();
}

void write_extras(const Encoding& encoding) {
    const chat::OpenaiExtension& openai = encoding.request.openai;
    for (const OpenaiMember& member : kOpenaiMembers) {
        const std::string_view json = openai.*member.place;
        if (!json.empty()) encoding.writer.member_raw(member.name, json);
    }
    if (!openai.verbosity.empty()) encoding.writer.member_raw("verbosity", openai.verbosity);
}

void write_body(const Encoding& encoding, const Model& model) {
    json::Writer& writer = encoding.writer;
    writer.begin_object().member("model", model.name);
    write_messages(encoding);
    write_stream(encoding);
    const bool new_limit = model.o_series || model.gpt5;
    writer.member_if(new_limit ? "max_completion_tokens" : "max_tokens", encoding.request.output_limit);
    write_sampling(encoding, model);
    write_stop(encoding);
    write_reasoning(encoding, model);
    write_format(encoding);
    write_tools(encoding);
    write_extras(encoding);
    writer.end_object();
}

}    // namespace

Encoded encode_request(const Request& request, const Target& target) {
    const Model model = model_named(target.model);
    const ToolRule names{.longest_name = kLongestName, .custom_tools = target.profile.chat.custom_tools};
    Encoded encoded{.model = std::string(model.name), .tools = ToolMap(request, names)};
    Notes notes;
    for (const std::string_view name : request.left_behind) notes.add(name);
    chat::TextPool pool;
    json::Writer writer(encoded.body);
    Needs needs;
    write_body({request, target, encoded.tools, writer, notes, pool, needs}, model);
    encoded.needs = needs.take();
    if (!encoded.needs.empty()) encoded.body.clear();
    encoded.notes = notes.take();
    return encoded;
}

}    // namespace opusclaw::dialect::openai_chat
