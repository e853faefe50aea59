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

/// What one candidate has said that waits: for its part, or for the end.
struct Candidate {
    std::optional<chat::Finish> finish;
    std::string signature;
    std::map<std::size_t, Call> calls;    // those that have not ended, by their number
    std::vector<Source> sources;
};

class Encoder final : public chat::StreamEncoder {
public:
    explicit Encoder(const Reply& reply) : reply_(reply), current_(&candidates_[0]) {}

    void write(const chat::Event& event, std::string& out) override {
        std::visit([&](const auto& kind) { on(kind, out); }, event);
    }

    bool select(std::size_t choice) override {
        index_ = choice;
        current_ = &candidates_[choice];
        return true;
    }

    void finish(std::string& out) override {
        out.append("data: ");
        json::Writer writer(out);
        writer.begin_object().key("candidates").begin_array();
        for (const auto& [index, candidate] : candidates_) write_end(writer, index, candidate);
        writer.end_array().key("usageMetadata");
        write_usage(writer, usage_);
        close(writer, out);
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
            current_->signature = given.opaque.value;
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
        current_->calls.insert_or_assign(call.call, Call{.id = std::string(call.id),
                                                         .name = std::string(call.name),
                                                         .arguments = {},
                                                         .signature = std::exchange(current_->signature, {}),
                                                         .kind = call.kind});
    }
    void on(const chat::CallArguments& arguments, std::string&) {
        const auto found = current_->calls.find(arguments.call);
        if (found != current_->calls.end()) found->second.arguments.append(arguments.fragment);
    }
    void on(const chat::CallEnded& ended, std::string& out) {
        const auto found = current_->calls.find(ended.call);
        if (found == current_->calls.end()) return;
        chunk(out, [&](json::Writer& writer) { write(writer, found->second); });
        current_->calls.erase(found);
    }
    void on(const chat::Cited& cited, std::string&) {
        current_->sources.push_back({std::string(cited.citation.url), std::string(cited.citation.title)});
    }
    void on(const chat::Finished& finished, std::string&) { current_->finish = finished.finish; }
    void on(const chat::UsageReported& reported, std::string&) { usage_ = reported.usage; }
    void on(const chat::Worked&, std::string&) {}
    void on(const chat::ChoiceNamed&, std::string&) {}
    void on(const chat::ReasoningBreak&, std::string&) {}
    void on(const chat::Failed&, std::string&) {}
    void on(const chat::Ended&, std::string&) {}

    void say(std::string_view text, std::string& out) {
        if (text.empty()) return;
        chunk(out, [&](json::Writer& writer) {
            write_text(writer, text, std::exchange(current_->signature, {}));
        });
    }

    static void write(json::Writer& writer, const Call& call) {
        const chat::ToolCall whole{
            .id = call.id, .name = call.name, .arguments = call.arguments, .kind = call.kind};
        write_call(writer, whole, call.signature);
    }

    static void open_candidate(json::Writer& writer) {
        writer.begin_object().key("content").begin_object().member("role", "model");
        writer.key("parts").begin_array();
    }

    template <class Fill>
    void chunk(std::string& out, Fill fill) {
        out.append("data: ");
        json::Writer writer(out);
        writer.begin_object().key("candidates").begin_array();
        open_candidate(writer);
        fill(writer);
        writer.end_array().end_object().member_null("finishReason").member("index", index_);
        writer.key("safetyRatings").begin_array().end_array().end_object().end_array();
        writer.key("usageMetadata");
        write_estimate(writer);
        close(writer, out);
    }

    static void write_end(json::Writer& writer, std::size_t index, const Candidate& candidate) {
        open_candidate(writer);
        for (const auto& [number, call] : candidate.calls) write(writer, call);
        if (!candidate.signature.empty()) write_text(writer, "", candidate.signature);
        writer.end_array().end_object().member("finishReason", write_finish(candidate.finish));
        writer.member("index", index).key("safetyRatings").begin_array().end_array();
        std::vector<chat::Citation> citations;
        for (const Source& source : candidate.sources)
            citations.push_back({.url = source.url, .title = source.title});
        write_grounding(writer, citations);
        writer.end_object();
    }

    void write_estimate(json::Writer& writer) const {
        writer.begin_object().member("promptTokenCount", reply_.estimated_prompt);
        writer.member("candidatesTokenCount", 0).member("totalTokenCount", reply_.estimated_prompt);
        writer.end_object();
    }

    void close(json::Writer& writer, std::string& out) const {
        writer.member("modelVersion", model_.empty() ? reply_.model : model_);
        writer.member("responseId", reply_.request_id).end_object();
        out.append("\n\n");
    }

    Reply reply_;
    std::string model_;
    Usage usage_;
    std::map<std::size_t, Candidate> candidates_;    // by their index; the first is always there
    std::size_t index_ = 0;                          // of the one that is written
    Candidate* current_;                             // the same
};

}    // namespace

std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply) {
    return std::make_unique<Encoder>(reply);
}

}    // namespace opusclaw::dialect::gemini
