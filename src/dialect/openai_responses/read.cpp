// dialect/openai_responses/read.cpp: one look at each event; only those that finish something are looked into (spec 05 section 7.1:
// any delta of an item is output, and any finished item but the empty shell of a message).
#include "dialect/openai_responses/read.h"

#include <algorithm>
#include <array>

#include "base/json/writer.h"
#include "dialect/answer_parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

constexpr std::array<UsageMember, 3> kTotals = {{{"input_tokens", &Usage::prompt},
                                                 {"output_tokens", &Usage::completion},
                                                 {"total_tokens", &Usage::total}}};
constexpr std::array<UsageMember, 5> kInputDetails = {{{"cached_tokens", &Usage::cached_read},
                                                       {"cached_creation_tokens", &Usage::cache_write},
                                                       {"image_tokens", &Usage::image_input},
                                                       {"audio_tokens", &Usage::audio_input},
                                                       {"text_tokens", &Usage::text_input}}};
constexpr std::array<UsageMember, 3> kOutputDetails = {{{"audio_tokens", &Usage::audio_output},
                                                        {"text_tokens", &Usage::text_output},
                                                        {"reasoning_tokens", &Usage::reasoning}}};

/// The members of an event that are looked at.
struct Event {
    std::string_view type;
    std::int64_t number = OutputCounter::kAnyItem;    // of the item
    std::optional<json::View> delta, item, response, error;
};

Event event_of(const json::View& root) {
    Event event;
    root.each_member([&event](std::string_view key, json::View value) {
        if (key == "type") event.type = value.as_plain_string().value_or("");
        if (key == "output_index")
            event.number = std::max(value.as_int().value_or(-1), OutputCounter::kAnyItem);
        if (key == "delta") event.delta = value;
        if (key == "item") event.item = value;
        if (key == "response") event.response = value;
        if (key == "error") event.error = value;
        return true;
    });
    return event;
}

std::string_view type_of(const json::View& item) {
    const auto type = item.find("type");
    return type ? type->as_plain_string().value_or("") : std::string_view();
}

/// The texts of a list of parts: `content` of a message, `summary` of reasoning.
bool take_parts(const json::View& parts, OutputCounter* counter) {
    bool any = false;
    parts.each_item([&](json::View part) {
        for (const std::string_view name : {"text", "refusal", "transcript"}) {
            if (const auto text = part.find(name)) any = take_text(*text, counter) || any;
        }
        return true;
    });
    return any;
}

/// The members of an item that are counted, as bits of what an OutputCounter notes.
enum Part : unsigned { kContent = 1, kSummary = 2, kName = 4, kArguments = 8, kInput = 16 };
struct PartName {
    std::string_view name;
    Part part;
};
constexpr std::array<PartName, 5> kParts = {{{"summary", kSummary},
                                             {"content", kContent},
                                             {"name", kName},
                                             {"arguments", kArguments},
                                             {"input", kInput}}};

/// What a delta belongs to.
Part part_of(std::string_view type) {
    if (type.ends_with("arguments.delta")) return kArguments;
    if (type.ends_with("input.delta")) return kInput;
    return type.find("summary") != std::string_view::npos ? kSummary : kContent;
}

/// A finished item: is it output?
bool take_item(const json::View& item, OutputCounter* counter) {
    bool any = false;
    for (const auto& [name, part] : kParts) {
        const auto value = item.find(name);
        if (!value) continue;
        const bool list = part == kSummary || part == kContent;
        any = (list ? take_parts(*value, counter) : take_text(*value, counter)) || any;
    }
    return any || type_of(item) != "message";
}

bool take_items(const json::View& items, OutputCounter* counter) {
    bool any = false;
    items.each_item([&](json::View item) {
        any = take_item(item, counter) || any;
        return true;
    });
    return any;
}

/// The same of a stream, where the item's number tells what of it has been counted before: providers send deltas of some items,
/// of all or of none.
bool take_streamed_item(const json::View& item, std::int64_t number, OutputCounter& counter) {
    bool any = false;
    for (const auto& [name, part] : kParts) {
        const auto value = item.find(name);
        if (!value) continue;
        OutputCounter* const uncounted = counter.was_counted(number, part) ? nullptr : &counter;
        const bool list = part == kSummary || part == kContent;
        if (!(list ? take_parts(*value, uncounted) : take_text(*value, uncounted))) continue;
        any = true;
        if (uncounted != nullptr) counter.note_counted(number, part);
    }
    return any || type_of(item) != "message";
}

/// The whole response at a stream's end: items have their numbers by their order.
bool take_streamed_items(const json::View& items, OutputCounter& counter) {
    bool any = false;
    std::int64_t number = 0;
    items.each_item([&](json::View item) {
        any = take_streamed_item(item, number++, counter) || any;
        return true;
    });
    return any;
}

/// An event or a response that failed, as read_upstream_error() takes it.
std::string error_of(const std::optional<json::View>& error, std::string_view type) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    if (error && is_error(*error)) {
        writer.member_raw("error", error->raw()).end_object();
        return text;
    }
    writer.key("error").begin_object().member("code", "bad_response");
    writer.member("message", "responses stream error: " + std::string(type)).end_object().end_object();
    return text;
}

/// `error` events carry their code and message beside the type.
void take_error(ChunkFacts& facts, const json::View& root, const Event& event) {
    facts.error = true;
    const auto message = root.find("message");
    const bool flat = message && !message->as_string().value_or("").empty();
    if (event.error || !flat) {
        facts.error_body = error_of(event.error, event.type);
        return;
    }
    json::Writer writer(facts.error_body);
    writer.begin_object().key("error").begin_object();
    for (const std::string_view name : {"message", "code", "param"}) {
        if (const auto value = root.find(name)) writer.member_raw(name, value->raw());
    }
    writer.end_object().end_object();
}

/// `content_filter` is an answer although nothing was said.
bool was_filtered(const json::View& response) {
    const auto reason = response.at({"incomplete_details", "reason"});
    return reason && reason->as_string().value_or("") == "content_filter";
}

void take_end(ChunkFacts& facts, const Event& event, OutputCounter& counter) {
    facts.terminal = true;
    facts.finished = event.type != "response.failed";
    if (!facts.finished) {
        facts.error = true;
        facts.error_body = error_of(event.response ? event.response->find("error") : std::nullopt,
                                    event.type);
    }
    if (!event.response) return;
    if (const auto usage = event.response->find("usage")) facts.usage = read_usage(*usage);
    if (const auto items = event.response->find("output"))
        facts.output = take_streamed_items(*items, counter);
    facts.answer_without_output = was_filtered(*event.response);
}

void take_delta(ChunkFacts& facts, const Event& event, OutputCounter& counter) {
    if (!event.delta) return;
    const bool sound = event.type.ends_with("audio.delta");
    const bool text = take_text(*event.delta, sound ? nullptr : &counter);
    if (text && !sound) counter.note_counted(event.number, part_of(event.type));
    facts.output = text || (event.delta->type() == json::Type::Object && !event.delta->empty());
}

/// A call's name is output as soon as it is there (spec 05 section 7.1); its arguments come as deltas.
void take_added_item(ChunkFacts& facts, const Event& event, OutputCounter& counter) {
    const auto name = event.item->find("name");
    facts.output = name && take_text(*name, &counter);
    if (facts.output) counter.note_counted(event.number, kName);
}

/// What end_stream() tells of the response: its id, time and model.
std::string keep_opening(std::string_view payload) {
    std::string text;
    const json::Document document = json::Document::over(payload);
    const auto response = document.root().find("response");
    if (!response || response->type() != json::Type::Object) return text;
    json::Writer writer(text);
    writer.begin_object();
    for (const std::string_view name : {"id", "created_at", "model"}) {
        if (const auto value = response->find(name)) writer.member_raw(name, value->raw());
    }
    writer.end_object();
    return text;
}

/// `response.failed` for a response that has begun (spec 06 sections 17.4, 20.3).
std::string failed_event(const StreamEnding& ending) {
    const json::Document opening = json::Document::copy(ending.opening);
    std::string text = "event: response.failed\ndata: ";
    json::Writer writer(text);
    const auto copy = [&](std::string_view name, std::string_view otherwise) {
        const auto value = opening.root().find(name);
        writer.member_raw(name, value ? value->raw() : otherwise);
    };
    writer.begin_object().member("type", "response.failed");
    writer.member("sequence_number", static_cast<std::int64_t>(ending.payloads));
    writer.key("response").begin_object();
    copy("id", R"("")");
    writer.member("object", "response");
    copy("created_at", "0");
    writer.member("status", "failed").key("error").begin_object();
    writer.member("code", ending.error->code);
    writer.member("message", shown_message(*ending.error, ending.request_id)).end_object();
    writer.member_raw("incomplete_details", "null");
    copy("model", R"("")");
    writer.key("output").begin_array().end_array();
    writer.member_raw("usage", "null").end_object().end_object();
    text += "\n\n";
    return text;
}

std::string end_stream(const StreamEnding& ending) {
    if (ending.error == nullptr) return {};
    if (ending.opening.empty())
        return render_stream_error(Dialect::OpenaiResponses, *ending.error, ending.request_id);
    return failed_event(ending);
}

}    // namespace

std::optional<Usage> read_usage(const json::View& usage) {
    if (usage.type() != json::Type::Object) return std::nullopt;
    Usage read;
    usage.each_member([&read](std::string_view key, json::View value) {
        if (key == "input_tokens_details") {
            take_details(read, kInputDetails, value);
        } else if (key == "output_tokens_details") {
            take_details(read, kOutputDetails, value);
        } else {
            take_count(read, kTotals, key, value);
        }
        return true;
    });
    read.clamp();
    if (read.total == 0) read.total = read.prompt + read.completion;
    return read;
}

ChunkFacts read_event(std::string_view payload, OutputCounter& counter) {
    return with_object(payload, [&](const json::View& root) {
        const Event event = event_of(root);
        ChunkFacts facts;
        facts.name = event.type;
        if (event.type.ends_with(".delta")) {
            take_delta(facts, event, counter);
        } else if (event.type == "response.completed" || event.type == "response.incomplete" ||
                   event.type == "response.failed") {
            take_end(facts, event, counter);
        } else if (event.type == "response.output_item.done" && event.item) {
            facts.output = take_streamed_item(*event.item, event.number, counter);
        } else if (event.type == "response.output_item.added" && event.item) {
            take_added_item(facts, event, counter);
        } else if (event.type == "response.output_text.annotation.added" ||
                   event.type == "response.image_generation_call.partial_image") {
            facts.output = true;
        } else if (event.type == "error" || event.type == "response.error" ||
                   (event.error && is_error(*event.error))) {
            take_error(facts, root, event);
        }
        return facts;
    });
}

AnswerFacts read_answer(std::string_view body) {
    return with_object(body, [](const json::View& root) {
        AnswerFacts facts;
        root.each_member([&facts](std::string_view key, json::View value) {
            if (key == "usage") {
                facts.usage = read_usage(value);
            } else if (key == "output") {
                facts.output = take_items(value, nullptr);
            } else if (key == "error" && is_error(value)) {
                facts.error = true;
            }
            return true;
        });
        facts.answer_without_output = was_filtered(root);
        return facts;
    });
}

void count_answer(std::string_view body, OutputCounter& counter) {
    with_object(body, [&counter](const json::View& root) {
        if (const auto items = root.find("output")) take_items(*items, &counter);
    });
}

const AnswerReader kReader = {.read_answer = read_answer,
                              .count_answer = count_answer,
                              .read_chunk = read_event,
                              .keep_opening = keep_opening,
                              .end_stream = end_stream,
                              .framing = Framing::NamedEvents,
                              .clean_end = CleanEnd::IsBroken,
                              .estimated_usage = EstimatedUsage::ForTheBillOnly,
                              .estimated_figures = EstimatedFigures::EachThatIsMissing};

}    // namespace opusclaw::dialect::openai_responses
