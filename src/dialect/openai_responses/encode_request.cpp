// dialect/openai_responses/encode_request.cpp: a Responses request from the neutral model (spec 06 sections 7, 11.2, 12, 22.3, 24.4).
// Items and tools have files of their own.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "dialect/openai_effort.h"
#include "dialect/openai_model.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/parts.h"
#include "dialect/request_fields.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Effort;
using chat::Request;

constexpr ToolRule kToolRule{.longest_name = 64, .custom_tools = true};
constexpr std::int64_t kLeastLimit = 16;
/// Models that are known to refuse any word about reasoning.
constexpr std::array<std::string_view, 3> kPlainModels = {"gpt-3", "gpt-4", "chatgpt-"};

bool may_reason(std::string_view model) {
    const bool plain = std::any_of(kPlainModels.begin(), kPlainModels.end(),
                                   [model](std::string_view name) { return model.starts_with(name); });
    return !plain && model.find("-chat") == std::string_view::npos;
}

/// What the request ends up asking for; a suffix of the model's name wins.
std::optional<Effort> effort_of(const Encoding& encoding) {
    const std::string_view suffix = split_effort(encoding.target.model).effort;
    return suffix.empty() ? effort_for_openai(encoding.request) : chat::effort_named(suffix);
}

/// How much of its reasoning the model shall tell; empty: nothing is said about it.
std::string_view summary_of(const Request& request, Effort effort) {
    if (effort == Effort::None) return {};
    if (request.source == Dialect::OpenaiChat) return "detailed";
    const chat::Thinking thinking = request.reasoning.thinking;
    return thinking == chat::Thinking::Enabled || thinking == chat::Thinking::Adaptive ? "auto" : "";
}

/// True: the model was told to reason.
bool write_reasoning(const Encoding& encoding) {
    const auto effort = effort_of(encoding);
    if (!effort) return false;
    if (!may_reason(encoding.model)) {
        encoding.notes.add("reasoning");
        return false;
    }
    encoding.writer.key("reasoning").begin_object().member("effort", chat::effort_name(*effort));
    const std::string_view summary = summary_of(encoding.request, *effort);
    if (!summary.empty()) encoding.writer.member("summary", summary);
    encoding.writer.end_object();
    return *effort != Effort::None;
}

/// A client that keeps the conversation itself must be able to give the reasoning back.
bool wants_encrypted(const Encoding& encoding, bool told_to_reason) {
    const bool stored = encoding.target.profile.responses.stores && encoding.request.openai.store != "false";
    const bool reasons = openai_family(encoding.model) != OpenaiFamily::Other ||
                         encoding.model.starts_with("gpt-oss") || encoding.model.starts_with("codex");
    return !stored && may_reason(encoding.model) && (told_to_reason || reasons);
}

void write_include(const Encoding& encoding, bool told_to_reason) {
    const bool logprobs = encoding.request.sampling.logprobs == true;
    const bool encrypted = wants_encrypted(encoding, told_to_reason);
    if (!logprobs && !encrypted) return;
    encoding.writer.key("include").begin_array();
    if (encrypted) encoding.writer.value("reasoning.encrypted_content");
    if (logprobs) encoding.writer.value("message.output_text.logprobs");
    encoding.writer.end_array();
}

/// Reasoning models refuse both numbers, as some providers the first; 1 is what they do anyway and need not be said.
void write_choice(const Encoding& encoding, std::string_view name, const std::optional<chat::Number>& number,
                  bool provider_takes_it) {
    if (!number) return;
    const bool reasons = openai_family(encoding.model) != OpenaiFamily::Other;
    if (!reasons && provider_takes_it) {
        encoding.writer.member_raw(name, number->text);
    } else if (!reasons || number->value != 1) {
        encoding.notes.add(name);
    }
}

void write_sampling(const Encoding& encoding) {
    const chat::Sampling& sampling = encoding.request.sampling;
    json::Writer& writer = encoding.writer;
    write_choice(encoding, "temperature", sampling.temperature,
                 encoding.target.profile.responses.temperature);
    write_choice(encoding, "top_p", sampling.top_p, true);
    writer.member_if("top_logprobs", sampling.top_logprobs);
    if (sampling.top_k) encoding.notes.add("top_k");
    if (sampling.seed) encoding.notes.add("seed");
    if (sampling.presence_penalty) encoding.notes.add("presence_penalty");
    if (sampling.frequency_penalty) encoding.notes.add("frequency_penalty");
    if (!sampling.stop.empty()) encoding.notes.add("stop");
}

void write_limit(const Encoding& encoding) {
    const Request& request = encoding.request;
    if (!request.output_limit) return;
    const std::int64_t limit = std::max(*request.output_limit, request.other_limit.value_or(0));
    if (encoding.target.profile.responses.output_limit) {
        encoding.writer.member("max_output_tokens", std::max(limit, kLeastLimit));
    } else {
        encoding.notes.add("max_output_tokens");
    }
}

void write_format(const Encoding& encoding, const chat::OutputFormat& format) {
    json::Writer& writer = encoding.writer;
    writer.key("format").begin_object();
    if (format.kind == chat::FormatKind::JsonObject) {
        writer.member("type", "json_object").end_object();
        return;
    }
    writer.member("type", "json_schema");
    writer.member("name", format.name.empty() ? std::string_view("response") : format.name);
    if (!format.description.empty()) writer.member("description", format.description);
    writer.member_raw("schema", format.schema).member_if("strict", format.strict).end_object();
}

void write_text(const Encoding& encoding) {
    const Request& request = encoding.request;
    if (!request.format && request.openai.verbosity.empty()) return;
    encoding.writer.key("text").begin_object();
    if (request.format) write_format(encoding, *request.format);
    if (!request.openai.verbosity.empty()) encoding.writer.member_raw("verbosity", request.openai.verbosity);
    encoding.writer.end_object();
}

void write_stream(const Encoding& encoding) {
    const Request& request = encoding.request;
    encoding.writer.member_if("stream", request.stream);
    if (request.stream != true || request.openai.include_obfuscation.empty()) return;
    encoding.writer.key("stream_options").begin_object();
    encoding.writer.member_raw("include_obfuscation", request.openai.include_obfuscation).end_object();
}

void write_extras(const Encoding& encoding) {
    for (const OpenaiMember& member : kOpenaiMembers) {
        const std::string_view json = encoding.request.openai.*member.place;
        if (!json.empty() && member.name != "store") encoding.writer.member_raw(member.name, json);
    }
    const std::string_view store = encoding.request.openai.store;
    if (!encoding.target.profile.responses.stores) {
        encoding.writer.member("store", false);
    } else if (!store.empty()) {
        encoding.writer.member_raw("store", store);
    }
}

void write_body(const Encoding& encoding) {
    encoding.writer.begin_object().member("model", encoding.model);
    write_input(encoding);
    write_stream(encoding);
    write_limit(encoding);
    write_sampling(encoding);
    write_include(encoding, write_reasoning(encoding));
    write_text(encoding);
    write_tools(encoding);
    write_extras(encoding);
    encoding.writer.end_object();
}

}    // namespace

Encoded encode_request(const Request& request, const Target& target) {
    if (request.sampling.choices.value_or(1) > 1)
        throw_error(ErrorKind::InvalidRequest, "invalid_request",
                    "n>1 is not supported in responses compatibility mode");
    const std::string_view model = split_effort(target.model).name;
    Encoded encoded{.model = std::string(model), .tools = ToolMap(request, kToolRule)};
    Notes notes;
    for (const std::string_view name : request.left_behind) notes.add(name);
    chat::TextPool pool;
    json::Writer writer(encoded.body);
    Needs needs;
    write_body({request, target, model, encoded.tools, writer, notes, pool, needs});
    encoded.needs = needs.take();
    if (!encoded.needs.empty()) encoded.body.clear();
    encoded.notes = notes.take();
    return encoded;
}

}    // namespace opusclaw::dialect::openai_responses
