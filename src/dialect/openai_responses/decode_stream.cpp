// dialect/openai_responses/decode_stream.cpp: events of a Responses stream as neutral events (spec 06 sections 16.5, 19.2). What a
// server leaves out of its deltas is taken from the events that finish something.
#include <array>

#include "base/crypto.h"
#include "base/text.h"
#include "dialect/answer_parts.h"
#include "dialect/broken_answer.h"
#include "dialect/event_list.h"
#include "dialect/json_progress.h"
#include "dialect/openai_responses/answer_parts.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/parts.h"
#include "dialect/openai_responses/read.h"
#include "dialect/openai_responses/stream_items.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using json::View;

constexpr int kBadGateway = 502;
constexpr std::size_t kIdDigits = 24;

std::optional<std::int64_t> number_at(const View& object, std::string_view key) {
    const auto value = object.find(key);
    return value ? value->as_int() : std::nullopt;
}

/// The error of an event, as read_upstream_error() takes it: an object of its own, one in its response, or its own members.
std::string error_of(const View& event, std::string_view type) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (const auto& error : {event.find("error"), event.at({"response", "error"})}) {
        if (!error || !is_error(*error)) continue;
        writer.member_raw("error", error->raw()).end_object();
        return text;
    }
    writer.key("error").begin_object();
    const auto message = event.find("message");
    if (message && !message->as_string().value_or("").empty()) {
        for (const std::string_view name : {"message", "code", "param"}) {
            if (const auto value = event.find(name)) writer.member_raw(name, value->raw());
        }
    } else {
        writer.member("code", "bad_response");
        writer.member("message", "responses stream error: " + std::string(type));
    }
    writer.end_object().end_object();
    return text;
}

ItemFamily family_of(std::string_view type) {
    if (type == "message") return ItemFamily::Message;
    if (type == "reasoning") return ItemFamily::Reasoning;
    const bool call = type == "function_call" || type == "custom_tool_call";
    return call ? ItemFamily::Call : ItemFamily::Other;
}

class Decoder final : public chat::StreamDecoder {
public:
    std::span<const chat::Event> decode(std::string_view payload) override {
        list_.clear();
        if (!payload.starts_with("[DONE]")) {    // some servers end like Chat
            with_answer_object(payload, [this](const View& root) { read(root); });
        }
        return list_.events();
    }

private:
    struct Row {
        std::string_view type;
        void (Decoder::*read)(const View& event);
    };
    static const std::array<Row, 23> kRows;

    std::string_view text(const View& object, std::string_view key) {
        return list_.pool().string_at(object, key);
    }

    void read(const View& event) {
        const std::string_view type = text(event, "type");
        for (const Row& row : kRows) {
            if (row.type == type) return (this->*row.read)(event);
        }
        const auto error = event.find("error");
        if (type.empty() && error && is_error(*error)) fail(event);
    }

    StreamItem& item_of(const View& event, ItemFamily family) {
        return items_.find({text(event, "item_id"), number_at(event, "output_index"), family});
    }
    /// Of an event that has the item in it.
    ItemKey key_of(const View& item, std::optional<std::int64_t> place) {
        return {text(item, "id"), place, family_of(text(item, "type"))};
    }

    void start(const View& event) {
        const auto response = event.find("response");
        if (!response || std::exchange(started_, true)) return;
        id_ = text(*response, "id");
        model_ = text(*response, "model");
        // Its id names something that clients of other dialects cannot ask for (spec 06 section 21).
        list_.add(chat::Started{{}, list_.pool().keep(model_), number_at(*response, "created_at")});
    }

    // ------------------------------------------------------------------------------------------------- messages

    void say(std::string_view said) {
        if (said.empty()) return;
        answered_ = true;
        list_.add(chat::TextDelta{said});
    }
    void refuse(std::string_view said) {
        if (said.empty()) return;
        answered_ = true;
        list_.add(chat::RefusalDelta{said});
    }

    /// Notes that the part of an event speaks; false when it is told as a whole and has been told in pieces before.
    bool speaks(const View& event, std::string_view index, bool whole) {
        const bool message = index == "content_index";
        StreamItem& item = item_of(event, message ? ItemFamily::Message : ItemFamily::Reasoning);
        const std::int64_t part = number_at(event, index).value_or(item.part);
        if (whole && item.spoke && part == item.part) return false;
        item.spoke = true;
        item.part = part;
        return true;
    }

    void text_delta(const View& event) {
        if (speaks(event, "content_index", false)) say(text(event, "delta"));
    }
    void text_done(const View& event) {
        if (!text(event, "text").empty() && speaks(event, "content_index", true)) say(text(event, "text"));
    }
    void refusal_delta(const View& event) {
        if (speaks(event, "content_index", false)) refuse(text(event, "delta"));
    }
    void refusal_done(const View& event) {
        const std::string_view said = text(event, "refusal");
        if (!said.empty() && speaks(event, "content_index", true)) refuse(said);
    }
    void annotation_added(const View& event) {
        const auto annotation = event.find("annotation");
        const auto citation = annotation ? citation_of(*annotation, list_.pool()) : std::nullopt;
        if (!citation) return;
        item_of(event, ItemFamily::Message).cited = true;
        list_.add(chat::Cited{*citation});
    }

    void finish_message(const View& value, StreamItem& item) {
        const auto content = value.find("content");
        if (!content) return;
        content->each_item([&](const View& part) {
            if (!item.spoke) {
                say(text(part, "text"));
                refuse(text(part, "refusal"));
            }
            if (item.cited) return true;
            each_citation(part, list_.pool(), [this](const chat::Citation& citation) {
                list_.add(chat::Cited{citation});
                return true;
            });
            return true;
        });
        item.spoke = item.cited = true;
    }

    // ------------------------------------------------------------------------------------------------ reasoning

    void announce(StreamItem& item) {
        if (!std::exchange(item.announced, true)) list_.add(chat::ReasoningBreak{});
    }

    void think(StreamItem& item, std::string_view thought) {
        if (thought.empty()) return;
        announce(item);
        answered_ = true;
        if (std::exchange(item.parted, false) && !thought.starts_with("\n\n"))
            thought = list_.pool().keep((thought[0] == '\n' ? "\n" : "\n\n") + std::string(thought));
        list_.add(chat::ReasoningDelta{thought});
    }

    void summarise(const View& event, std::string_view member, bool whole) {
        StreamItem& item = item_of(event, ItemFamily::Reasoning);
        const std::string_view thought = text(event, member);
        if (item.source == ReasoningText::Content || thought.empty()) return;
        const bool before = item.spoke;
        const std::int64_t part = item.part;
        if (!speaks(event, "summary_index", whole)) return;
        item.source = ReasoningText::Summary;
        item.parted = before && (item.parted || item.part != part);
        think(item, thought);
    }
    void summary_delta(const View& event) { summarise(event, "delta", false); }
    void summary_done(const View& event) { summarise(event, "text", true); }
    void summary_part(const View& event) {
        StreamItem& item = item_of(event, ItemFamily::Reasoning);
        item.parted = item.spoke;
    }
    void reasoning_delta(const View& event) {
        StreamItem& item = item_of(event, ItemFamily::Reasoning);
        if (item.source == ReasoningText::Summary) return;
        item.source = ReasoningText::Content;
        item.spoke = true;
        think(item, text(event, "delta"));
    }

    void finish_reasoning(const View& value, StreamItem& item) {
        if (!item.spoke) think(item, reasoning_in(value, list_.pool()));
        item.spoke = true;
        const auto opaque = opaque_of(value, list_.pool().keep(model_), list_.pool());
        if (!opaque || std::exchange(item.sealed, true)) return;
        announce(item);
        list_.add(chat::SignatureGiven{*opaque});
    }

    // ---------------------------------------------------------------------------------------------------- calls

    void start_call(const View& value, StreamItem& item, chat::CallKind kind) {
        const std::string_view name = text::trim(text(value, "name"));
        if (item.started || name.empty()) return;
        item.started = true;
        item.kind = kind;
        item.call = next_call_++;
        const std::string_view told = call_id_of(value, list_.pool());
        if (!told.empty()) item.call_id = told;
        // An id of our own is the same for the same reply and another in the next.
        if (item.call_id.empty()) {
            const std::string seed = id_ + ":" + std::to_string(item.call);
            item.call_id = "call_" + crypto::hex(crypto::sha256(seed)).substr(0, kIdDigits);
        }
        answered_ = true;
        list_.add(chat::CallStarted{item.call, list_.pool().keep(item.call_id), name, kind});
        if (!item.arguments.empty())
            list_.add(chat::CallArguments{item.call, list_.pool().keep(item.arguments)});
    }

    void add_arguments(StreamItem& item, std::string_view piece) {
        if (piece.empty() || item.whole) return;
        item.arguments.append(piece);
        if (item.started && !item.ended) list_.add(chat::CallArguments{item.call, piece});
    }

    /// What has come is not repeated. Other text than that is added, unless what has come is an object already.
    void complete_arguments(StreamItem& item, std::string_view all) {
        if (all.empty() || item.whole) return;
        if (all.starts_with(item.arguments)) return add_arguments(item, all.substr(item.arguments.size()));
        JsonProgress progress;
        progress.add(item.arguments);
        item.whole = item.kind == chat::CallKind::Custom || progress.complete();
        add_arguments(item, all);
    }

    void arguments_delta(const View& event) {
        StreamItem& item = item_of(event, ItemFamily::Call);
        if (item.call_id.empty()) item.call_id = text(event, "item_id");
        add_arguments(item, text(event, "delta"));
    }
    void arguments_done(const View& event) { read_whole_arguments(event, "arguments"); }
    void input_done(const View& event) { read_whole_arguments(event, "input"); }
    void read_whole_arguments(const View& event, std::string_view member) {
        StreamItem& item = item_of(event, ItemFamily::Call);
        if (item.call_id.empty()) item.call_id = text(event, "item_id");
        complete_arguments(item, list_.pool().arguments(event.find(member)));
    }

    void finish_call(StreamItem& item) {
        if (!item.started || std::exchange(item.ended, true)) return;
        list_.add(chat::CallEnded{item.call});
    }

    // ---------------------------------------------------------------------------------------------------- items

    void item_added(const View& event) {
        const auto value = event.find("item");
        if (value) open(*value, items_.begin(key_of(*value, number_at(event, "output_index"))));
    }

    void item_done(const View& event) {
        const auto value = event.find("item");
        if (value) finish(*value, items_.find(key_of(*value, number_at(event, "output_index"))));
    }

    void open(const View& value, StreamItem& item) {
        const std::string_view type = text(value, "type");
        if (type == "reasoning") announce(item);
        if (type == "function_call") open_call(value, item, chat::CallKind::Function, "arguments");
        if (type == "custom_tool_call") open_call(value, item, chat::CallKind::Custom, "input");
    }

    void open_call(const View& value, StreamItem& item, chat::CallKind kind, std::string_view member) {
        start_call(value, item, kind);
        complete_arguments(item, list_.pool().arguments(value.find(member)));
    }

    void finish(const View& value, StreamItem& item) {
        const std::string_view type = text(value, "type");
        // What a hosted tool did is output, though nothing of it is told on (spec 05 section 7.1).
        if (type != "message" && !type.empty()) list_.add(chat::Worked{});
        open(value, item);
        if (type == "message") finish_message(value, item);
        if (type == "reasoning") finish_reasoning(value, item);
        if (type == "function_call" || type == "custom_tool_call") finish_call(item);
        if (type != "image_generation_call" || std::exchange(item.ended, true)) return;
        const auto picture = picture_of(value, list_.pool());
        if (!picture) return;
        answered_ = true;
        list_.add(chat::MediaGiven{*picture});
    }

    // ------------------------------------------------------------------------------------------------------ end

    void report_usage(const View& response) {
        const auto usage = response.find("usage");
        const auto counts = usage ? read_usage(*usage) : std::nullopt;
        if (counts && !counts->empty()) list_.add(chat::UsageReported{*counts});
    }

    void end(const View& event) {
        start(event);
        const auto response = event.find("response");
        chat::Finish reason = text(event, "type") == "response.incomplete" ? chat::Finish::TokenLimit
                                                                           : chat::Finish::Natural;
        if (response) {
            if (!answered_) finish_all(*response);
            report_usage(*response);
            reason = finish_of(*response, list_.pool()).value_or(reason);
        }
        list_.add(chat::Finished{reason, {}});
        list_.add(chat::Ended{});
    }

    /// Of a server that streams nothing but the end.
    void finish_all(const View& response) {
        const auto output = response.find("output");
        if (!output) return;
        output->each_item([this](const View& value) {
            finish(value, items_.begin(key_of(value, std::nullopt)));
            return true;
        });
    }

    void fail(const View& event) {
        if (const auto response = event.find("response")) report_usage(*response);
        list_.add(chat::Failed{read_upstream_error(error_of(event, text(event, "type")), kBadGateway)});
    }

    chat::EventList list_;
    StreamItems items_;
    bool started_ = false;
    bool answered_ = false;    // something that clients see was told
    std::string id_, model_;
    std::size_t next_call_ = 0;
};

const std::array<Decoder::Row, 23> Decoder::kRows = {{
    {"response.output_text.delta", &Decoder::text_delta},
    {"response.function_call_arguments.delta", &Decoder::arguments_delta},
    {"response.custom_tool_call_input.delta", &Decoder::arguments_delta},
    {"response.reasoning_summary_text.delta", &Decoder::summary_delta},
    {"response.reasoning_text.delta", &Decoder::reasoning_delta},
    {"response.refusal.delta", &Decoder::refusal_delta},
    {"response.created", &Decoder::start},
    {"response.in_progress", &Decoder::start},
    {"response.queued", &Decoder::start},
    {"response.output_item.added", &Decoder::item_added},
    {"response.output_item.done", &Decoder::item_done},
    {"response.output_text.done", &Decoder::text_done},
    {"response.refusal.done", &Decoder::refusal_done},
    {"response.output_text.annotation.added", &Decoder::annotation_added},
    {"response.reasoning_summary_part.added", &Decoder::summary_part},
    {"response.reasoning_summary_text.done", &Decoder::summary_done},
    {"response.function_call_arguments.done", &Decoder::arguments_done},
    {"response.custom_tool_call_input.done", &Decoder::input_done},
    {"response.completed", &Decoder::end},
    {"response.incomplete", &Decoder::end},
    {"response.failed", &Decoder::fail},
    {"response.error", &Decoder::fail},
    {"error", &Decoder::fail},
}};

}    // namespace

std::unique_ptr<chat::StreamDecoder> make_stream_decoder() { return std::make_unique<Decoder>(); }

}    // namespace opusclaw::dialect::openai_responses
