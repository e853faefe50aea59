// dialect/anthropic/encode_stream.cpp: neutral events as the events that a Messages client reads (spec 06 section 17.2). One block
// is open at a time: a call that starts inside of another one waits for it.
#include <map>

#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/finish.h"
#include "dialect/anthropic/shown.h"
#include "dialect/anthropic/usage_json.h"
#include "dialect/envelope.h"
#include "dialect/json_progress.h"

namespace opusclaw::dialect::anthropic {
namespace {

enum class Open { Nothing, Text, Thinking, Call };

/// A call that was started and not yet closed.
struct Call {
    std::string id, name;
    std::string waiting;    // arguments that came while another call was open
    JsonProgress progress;
    bool ended = false;
};

class Encoder final : public chat::StreamEncoder {
public:
    explicit Encoder(const Reply& reply) : reply_(reply) {}

    void write(const chat::Event& event, std::string& out) override {
        std::visit([&](const auto& kind) { on(kind, out); }, event);
    }

    void finish(std::string& out) override {
        start(out);
        close(out);
        while (!waiting_.empty()) {
            open_next(out);
            close(out);
        }
        write_message_delta(out);
        frame(out, "message_stop", [](json::Writer&) {});
    }

private:
    void on(const chat::Started& started, std::string& out) {
        id_ = started.id;
        model_ = started.model;
        start(out);
    }
    void on(const chat::ReasoningDelta& delta, std::string& out) {
        open(Open::Thinking, out);
        delta_frame(out, "thinking_delta", "thinking", delta.text);
    }
    void on(const chat::Worked&, std::string&) {}
    void on(const chat::ChoiceNamed&, std::string&) {}
    void on(const chat::ReasoningBreak&, std::string& out) {
        if (open_ == Open::Thinking) close(out);
    }
    void on(const chat::SignatureGiven& given, std::string& out) {
        open(Open::Thinking, out);
        delta_frame(out, "signature_delta", "signature", show_opaque(given.opaque, Dialect::Anthropic));
        close(out);    // nothing may follow a signature in its block
    }
    void on(const chat::TextDelta& delta, std::string& out) { write_text(delta.text, out); }
    void on(const chat::RefusalDelta& delta, std::string& out) { write_text(delta.text, out); }
    void on(const chat::MediaGiven& given, std::string& out) { write_text(shown_media(given.media), out); }

    void on(const chat::CallStarted& call, std::string& out) {
        called_ = true;
        const bool busy = open_ == Open::Call && !current_.progress.complete();
        waiting_[call.call] = Call{.id = std::string(call.id), .name = std::string(call.name)};
        if (busy) return;
        close(out);
        open_next(out);
    }
    void on(const chat::CallArguments& arguments, std::string& out) {
        const auto found = waiting_.find(arguments.call);
        if (found != waiting_.end()) {
            found->second.waiting.append(arguments.fragment);
            found->second.progress.add(arguments.fragment);
            return;
        }
        if (open_ != Open::Call || current_call_ != arguments.call) return;    // closed by what came between
        current_.progress.add(arguments.fragment);
        delta_frame(out, "input_json_delta", "partial_json", arguments.fragment);
        if (current_.progress.complete()) go_on(out);
    }
    void on(const chat::CallEnded& call, std::string& out) {
        const auto found = waiting_.find(call.call);
        if (found != waiting_.end()) found->second.ended = true;
        if (open_ != Open::Call || current_call_ != call.call) return;
        close(out);
        go_on(out);
    }
    void on(const chat::Finished& finished, std::string&) {
        finish_ = finished.finish;
        finish_text_ = finished.text;
    }
    void on(const chat::UsageReported& reported, std::string&) { usage_ = reported.usage; }
    void on(const chat::Cited&, std::string&) {}
    void on(const chat::Failed&, std::string&) {}
    void on(const chat::Ended&, std::string&) {}

    void write_text(std::string_view text, std::string& out) {
        open(Open::Text, out);
        delta_frame(out, "text_delta", "text", text);
    }

    /// Opens the calls that wait, as long as the one that is open is done.
    void go_on(std::string& out) {
        while (!waiting_.empty()) {
            close(out);
            open_next(out);
            if (!current_.ended && !current_.progress.complete()) return;
        }
        if (open_ == Open::Call && current_.ended) close(out);
    }

    void open_next(std::string& out) {
        start(out);
        auto next = waiting_.extract(waiting_.begin());
        current_call_ = next.key();
        current_ = std::move(next.mapped());
        open_ = Open::Call;
        block_start(out, [this](json::Writer& writer) {
            writer.member("type", "tool_use").member("id", current_.id).member("name", current_.name);
            writer.key("input").begin_object().end_object();
        });
        if (!current_.waiting.empty()) delta_frame(out, "input_json_delta", "partial_json", current_.waiting);
    }

    void start(std::string& out) {
        if (std::exchange(started_, true)) return;
        frame(out, "message_start", [this](json::Writer& writer) {
            writer.key("message").begin_object().member("id", shown_id(id_, reply_.request_id));
            writer.member("type", "message").member("role", "assistant");
            writer.member("model", model_.empty() ? reply_.model : model_);
            writer.key("content").begin_array().end_array();
            writer.member_null("stop_reason").member_null("stop_sequence").key("usage").begin_object();
            writer.member("input_tokens", reply_.estimated_prompt).member("output_tokens", 0);
            writer.end_object().end_object();
        });
    }

    /// Text or thinking; a block of that kind may be open already.
    void open(Open kind, std::string& out) {
        start(out);
        if (open_ == kind) return;
        close(out);
        open_ = kind;
        block_start(out, [kind](json::Writer& writer) {
            const std::string_view name = kind == Open::Text ? "text" : "thinking";
            writer.member("type", name).member(name, "");
        });
    }

    void close(std::string& out) {
        if (open_ == Open::Nothing) return;
        open_ = Open::Nothing;
        frame(out, "content_block_stop", [this](json::Writer& writer) { writer.member("index", index_); });
        ++index_;
    }

    void write_message_delta(std::string& out) {
        frame(out, "message_delta", [this](json::Writer& writer) {
            auto finish = finish_.value_or(chat::Finish::Natural);
            if (finish == chat::Finish::Natural && called_) finish = chat::Finish::ToolCalls;
            writer.key("delta").begin_object().member("stop_reason", write_finish(finish, finish_text_));
            writer.member_null("stop_sequence").end_object().key("usage");
            write_usage(writer, usage_);
        });
    }

    template <class Fill>
    void block_start(std::string& out, Fill fill) {
        frame(out, "content_block_start", [&](json::Writer& writer) {
            writer.member("index", index_).key("content_block").begin_object();
            fill(writer);
            writer.end_object();
        });
    }

    void delta_frame(std::string& out, std::string_view type, std::string_view member,
                     std::string_view text) {
        frame(out, "content_block_delta", [&](json::Writer& writer) {
            writer.member("index", index_).key("delta").begin_object();
            writer.member("type", type).member(member, text).end_object();
        });
    }

    template <class Fill>
    static void frame(std::string& out, std::string_view type, Fill fill) {
        out.append("event: ").append(type).append("\ndata: ");
        json::Writer writer(out);
        writer.begin_object().member("type", type);
        fill(writer);
        writer.end_object();
        out.append("\n\n");
    }

    Reply reply_;
    std::string id_, model_;
    Usage usage_;
    std::optional<chat::Finish> finish_;
    std::string finish_text_;
    bool started_ = false;
    bool called_ = false;
    Open open_ = Open::Nothing;
    std::size_t index_ = 0;    // of the open block, or of the next one
    std::size_t current_call_ = 0;
    Call current_;                           // while a call is open
    std::map<std::size_t, Call> waiting_;    // calls whose block is not open yet
};

}    // namespace

std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply) {
    return std::make_unique<Encoder>(reply);
}

}    // namespace opusclaw::dialect::anthropic
