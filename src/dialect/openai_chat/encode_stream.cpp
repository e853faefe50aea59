// dialect/openai_chat/encode_stream.cpp: neutral events as the chunks that a Chat client reads (spec 06 section 17.1).
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "dialect/openai_chat/answer_parts.h"
#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/finish.h"
#include "dialect/openai_chat/usage_json.h"

namespace opusclaw::dialect::openai_chat {
namespace {

class Encoder final : public chat::StreamEncoder {
public:
    explicit Encoder(const Reply& reply, std::size_t choice = 0)
        : reply_(reply), created_(reply.created), choice_(choice) {}

    void write(const chat::Event& event, std::string& out) override {
        if (current_ != nullptr) return current_->write(event, out);
        std::visit([&](const auto& kind) { on(kind, out); }, event);
    }

    void finish(std::string& out) override {
        finish_choice(out);
        for (const auto& [index, other] : others_) other->finish_choice(out);
        if (reply_.include_usage) write_usage_chunk(out);
        out.append("data: [DONE]\n\n");
    }

    bool select(std::size_t choice) override {
        current_ = nullptr;
        if (choice == choice_) return true;
        std::unique_ptr<Encoder>& other = others_[choice];
        if (!other) {
            other = std::make_unique<Encoder>(reply_, choice);
            other->id_ = id_;
            other->model_ = model_;
            other->created_ = created_;
        }
        current_ = other.get();
        return true;
    }

private:
    void finish_choice(std::string& out) {
        start(out);
        if (!finished_) write_finished(finish_.value_or(chat::Finish::Natural), finish_text_, out);
    }

    void on(const chat::Started& started, std::string& out) {
        id_ = started.id;
        model_ = started.model;
        if (started.created) created_ = *started.created;
        frame_ = {};
        start(out);
    }
    void on(const chat::ReasoningDelta& delta, std::string& out) {
        std::string text = std::exchange(parted_, false) ? "\n\n" : "";
        text.append(delta.text);
        thinking_.append(delta.text);
        reasoned_ = true;
        delta_chunk(out, [&](json::Writer& writer) { writer.member("reasoning_content", text); });
    }
    void on(const chat::Worked&, std::string&) {}
    void on(const chat::ChoiceNamed&, std::string&) {}
    void on(const chat::ReasoningBreak&, std::string&) {
        parted_ = reasoned_;
        thinking_.clear();
    }
    void on(const chat::SignatureGiven& given, std::string& out) {
        if (given.opaque.kind == chat::OpaqueKind::CallSignature) {
            call_signature_ = given.opaque.value;
            return;
        }
        delta_chunk(out, [&](json::Writer& writer) {
            writer.key("reasoning_details").begin_array();
            write_reasoning_detail(writer, given.opaque, thinking_, details_++);
            writer.end_array();
        });
        thinking_.clear();
    }
    void on(const chat::TextDelta& delta, std::string& out) {
        std::string parted;    // from a picture before it
        if (std::exchange(after_media_, false)) parted.append("\n").append(delta.text);
        said_ = true;
        delta_chunk(out, [&](json::Writer& writer) {
            writer.member("content", parted.empty() ? delta.text : parted);
        });
    }
    void on(const chat::RefusalDelta& delta, std::string& out) {
        delta_chunk(out, [&](json::Writer& writer) { writer.member("refusal", delta.text); });
    }
    void on(const chat::MediaGiven& given, std::string& out) {
        const std::string text = (std::exchange(said_, true) ? "\n" : "") + shown_media(given.media);
        after_media_ = true;
        delta_chunk(out, [&](json::Writer& writer) { writer.member("content", text); });
    }
    void on(const chat::Cited& cited, std::string& out) {
        delta_chunk(out, [&](json::Writer& writer) {
            writer.key("annotations").begin_array();
            write_annotation(writer, cited.citation);
            writer.end_array();
        });
    }
    void on(const chat::CallStarted& call, std::string& out) {
        called_ = true;
        const bool custom = call.kind == chat::CallKind::Custom;
        if (custom) custom_.insert(call.call);
        Beginning beginning{std::string(call.id), std::string(call.name), std::exchange(call_signature_, {})};
        if (!call.whole) return write_beginning(out, call.call, beginning, "");
        begun_ = std::move(beginning);    // one chunk with its arguments, which follow at once
    }
    void on(const chat::CallArguments& arguments, std::string& out) {
        if (begun_) {
            write_beginning(out, arguments.call, *begun_, arguments.fragment);
            begun_.reset();
            return;
        }
        const bool custom = custom_.contains(arguments.call);
        call_chunk(out, arguments.call, [&](json::Writer& writer) {
            writer.member("type", custom ? "custom" : "function");
            writer.key(custom ? "custom" : "function").begin_object();
            writer.member(custom ? "input" : "arguments", arguments.fragment).end_object();
        });
    }
    void on(const chat::Finished& finished, std::string& out) {
        if (finished.last) return write_finished(finished.finish, finished.text, out);
        finish_ = finished.finish;
        finish_text_ = finished.text;
    }
    void on(const chat::UsageReported& reported, std::string&) { usage_ = reported.usage; }
    void on(const chat::CallEnded&, std::string&) {}
    void on(const chat::Failed&, std::string&) {}
    void on(const chat::Ended&, std::string&) {}

    void write_finished(chat::Finish finish, std::string_view text, std::string& out) {
        if (std::exchange(finished_, true)) return;
        if (called_ && finish == chat::Finish::Natural) finish = chat::Finish::ToolCalls;
        chunk(
            out, [](json::Writer&) {}, write_finish(finish, text));
    }

    struct Beginning {
        std::string id, name, signature;
    };
    void write_beginning(std::string& out, std::size_t call, const Beginning& beginning,
                         std::string_view arguments) {
        const bool custom = custom_.contains(call);
        call_chunk(out, call, [&](json::Writer& writer) {
            writer.member("id", beginning.id).member("type", custom ? "custom" : "function");
            writer.key(custom ? "custom" : "function").begin_object().member("name", beginning.name);
            writer.member(custom ? "input" : "arguments", arguments).end_object();
            write_call_signature(writer, beginning.signature);
        });
    }

    void start(std::string& out) {
        if (std::exchange(started_, true)) return;
        id_ = shown_id(id_, reply_.request_id);
        if (model_.empty()) model_ = reply_.model;
        chunk(out, [](json::Writer& writer) { writer.member("role", "assistant").member("content", ""); },
              {});
    }

    void head(json::Writer& writer) const {
        writer.begin_object().member("id", id_).member("object", "chat.completion.chunk");
        writer.member("created", created_).member("model", model_).member_null("system_fingerprint");
    }

    /// Only the delta is written anew for each of them.
    template <class Fill>
    void delta_chunk(std::string& out, Fill fill) {
        start(out);
        if (frame_.before.empty()) frame_ = make_frame();
        out.append(frame_.before);
        json::Writer writer(out);
        writer.begin_object();
        fill(writer);
        writer.end_object();
        out.append(frame_.behind);
    }

    /// What stands around the delta of a chunk without a finish reason.
    struct Frame {
        std::string before, behind;
    };
    Frame make_frame() const {
        std::string whole;
        std::size_t inside = 0;
        chunk(whole, [&](json::Writer&) { inside = whole.size(); }, {});
        return {whole.substr(0, inside - 1), whole.substr(inside + 1)};
    }

    template <class Fill>
    void call_chunk(std::string& out, std::size_t index, Fill fill) {
        delta_chunk(out, [&](json::Writer& writer) {
            writer.key("tool_calls").begin_array().begin_object().member("index", index);
            fill(writer);
            writer.end_object().end_array();
        });
    }

    template <class Fill>
    void chunk(std::string& out, Fill fill, std::string_view finish_reason) const {
        out.append("data: ");
        json::Writer writer(out);
        head(writer);
        writer.key("choices").begin_array().begin_object().key("delta").begin_object();
        fill(writer);
        writer.end_object().member_null("logprobs");
        if (finish_reason.empty()) {
            writer.member_null("finish_reason");
        } else {
            writer.member("finish_reason", finish_reason);
        }
        writer.member("index", choice_).end_object().end_array().member_null("usage").end_object();
        out.append("\n\n");
    }

    void write_usage_chunk(std::string& out) const {
        out.append("data: ");
        json::Writer writer(out);
        head(writer);
        writer.key("choices").begin_array().end_array().key("usage");
        write_usage(writer, usage_);
        writer.end_object();
        out.append("\n\n");
    }

    Reply reply_;
    std::string id_, model_;
    std::int64_t created_;
    std::size_t choice_;
    std::map<std::size_t, std::unique_ptr<Encoder>>
        others_;                    // of the first choice's: the others, by their index
    Encoder* current_ = nullptr;    // one of them, while what is written belongs to it
    Frame frame_;                   // made with the first delta
    Usage usage_;
    bool started_ = false;
    bool finished_ = false;
    bool called_ = false;
    bool reasoned_ = false;
    bool parted_ = false;        // the next reasoning is another block
    std::string thinking_;       // of the block at hand, for its signature
    std::size_t details_ = 0;    // items of reasoning_details so far
    std::set<std::size_t> custom_;
    std::string call_signature_;    // for the next call
    std::optional<Beginning> begun_;
    std::optional<chat::Finish> finish_;    // seen, while more may follow
    std::string finish_text_;
    bool said_ = false;           // something visible
    bool after_media_ = false;    // text that follows stands on a line of its own
};

}    // namespace

std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply) {
    return std::make_unique<Encoder>(reply);
}

}    // namespace opusclaw::dialect::openai_chat
