// dialect/gemini/decode_response.cpp: a whole answer (spec 06 sections 15.1, 15.2, 18, 19.2).
#include <utility>

#include "dialect/broken_answer.h"
#include "dialect/gemini/answer_parts.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/finish.h"
#include "dialect/gemini/usage_json.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Choice;
using chat::Response;
using json::View;

constexpr int kBadGateway = 502;
constexpr int kBadRequest = 400;

class ResponseReader {
public:
    ResponseReader(Response& response, const View& root) : response_(response), root_(root) {}

    void read() {
        if (const auto usage = root_.find("usageMetadata")) response_.usage = read_usage(*usage);
        model_ = response_.pool.string_at(root_, "modelVersion");
        ids_.begin(response_.pool.string_at(root_, "responseId"), root_.raw());
        const auto candidates = root_.find("candidates");
        const auto error = root_.find("error");
        if (candidates && !candidates->empty()) {
            candidates->each_item([this](const View& candidate) {
                read_candidate(candidate);
                return true;
            });
        } else if (error && !error->is_null()) {
            response_.error = read_upstream_error(root_.raw(), kBadGateway);
        } else {
            read_nothing();
        }
    }

private:
    /// A blocked prompt is an answer, though none that a client of another dialect could read.
    void read_nothing() {
        const std::string_view reason = block_reason(root_, response_.pool);
        ClientError& error = response_.error.emplace();
        if (reason.empty()) {
            error.code = "empty_response";
            error.message = "empty response from Gemini API";
            return;
        }
        error.status = kBadRequest;
        error.type = error.code = "prompt_blocked";
        error.message = "request blocked by Gemini API: " + std::string(reason);
        Choice& choice = response_.choices.emplace_back();
        choice.finish = chat::Finish::Filtered;
        choice.finish_text = response_.pool.keep(reject_reason(reason));
    }

    void read_candidate(const View& candidate) {
        chat::TextPool& pool = response_.pool;
        Choice choice;
        PartReader reader;
        if (const auto parts = candidate.at({"content", "parts"})) {
            parts->each_item([&](const View& part) {
                take(reader.read(part, pool), choice);
                return true;
            });
        }
        end_thought(choice);
        each_citation(candidate, pool, [&choice](const chat::Citation& citation) {
            choice.citations.push_back(citation);
            return true;
        });
        choice.finish = read_finish(pool.string_at(candidate, "finishReason"));
        choice.finish = chat::finish_beside_calls(choice.finish, choice.parts);
        response_.choices.push_back(std::move(choice));
    }

    void take(AnswerPart part, Choice& choice) {
        if (part.kind == PartKind::Thought) {
            thought_.append(part.text);
            if (!part.signature.empty()) sign(part, choice);
            return;
        }
        if (part.kind == PartKind::Call && part.call.id.empty())
            part.call.id = response_.pool.keep(ids_.next());
        end_thought(choice);
        if (!part.signature.empty()) sign(part, choice);
        if (part.kind == PartKind::Text) choice.parts.emplace_back(chat::Text{part.text, {}});
        if (part.kind == PartKind::Media) choice.parts.emplace_back(part.media);
        if (part.kind == PartKind::Call) choice.parts.emplace_back(part.call);
    }

    void sign(const AnswerPart& part, Choice& choice) {
        const std::string_view thought = response_.pool.keep(std::exchange(thought_, {}));
        choice.parts.emplace_back(chat::Reasoning{thought, opaque_of(part, model_)});
    }

    /// Thoughts that follow each other are one text.
    void end_thought(Choice& choice) {
        if (thought_.empty()) return;
        const std::string_view thought = response_.pool.keep(std::exchange(thought_, {}));
        choice.parts.emplace_back(chat::Reasoning{thought, std::nullopt});
    }

    Response& response_;
    const View& root_;
    std::string_view model_;
    CallIds ids_;
    std::string thought_;
};

}    // namespace

Response decode_response(std::string_view body) {
    Response response;
    with_answer_object(body, [&response](const View& root) { ResponseReader(response, root).read(); });
    return response;
}

}    // namespace opusclaw::dialect::gemini
