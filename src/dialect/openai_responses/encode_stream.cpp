// dialect/openai_responses/encode_stream.cpp: neutral events as the events that a Responses client reads (spec 06 section 17.4). Messages
// and reasoning are open one at a time, calls beside them and beside each other.
#include <algorithm>
#include <map>
#include <utility>

#include "dialect/envelope.h"
#include "dialect/json_progress.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/output_item.h"
#include "dialect/openai_responses/response_object.h"

namespace opusclaw::dialect::openai_responses {
namespace {

/// Stands in the list of items for one that is open.
constexpr std::string_view kUnfinished = "null";

struct OpenItem {
    OutputItem item;
    std::size_t index = 0;    // among the items of the response
};

class Encoder final : public chat::StreamEncoder {
public:
    explicit Encoder(const Reply& reply) : reply_(reply), ids_(reply.request_id) {
        state_.created = reply.created;
    }

    void write(const chat::Event& event, std::string& out) override {
        std::visit([&](const auto& kind) { on(kind, out); }, event);
    }

    void finish(std::string& out) override {
        start(out);
        last_ = finish_ == chat::Finish::TokenLimit ? ItemStatus::Incomplete : ItemStatus::Completed;
        close_all(out);
        set_end(state_, finish_);
        if (!state_.usage) state_.usage.emplace();
        end(state_.incomplete_reason.empty() ? "response.completed" : "response.incomplete", out);
    }

    bool fail(const ClientError& error, std::string& out) override {
        if (!started_) return false;
        state_.status = "failed";
        state_.error = &error;
        std::erase(state_.output, kUnfinished);
        end("response.failed", out);
        state_.error = nullptr;
        return true;
    }

private:
    void on(const chat::Started& started, std::string& out) {
        if (started_) return;
        state_.model = started.model;
        state_.created = started.created.value_or(state_.created);
        start(out);
    }
    void on(const chat::ReasoningDelta& delta, std::string& out) {
        if (delta.text.empty()) return;
        OpenItem& open = enter(ItemKind::Reasoning, out);
        if (open.item.text.empty()) {
            event(out, "response.reasoning_summary_part.added", [&](json::Writer& writer) {
                summary_place(writer, open);
                writer.key("part").begin_object().member("type", "summary_text").member("text", "");
                writer.end_object();
            });
        }
        open.item.text.append(delta.text);
        event(out, "response.reasoning_summary_text.delta", [&](json::Writer& writer) {
            summary_place(writer, open);
            writer.member("delta", delta.text);
        });
    }
    void on(const chat::Worked&, std::string&) {}
    void on(const chat::ChoiceNamed&, std::string&) {}
    void on(const chat::ReasoningBreak&, std::string& out) {
        if (speaking_ && speaking_->item.kind == ItemKind::Reasoning) leave(out);
    }
    void on(const chat::SignatureGiven& given, std::string& out) {
        enter(ItemKind::Reasoning, out).item.encrypted = show_opaque(given.opaque, Dialect::OpenaiResponses);
        leave(out);    // what follows is another item
    }
    void on(const chat::TextDelta& delta, std::string& out) { say(PartKind::Text, delta.text, out); }
    void on(const chat::RefusalDelta& delta, std::string& out) { say(PartKind::Refusal, delta.text, out); }
    void on(const chat::Cited& cited, std::string& out) {
        OpenItem& open = enter_part(PartKind::Text, out);
        std::vector<std::string>& annotations = open.item.parts.back().annotations;
        annotations.push_back(annotation_of(cited.citation));
        event(out, "response.output_text.annotation.added", [&](json::Writer& writer) {
            part_place(writer, open);
            writer.member("annotation_index", annotations.size() - 1);
            writer.member_raw("annotation", annotations.back());
        });
    }
    void on(const chat::MediaGiven& given, std::string& out) {
        const auto picture = picture_data(given.media);
        if (!picture) return say(PartKind::Text, shown_media(given.media), out);
        OpenItem& open = enter(ItemKind::Image, out);
        const auto place = [&](json::Writer& writer) { item_place(writer, open); };
        event(out, "response.image_generation_call.in_progress", place);
        open.item.text = *picture;
        event(out, "response.image_generation_call.completed", place);
        leave(out);
    }
    void on(const chat::CallStarted& call, std::string& out) {
        leave(out);
        const bool custom = call.kind == chat::CallKind::Custom;
        OpenItem open = made(custom ? ItemKind::CustomCall : ItemKind::FunctionCall);
        open.item.call_id = call.id.empty() ? ids_.call(open.index) : std::string(call.id);
        open.item.name = call.name;
        added(open, out);
        calls_.insert_or_assign(call.call, std::move(open));
    }
    void on(const chat::CallArguments& arguments, std::string& out) {
        const auto found = calls_.find(arguments.call);
        if (found != calls_.end()) add_arguments(found->second, arguments.fragment, out);
    }
    void on(const chat::CallEnded& call, std::string& out) {
        const auto found = calls_.find(call.call);
        if (found == calls_.end()) return;
        const bool cut = call.cut || !is_whole(found->second.item);
        close_call(found->second, cut ? ItemStatus::Incomplete : ItemStatus::Completed, out);
        calls_.erase(found);
    }
    void on(const chat::Finished& finished, std::string&) { finish_ = finished.finish; }
    void on(const chat::UsageReported& reported, std::string&) { state_.usage = reported.usage; }
    void on(const chat::Failed&, std::string&) {}
    void on(const chat::Ended&, std::string&) {}

    // ------------------------------------------------------------------------------------------------- response

    void start(std::string& out) {
        if (std::exchange(started_, true)) return;
        state_.id = ids_.response();
        if (state_.model.empty()) state_.model = reply_.model;
        const std::optional<Usage> usage = std::exchange(state_.usage, std::nullopt);
        for (const std::string_view type : {"response.created", "response.in_progress"}) end(type, out);
        state_.usage = usage;
    }

    /// An event that carries the response as it is.
    void end(std::string_view type, std::string& out) {
        event(out, type, [this](json::Writer& writer) {
            writer.key("response");
            write_response(writer, state_, reply_);
        });
    }

    /// In the order of their indexes.
    void close_all(std::string& out) {
        std::vector<std::pair<std::size_t, OpenItem*>> open;
        for (auto& [number, call] : calls_) open.emplace_back(call.index, &call);
        if (speaking_) open.emplace_back(speaking_->index, &*speaking_);
        std::sort(open.begin(), open.end());
        for (const auto& [index, item] : open) {
            item == (speaking_ ? &*speaking_ : nullptr) ? close_speaking(*item, out)
                                                        : close_call(*item, last_, out);
        }
        speaking_.reset();
        calls_.clear();
    }

    // ---------------------------------------------------------------------------------------------------- items

    OpenItem made(ItemKind kind) {
        OpenItem open{.item = {}, .index = state_.output.size()};
        open.item.kind = kind;
        open.item.id = ids_.item(kind, open.index);
        state_.output.emplace_back(kUnfinished);
        return open;
    }

    void added(const OpenItem& open, std::string& out) {
        start(out);
        event(out, "response.output_item.added", [&](json::Writer& writer) {
            writer.member("output_index", open.index).key("item");
            write_item(writer, open.item, ItemStatus::InProgress);
        });
    }

    void done(const OpenItem& open, ItemStatus status, std::string& out) {
        std::string whole;
        json::Writer writer(whole);
        write_item(writer, open.item, status);
        event(out, "response.output_item.done",
              [&](json::Writer& to) { to.member("output_index", open.index).member_raw("item", whole); });
        state_.output[open.index] = std::move(whole);
    }

    /// The item of that kind that is open, or a new one in place of what was.
    OpenItem& enter(ItemKind kind, std::string& out) {
        if (speaking_ && speaking_->item.kind == kind) return *speaking_;
        leave(out);
        added(speaking_.emplace(made(kind)), out);
        return *speaking_;
    }

    void leave(std::string& out) {
        if (!speaking_) return;
        close_speaking(*speaking_, out);
        speaking_.reset();
    }

    void close_speaking(OpenItem& open, std::string& out) {
        if (open.item.kind == ItemKind::Message) close_part(open, out);
        if (open.item.kind == ItemKind::Reasoning && !open.item.text.empty()) close_summary(open, out);
        done(open, last_, out);
    }

    void close_summary(const OpenItem& open, std::string& out) {
        event(out, "response.reasoning_summary_text.done", [&](json::Writer& writer) {
            summary_place(writer, open);
            writer.member("text", open.item.text);
        });
        event(out, "response.reasoning_summary_part.done", [&](json::Writer& writer) {
            summary_place(writer, open);
            writer.key("part").begin_object().member("type", "summary_text");
            writer.member("text", open.item.text).end_object();
        });
    }

    // ------------------------------------------------------------------------------------------------- messages

    /// The message with an open part of that kind behind the others.
    OpenItem& enter_part(PartKind kind, std::string& out) {
        OpenItem& open = enter(ItemKind::Message, out);
        if (!open.item.parts.empty() && open.item.parts.back().kind == kind) return open;
        close_part(open, out);
        open.item.parts.push_back({.kind = kind, .text = {}, .annotations = {}});
        event(out, "response.content_part.added", [&](json::Writer& writer) {
            part_place(writer, open);
            write_part(writer.key("part"), open.item.parts.back());
        });
        return open;
    }

    void say(PartKind kind, std::string_view text, std::string& out) {
        if (text.empty()) return;
        OpenItem& open = enter_part(kind, out);
        open.item.parts.back().text.append(text);
        const bool refusal = kind == PartKind::Refusal;
        event(out, refusal ? "response.refusal.delta" : "response.output_text.delta",
              [&](json::Writer& writer) {
                  part_place(writer, open);
                  writer.member("delta", text);
                  if (!refusal) writer.key("logprobs").begin_array().end_array();
              });
    }

    void close_part(const OpenItem& open, std::string& out) {
        if (open.item.parts.empty()) return;
        const OutputPart& part = open.item.parts.back();
        const bool refusal = part.kind == PartKind::Refusal;
        event(out, refusal ? "response.refusal.done" : "response.output_text.done",
              [&](json::Writer& writer) {
                  part_place(writer, open);
                  writer.member(refusal ? "refusal" : "text", part.text);
                  if (!refusal) writer.key("logprobs").begin_array().end_array();
              });
        event(out, "response.content_part.done", [&](json::Writer& writer) {
            part_place(writer, open);
            write_part(writer.key("part"), part);
        });
    }

    // ---------------------------------------------------------------------------------------------------- calls

    void add_arguments(OpenItem& open, std::string_view piece, std::string& out) {
        if (piece.empty()) return;
        open.item.text.append(piece);
        const bool custom = open.item.kind == ItemKind::CustomCall;
        event(out,
              custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta",
              [&](json::Writer& writer) {
                  item_place(writer, open);
                  writer.member("delta", piece);
              });
    }

    /// Arguments that the token limit cut end before their object does.
    static bool is_whole(const OutputItem& call) {
        JsonProgress progress;
        progress.add(call.text);
        return call.kind == ItemKind::CustomCall || call.text.empty() || progress.complete();
    }

    void close_call(OpenItem& open, ItemStatus status, std::string& out) {
        const bool custom = open.item.kind == ItemKind::CustomCall;
        if (open.item.text.empty() && !custom) add_arguments(open, "{}", out);
        event(out, custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
              [&](json::Writer& writer) {
                  item_place(writer, open);
                  if (!custom) writer.member("name", open.item.name);
                  writer.member(custom ? "input" : "arguments", open.item.text);
              });
        done(open, status, out);
    }

    // --------------------------------------------------------------------------------------------------- frames

    static void item_place(json::Writer& writer, const OpenItem& open) {
        writer.member("item_id", open.item.id).member("output_index", open.index);
    }
    static void part_place(json::Writer& writer, const OpenItem& open) {
        item_place(writer, open);
        writer.member("content_index", open.item.parts.size() - 1);
    }
    static void summary_place(json::Writer& writer, const OpenItem& open) {
        item_place(writer, open);
        writer.member("summary_index", 0);
    }

    template <class Fill>
    void event(std::string& out, std::string_view type, Fill fill) {
        out.append("event: ").append(type).append("\ndata: ");
        json::Writer writer(out);
        writer.begin_object().member("type", type).member("sequence_number", sequence_++);
        fill(writer);
        writer.end_object();
        out.append("\n\n");
    }

    Reply reply_;
    ItemIds ids_;
    ResponseState state_;
    std::size_t sequence_ = 0;
    bool started_ = false;
    std::optional<chat::Finish> finish_;
    ItemStatus last_ = ItemStatus::Completed;    // of what is closed by the end
    std::optional<OpenItem> speaking_;           // a message or reasoning
    std::map<std::size_t, OpenItem> calls_;      // the open ones
};

}    // namespace

std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply) {
    return std::make_unique<Encoder>(reply);
}

}    // namespace opusclaw::dialect::openai_responses
