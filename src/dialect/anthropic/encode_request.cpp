// dialect/anthropic/encode_request.cpp: a Messages request from the neutral model (spec 06 sections 6.3, 7, 11, 12). Messages and
// tools have files of their own.
#include <algorithm>

#include "base/text.h"
#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/parts.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Request;

constexpr ToolRule kToolRule{.longest_name = 128, .custom_tools = false};
constexpr std::string_view kJsonOnly = "Respond only with one valid JSON object.";
constexpr std::string_view kSchemaOnly = "Respond only with JSON that matches this JSON Schema:\n";

/// What the system must say about the form of the answer, where the provider has no member for it.
std::string format_instruction(const Encoding& encoding) {
    const auto& format = encoding.request.format;
    if (!format) return {};
    if (format->kind == chat::FormatKind::JsonObject) return std::string(kJsonOnly);
    if (has_output_format(encoding.plan.model)) return {};
    return std::string(kSchemaOnly).append(format->schema);
}

void write_system(const Encoding& encoding) {
    const std::string instruction = format_instruction(encoding);
    std::vector<chat::Text> texts = encoding.request.system;
    std::erase_if(texts, [](const chat::Text& text) { return text::trim(text.text).empty(); });
    if (!instruction.empty()) texts.push_back({instruction, {}});
    if (texts.empty()) return;
    encoding.writer.key("system").begin_array();
    BlockWriter blocks(encoding, encoding.writer);
    for (const chat::Text& text : texts) blocks.text(text.text, text.cache_control);
    encoding.writer.end_array();
}

/// The provider's scale ends at 1.
void write_temperature(const Encoding& encoding) {
    const auto& temperature = encoding.request.sampling.temperature;
    if (!temperature) return;
    if (temperature->value > 1) {
        encoding.writer.member("temperature", 1);
    } else {
        encoding.writer.member_raw("temperature", temperature->text);
    }
}

void write_sampling(const Encoding& encoding) {
    const chat::Sampling& sampling = encoding.request.sampling;
    switch (encoding.plan.sampling) {
        case SamplingRule::Removed: break;
        case SamplingRule::TemperatureOne: encoding.writer.member("temperature", 1); break;
        case SamplingRule::Free:
            write_temperature(encoding);
            if (sampling.top_p) encoding.writer.member_raw("top_p", sampling.top_p->text);
            if (sampling.top_k) encoding.writer.member_raw("top_k", chat::whole_number(*sampling.top_k));
            break;
    }
    std::vector<std::string_view> stop = sampling.stop;
    std::erase_if(stop, [](std::string_view text) { return text::trim(text).empty(); });
    if (stop.empty()) return;
    encoding.writer.key("stop_sequences").begin_array();
    for (const std::string_view text : stop) encoding.writer.value(text);
    encoding.writer.end_array();
}

void write_thinking(const Encoding& encoding) {
    const ThinkingPlan& plan = encoding.plan;
    json::Writer& writer = encoding.writer;
    if (plan.kind != ThinkingKind::None) {
        const bool enabled = plan.kind == ThinkingKind::Enabled;
        writer.key("thinking").begin_object().member("type", enabled ? "enabled" : "adaptive");
        if (enabled) writer.member("budget_tokens", plan.budget);
        if (plan.summarized && !enabled) writer.member("display", "summarized");
        writer.end_object();
    }
    const auto& format = encoding.request.format;
    const bool schema = format && format->kind == chat::FormatKind::JsonSchema &&
                        has_output_format(plan.model);
    if (!plan.effort && !schema) return;
    writer.key("output_config").begin_object();
    if (plan.effort) writer.member("effort", chat::effort_name(*plan.effort));
    if (schema) {
        writer.key("format").begin_object().member("type", "json_schema");
        writer.member_raw("schema", format->schema).end_object();
    }
    writer.end_object();
}

/// Members of the request that have no counterpart.
void note_losses(const Request& request, Notes& notes) {
    const chat::Sampling& sampling = request.sampling;
    if (sampling.choices.value_or(1) > 1) notes.add("n");
    if (sampling.seed) notes.add("seed");
    if (sampling.presence_penalty) notes.add("presence_penalty");
    if (sampling.frequency_penalty) notes.add("frequency_penalty");
    if (sampling.logprobs == true || sampling.top_logprobs) notes.add("logprobs");
    if (!request.openai.verbosity.empty()) notes.add("verbosity");
    if (!request.openai.metadata.empty()) notes.add("metadata");
    for (const std::string_view name : request.left_behind) notes.add(name);
}

void write_body(const Encoding& encoding) {
    json::Writer& writer = encoding.writer;
    writer.begin_object().member("model", encoding.plan.model);
    writer.member("max_tokens", encoding.plan.max_tokens);
    write_system(encoding);
    write_messages(encoding);
    if (encoding.request.stream == true) writer.member("stream", true);
    write_sampling(encoding);
    write_thinking(encoding);
    write_tools(encoding);
    writer.end_object();
}

}    // namespace

Encoded encode_request(const Request& request, const Target& target) {
    const ThinkingPlan plan = plan_thinking(request, target);
    Encoded encoded{.model = plan.model, .tools = ToolMap(request, kToolRule)};
    Notes notes;
    note_losses(request, notes);
    if (plan.left_out) notes.add("reasoning");
    chat::TextPool pool;
    json::Writer writer(encoded.body);
    Needs needs;
    write_body({request, target, plan, encoded.tools, writer, notes, pool, needs});
    encoded.needs = needs.take();
    if (!encoded.needs.empty()) encoded.body.clear();
    encoded.notes = notes.take();
    return encoded;
}

}    // namespace opusclaw::dialect::anthropic
