// dialect/gemini/decode_stream.cpp: chunks of a stream, each a whole response object, as neutral events (spec 06 sections 16.5, 19.4).
#include <map>
#include <set>

#include "dialect/broken_answer.h"
#include "dialect/event_list.h"
#include "dialect/gemini/answer_parts.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/finish.h"
#include "dialect/gemini/usage_json.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::View;

constexpr int kBadGateway = 502;
constexpr std::int64_t kMostCandidates = 128;    // as many as Chat clients may ask for
constexpr std::string_view kDone = "[DONE]";

class Decoder final : public chat::StreamDecoder {
public:
    std::span<const chat::Event> decode(std::string_view payload) override {
        list_.clear();
        // The dialect has no such marker; servers that imitate it do.
        if (payload.starts_with(kDone)) {
            list_.add(chat::Ended{});
        } else {
            with_answer_object(payload, [this](const View& root) { read(root); });
        }
        return list_.events();
    }

private:
    void read(const View& root) {
        chat::TextPool& pool = list_.pool();
        const auto candidates = root.find("candidates");
        const auto error = root.find("error");
        if (error && !error->is_null() && (!candidates || candidates->empty())) {
            list_.add(chat::Failed{read_upstream_error(root.raw(), kBadGateway)});
            return;
        }
        if (!std::exchange(started_, true)) {
            ids_.begin(pool.string_at(root, "responseId"), root.raw());
            list_.add(chat::Started{});    // id and model of a reply are the gateway's (spec 06 section 21)
        }
        if (model_.empty()) model_ = pool.string_at(root, "modelVersion");
        const std::size_t media = media_;
        if (candidates && !candidates->empty()) {
            candidates->each_item([this](const View& candidate) {
                const auto given = candidate.find("index");
                const std::int64_t index = given ? given->as_int().value_or(0) : 0;
                if (index >= 0 && index < kMostCandidates)
                    read_named(static_cast<std::size_t>(index), candidate);
                return true;
            });
        } else if (const std::string_view reason = block_reason(root, pool); !reason.empty()) {
            list_.add(chat::Finished{
                .finish = chat::Finish::Filtered, .text = pool.keep(reject_reason(reason)), .last = false});
        }
        report(root, media_ != media);
    }

    /// Of one candidate, who goes on from chunk to chunk.
    struct Candidate {
        PartReader reader;
        std::size_t calls = 0;
        std::set<std::string, std::less<>> cited;
    };

    void read_named(std::size_t index, const View& candidate) {
        current_ = &candidates_[index];
        if (index != 0) list_.add(chat::ChoiceNamed{index});
        read_candidate(candidate);
        if (index != 0) list_.add(chat::ChoiceNamed{0});
    }

    void read_candidate(const View& candidate) {
        chat::TextPool& pool = list_.pool();
        if (const auto parts = candidate.at({"content", "parts"})) {
            parts->each_item([&](const View& part) {
                add(current_->reader.read(part, pool));
                return true;
            });
        }
        each_citation(candidate, pool, [this](const chat::Citation& citation) {
            // Later chunks tell again what earlier ones told.
            if (current_->cited.emplace(citation.url).second) list_.add(chat::Cited{citation});
            return true;
        });
        const auto finish = read_finish(pool.string_at(candidate, "finishReason"));
        if (finish) list_.add(chat::Finished{.finish = *finish, .text = {}, .last = false});
    }

    void add(AnswerPart part) {
        if (part.kind == PartKind::Thought) list_.add(chat::ReasoningDelta{part.text});
        if (part.kind == PartKind::Call && part.call.id.empty())
            part.call.id = list_.pool().keep(ids_.next());
        if (!part.signature.empty())
            list_.add(chat::SignatureGiven{opaque_of(part, list_.pool().keep(model_))});
        if (part.kind == PartKind::Text) list_.add(chat::TextDelta{part.text});
        if (part.kind == PartKind::Call) add_call(part.call);
        if (part.kind != PartKind::Media) return;
        if (!part.media.base64.empty()) ++media_;
        list_.add(chat::MediaGiven{part.media});
    }

    void add_call(const chat::ToolCall& call) {
        const std::size_t number = current_->calls++;
        list_.add(chat::CallStarted{.call = number, .id = call.id, .name = call.name, .whole = true});
        list_.add(chat::CallArguments{number, call.arguments});
        list_.add(chat::CallEnded{number});
    }

    /// The latest counts that are more than zeros; media that came later counts too.
    void report(const View& root, bool more_media) {
        const auto metadata = root.find("usageMetadata");
        const auto usage = metadata ? read_usage(*metadata) : std::nullopt;
        const bool told = usage && usage->total != 0;
        if (told) usage_ = usage;
        if (!usage_ || !(told || more_media)) return;
        Usage counted = *usage_;
        count_media(counted, media_);
        list_.add(chat::UsageReported{counted});
    }

    chat::EventList list_;
    bool started_ = false;
    std::string model_;
    std::map<std::size_t, Candidate> candidates_;
    Candidate* current_ = nullptr;    // while it is read
    CallIds ids_;
    std::size_t media_ = 0;    // inline ones so far
    std::optional<Usage> usage_;
};

}    // namespace

std::unique_ptr<chat::StreamDecoder> make_stream_decoder() { return std::make_unique<Decoder>(); }

}    // namespace opusclaw::dialect::gemini
