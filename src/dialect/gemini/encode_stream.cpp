// dialect/gemini/encode_stream.cpp: neutral events as the chunks that a Gemini client reads (spec 06 section 17.3). A call is one part, so
// it waits for its end; sources and the finish reason stand in the last chunk.
#include <map>

#include "dialect/envelope.h"
#include "dialect/gemini/answer_parts.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/finish.h"
#include "dialect/gemini/usage_json.h"

namespace opusclaw::dialect::gemini {
namespace {

/// A call whose arguments are not all there yet.
struct Call {
    std::string id, name, arguments, signature;
    chat::CallKind kind = chat::CallKind::Function;
};

struct Source {
    std::string url, title;
};

class Encoder final : public chat::StreamEncoder {
public:
    explicit Encoder(const Reply& reply) : reply_(reply) {}

    void write(const chat::Event& event, std::string& out) override {
        std::visit([&](const auto& kind) { on(kind, out); }, event);
    }

    void finish(std::string& out) override {
        chunk(
            out,
            [this](json::Writer& writer) {
                for (const auto& [number, call] : calls_) write(writer, call);
                if (!signature_.empty()) write_text(writer, "", signature_);
            },
            End::Last);
    }

private:
    void on(const chat::Started& started, std::string&) { model_ = started.model; }
    void on(const chat::ReasoningDelta& delta, std::string& out) {
        if (!reply_.include_thoughts) return;
        chunk(out, [&](json::Writer& writer) { write_thought(writer, delta.text, {}); });
    }
    void on(const chat::SignatureGiven& given, std::string& out) {
        // One of the dialect's own belongs to the part behind it.
        if (given.opaque.origin == Dialect::Gemini) {
            signature_ = given.opaque.value;
        } else if (reply_.include_thoughts) {
            const std::string shown = show_opaque(given.opaque, Dialect::Gemini);
            chunk(out, [&](json::Writer& writer) { write_thought(writer, "", shown); });
        }
    }
    void on(const chat::TextDelta& delta, std::string& out) { say(delta.text, out); }
    void on(const chat::RefusalDelta& delta, std::string& out) { say(delta.text, out); }
    void on(const chat::MediaGiven& given, std::string& out) {
        chunk(out, [&](json::Writer& writer) { write_media(writer, given.media); });
    }
    void on(const chat::CallStarted& call, std::string&) {
        calls_.insert_or_assign(call.call, Call{.id = std::string(call.id),
                                                .name = std::string(call.name),
                                                .arguments = {},
                                                .signature = std::exchange(signature_, {}),
                                                .kind = call.kind});
    }
    void on(const chat::CallArguments& arguments, std::string&) {
        const auto found = calls_.find(arguments.call);
        if (found != calls_.end()) found->second.arguments.append(arguments.fragment);
    }
    void on(const chat::CallEnded& ended, std::string& out) {
        const auto found = calls_.find(ended.call);
        if (found == calls_.end()) return;
        chunk(out, [&](json::Writer& writer) { write(writer, found->second); });
        calls_.erase(found);
    }
    void on(const chat::Cited& cited, std::string&) {
        sources_.push_back({std::string(cited.citation.url), std::string(cited.citation.title)});
    }
    void on(const chat::Finished& finished, std::string&) { finish_ = finished.finish; }
    void on(const chat::UsageReported& reported, std::string&) { usage_ = reported.usage; }
    void on(const chat::Worked&, std::string&) {}
    void on(const chat::ChoiceNamed&, std::string&) {}
    void on(const chat::ReasoningBreak&, std::string&) {}
    void on(const chat::Failed&, std::string&) {}
    void on(const chat::Ended&, std::string&) {}

    void say(std::string_view text, std::string& out) {
        if (text.empty()) return;
        chunk(out, [&](json::Writer& writer) { write_text(writer, text, std::exchange(signature_, {})); });
    }

    static void write(json::Writer& writer, const Call& call) {
        const chat::ToolCall whole{
            .id = call.id, .name = call.name, .arguments = call.arguments, .kind = call.kind};
        write_call(writer, whole, call.signature);
    }

    enum class End { MoreFollows, Last };

    template <class Fill>
    void chunk(std::string& out, Fill fill, End end = End::MoreFollows) {
        out.append("data: ");
        json::Writer writer(out);
        writer.begin_object().key("candidates").begin_array().begin_object();
        writer.key("content").begin_object().member("role", "model").key("parts").begin_array();
        fill(writer);
        writer.end_array().end_object();
        if (end == End::Last) {
            writer.member("finishReason", write_finish(finish_));
        } else {
            writer.member_null("finishReason");
        }
        writer.member("index", 0).key("safetyRatings").begin_array().end_array();
        if (end == End::Last) write_sources(writer);
        writer.end_object().end_array().key("usageMetadata");
        if (end == End::Last) {
            write_usage(writer, usage_);
        } else {
            write_estimate(writer);
        }
        writer.member("modelVersion", model_.empty() ? reply_.model : model_);
        writer.member("responseId", reply_.request_id).end_object();
        out.append("\n\n");
    }

    void write_estimate(json::Writer& writer) const {
        writer.begin_object().member("promptTokenCount", reply_.estimated_prompt);
        writer.member("candidatesTokenCount", 0).member("totalTokenCount", reply_.estimated_prompt);
        writer.end_object();
    }

    void write_sources(json::Writer& writer) const {
        std::vector<chat::Citation> citations;
        for (const Source& source : sources_) citations.push_back({.url = source.url, .title = source.title});
        write_grounding(writer, citations);
    }

    Reply reply_;
    std::string model_;
    Usage usage_;
    std::optional<chat::Finish> finish_;
    std::string signature_;                // waits for its part
    std::map<std::size_t, Call> calls_;    // those that have not ended, by their number
    std::vector<Source> sources_;
};

}    // namespace

std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply) {
    return std::make_unique<Encoder>(reply);
}

}    // namespace opusclaw::dialect::gemini
