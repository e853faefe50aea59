// dialect/anthropic/reader.cpp: one look at each event. What opens a stream tells the prompt and a placeholder; what counts as completion
// comes behind it (spec 05 section 7.3).
#include "dialect/anthropic/reader.h"

#include <array>

#include "base/json/edit.h"
#include "dialect/answer_parts.h"
#include "dialect/anthropic/usage_json.h"

namespace opusclaw::dialect::anthropic {
namespace {

/// The members of an event that are looked at.
struct Event {
    std::string_view type;
    std::optional<json::View> message, block, delta, usage, error;
};

Event event_of(const json::View& root) {
    Event event;
    root.each_member([&event](std::string_view key, json::View value) {
        if (key == "type") event.type = value.as_plain_string().value_or("");
        if (key == "message") event.message = value;
        if (key == "content_block") event.block = value;
        if (key == "delta") event.delta = value;
        if (key == "usage") event.usage = value;
        if (key == "error") event.error = value;
        return true;
    });
    return event;
}

std::optional<Usage> usage_in(const std::optional<json::View>& object) {
    if (!object || object->type() != json::Type::Object) return std::nullopt;
    Usage usage;
    take_usage(usage, *object);
    return usage;
}

bool take_member(const json::View& object, std::string_view name, OutputCounter* counter) {
    const auto value = object.find(name);
    return value && take_text(*value, counter);
}

/// A block, whole or as it begins: is it output? What is neither text nor thinking is, by being there.
bool take_block(const json::View& block, OutputCounter* counter) {
    const auto type = block.find("type");
    const auto name = type ? type->as_string().value_or("") : std::string();
    if (name == "text") return take_member(block, "text", counter);
    if (name == "thinking") return take_member(block, "thinking", counter);
    take_member(block, "name", counter);
    if (counter != nullptr && name == "tool_use") counter->tool_calls(1);
    const auto input = block.find("input");
    if (counter != nullptr && input && !input->empty()) counter->add(input->raw());
    return !name.empty();
}

bool take_delta(const json::View& delta, OutputCounter& counter) {
    bool any = false;
    for (const std::string_view name : {"text", "thinking", "partial_json"})
        any = take_member(delta, name, &counter) || any;
    const auto citation = delta.find("citation");
    return any || (citation && !citation->is_null());
}

bool is_refusal(const json::View& object) {
    const auto reason = object.find("stop_reason");
    return reason && reason->as_string().value_or("") == "refusal";
}

void take_message_delta(ChunkFacts& facts, const Event& event) {
    facts.usage = usage_in(event.usage);
    if (!event.delta) return;
    const auto reason = event.delta->find("stop_reason");
    facts.finished = reason && !reason->as_string().value_or("").empty();
    facts.answer_without_output = is_refusal(*event.delta);
}

ChunkFacts read_event(std::string_view payload, OutputCounter& counter) {
    return with_object(payload, [&](const json::View& root) {
        const Event event = event_of(root);
        ChunkFacts facts;
        facts.name = event.type;
        if (event.type == "content_block_delta") {
            facts.output = event.delta && take_delta(*event.delta, counter);
        } else if (event.type == "content_block_start") {
            facts.output = event.block && take_block(*event.block, &counter);
        } else if (event.type == "message_start") {
            facts.usage = usage_in(event.message ? event.message->find("usage") : std::nullopt);
            if (facts.usage) facts.usage->completion = 0;
        } else if (event.type == "message_delta") {
            take_message_delta(facts, event);
        } else if (event.type == "message_stop") {
            facts.terminal = true;
        } else if (event.error && is_error(*event.error)) {
            facts.error = true;
        }
        return facts;
    });
}

bool take_blocks(const json::View& content, OutputCounter* counter) {
    bool any = false;
    content.each_item([&](json::View block) {
        any = take_block(block, counter) || any;
        return true;
    });
    return any;
}

AnswerFacts read_answer(std::string_view body) {
    return with_object(body, [](const json::View& root) {
        AnswerFacts facts;
        root.each_member([&facts](std::string_view key, json::View value) {
            if (key == "usage") facts.usage = usage_in(value);
            if (key == "content") facts.output = take_blocks(value, nullptr);
            if (key == "error" && is_error(value)) facts.error = true;
            return true;
        });
        facts.answer_without_output = is_refusal(root);
        return facts;
    });
}

void count_answer(std::string_view body, OutputCounter& counter) {
    with_object(body, [&counter](const json::View& root) {
        if (const auto content = root.find("content")) take_blocks(*content, &counter);
    });
}

std::string keep_opening(std::string_view) { return {}; }    // nothing is told of it again

struct Figure {
    std::string_view name;
    std::int64_t value;
};

/// True when something was put in.
bool put_missing(json::Node& object, const Figure& figure) {
    if (figure.value <= 0) return false;
    const json::Node* const own = object.find(figure.name);
    if (own != nullptr && own->as_int().value_or(0) != 0) return false;
    object.set(figure.name, json::Node::of(figure.value));
    return true;
}

bool put_missing_split(json::Node& usage, const Usage& so_far) {
    if (so_far.cache_write_5m <= 0 && so_far.cache_write_1h <= 0) return false;
    json::Node* const own = usage.find("cache_creation");
    json::Node split = own != nullptr && own->type() == json::Type::Object ? *own : json::Node::object();
    bool any = put_missing(split, {"ephemeral_5m_input_tokens", so_far.written_for_5m()});
    any = put_missing(split, {"ephemeral_1h_input_tokens", so_far.cache_write_1h}) || any;
    if (any) usage.set("cache_creation", std::move(split));
    return any;
}

/// Spec 06 section 16.4. Only the usage of the event that ends an answer is looked into; the bytes around it stay.
std::string complete_usage(std::string_view payload, const Usage& so_far) {
    const json::Document document = json::Document::over(payload);
    const json::View root = document.root();
    const auto type = root.find("type");
    const auto own = root.find("usage");
    if (!type || type->as_string() != "message_delta" || !own || own->type() != json::Type::Object) return {};
    json::Node usage = json::Node::parse(own->raw());
    bool changed = put_missing(usage, {"input_tokens", so_far.prompt});
    changed = put_missing(usage, {"cache_read_input_tokens", so_far.cached_read}) || changed;
    changed = put_missing(usage, {"cache_creation_input_tokens", so_far.cache_write}) || changed;
    changed = put_missing_split(usage, so_far) || changed;
    if (!changed) return {};
    const auto begin = static_cast<std::size_t>(own->raw().data() - payload.data());
    std::string text(payload.substr(0, begin));
    usage.append_to(text);
    return text.append(payload.substr(begin + own->raw().size()));
}

std::string end_stream(const StreamEnding& ending) {
    if (ending.error != nullptr)
        return render_stream_error(Dialect::Anthropic, *ending.error, ending.request_id);
    if (ending.has_terminal) return {};
    return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}

}    // namespace

const AnswerReader kReader = {.read_answer = read_answer,
                              .count_answer = count_answer,
                              .read_chunk = read_event,
                              .keep_opening = keep_opening,
                              .end_stream = end_stream,
                              .framing = Framing::NamedEvents,
                              .clean_end = CleanEnd::IsBroken,
                              .estimated_usage = EstimatedUsage::ForTheBillOnly,
                              .estimated_figures = EstimatedFigures::EachThatIsMissing,
                              .usage_of_stream = UsageOfStream::EachFigureOverwrites,
                              .broken_payload = BrokenPayload::EndsTheStream,
                              .complete_usage = complete_usage,
                              .reject_reason = "claude_stop_reason=refusal"};

}    // namespace opusclaw::dialect::anthropic
