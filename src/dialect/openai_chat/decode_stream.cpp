// dialect/openai_chat/decode_stream.cpp: chunks of a Chat stream as neutral events (spec 06 section 16.5).
#include <map>

#include "base/crypto.h"
#include "dialect/broken_answer.h"
#include "dialect/event_list.h"
#include "dialect/openai_chat/answer_parts.h"
#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/finish.h"
#include "dialect/openai_chat/read.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using json::View;

constexpr int kBadGateway = 502;
constexpr std::string_view kDone = "[DONE]";
constexpr std::size_t kIdDigits = 24;
constexpr std::int64_t kMostChoices = 128;    // as many as a request may ask for

/// A tool call of the reply. It starts when its name is known; what came before is kept for then.
struct Call {
    std::size_t number = 0;    // among the calls of its choice
    std::string id;
    std::string early;    // arguments that came before the name
    bool started = false;
    chat::CallKind kind = chat::CallKind::Function;
};

class Decoder final : public chat::StreamDecoder {
public:
    std::span<const chat::Event> decode(std::string_view payload) override {
        list_.clear();
        if (payload.starts_with(kDone)) {
            list_.add(chat::Ended{});
        } else {
            with_answer_object(payload, [this](const View& root) { read_chunk(root); });
        }
        return list_.events();
    }

private:
    void read_chunk(const View& root) {
        chat::TextPool& pool = list_.pool();
        const auto choices = root.find("choices");
        const auto error = root.find("error");
        if (error && !error->is_null() && (!choices || choices->empty())) {
            list_.add(chat::Failed{read_upstream_error(root.raw(), kBadGateway)});
            return;
        }
        if (!std::exchange(started_, true)) {
            reply_id_ = pool.string_at(root, "id");
            const auto created = root.find("created");
            list_.add(chat::Started{pool.keep(reply_id_), pool.string_at(root, "model"),
                                    created ? created->as_int() : std::nullopt});
        }
        if (choices) {
            choices->each_item([this](const View& choice) {
                const auto given = choice.find("index");
                const std::int64_t index = given ? given->as_int().value_or(0) : 0;
                if (index >= 0 && index < kMostChoices) read_named(static_cast<std::size_t>(index), choice);
                return true;
            });
        }
        const auto usage = root.find("usage");
        const auto counts = usage ? read_usage(*usage) : std::nullopt;
        if (counts && !counts->empty()) list_.add(chat::UsageReported{*counts});
    }

    /// Of one choice, that goes on from chunk to chunk.
    struct Choice {
        std::map<std::int64_t, Call> calls;    // by the place that the provider gives them
        std::size_t begun = 0;                 // calls so far
    };

    void read_named(std::size_t index, const View& choice) {
        index_ = index;
        current_ = &choices_[index];
        if (index != 0) list_.add(chat::ChoiceNamed{index});
        read_choice(choice);
        if (index != 0) list_.add(chat::ChoiceNamed{0});
    }

    void read_choice(const View& choice) {
        if (const auto delta = choice.find("delta")) read_delta(*delta);
        const std::string_view reason = list_.pool().string_at(choice, "finish_reason");
        if (reason.empty()) return;
        const chat::Finish finish = read_finish(reason);
        for (auto& [key, call] : current_->calls) end(call, finish);
        current_->calls.clear();
        list_.add(chat::Finished{finish, finish == chat::Finish::Unknown ? reason : std::string_view()});
    }

    void read_delta(const View& delta) {
        chat::TextPool& pool = list_.pool();
        const std::string_view reasoning = reasoning_in(delta, pool);
        if (!reasoning.empty()) list_.add(chat::ReasoningDelta{reasoning});
        std::string_view text = text_in(delta, pool);
        const auto audio = delta.find("audio");
        if (text.empty() && audio) text = pool.string_at(*audio, "transcript");
        if (!text.empty()) list_.add(chat::TextDelta{text});
        const std::string_view refusal = pool.string_at(delta, "refusal");
        if (!refusal.empty()) list_.add(chat::RefusalDelta{refusal});
        each_image(delta, pool, [this](const chat::Media& media) {
            list_.add(chat::MediaGiven{media});
            return true;
        });
        each_annotation(delta, pool, [this](const chat::Citation& citation) {
            list_.add(chat::Cited{citation});
            return true;
        });
        if (const auto calls = delta.find("tool_calls")) read_calls(*calls);
    }

    void read_calls(const View& calls) {
        std::int64_t position = 0;
        calls.each_item([&](const View& value) {
            const auto index = value.find("index");
            const auto told = index ? index->as_int() : std::nullopt;
            read_call(value, told.value_or(position));
            ++position;
            return true;
        });
    }

    /// A place belongs to another call when a piece brings another id, and, where places are told, a name with it.
    bool begins_another(const Call& call, const View& value, const View& body) {
        const std::string_view id = list_.pool().string_at(value, "id");
        if (id.empty() || call.id.empty() || id == call.id) return false;
        return !value.find("index") || !list_.pool().string_at(body, "name").empty();
    }

    void read_call(const View& value, std::int64_t key) {
        const auto custom = value.find("custom");
        const auto body = custom ? custom : value.find("function");
        if (!body) return;
        std::map<std::int64_t, Call>& calls = current_->calls;
        auto found = calls.find(key);
        if (found != calls.end() && begins_another(found->second, value, *body)) {
            end(found->second, chat::Finish::Natural);
            calls.erase(found);
            found = calls.end();
        }
        if (found == calls.end()) found = calls.emplace(key, Call{}).first;
        Call& call = found->second;
        if (custom) call.kind = chat::CallKind::Custom;
        if (call.id.empty()) call.id = list_.pool().string_at(value, "id");
        const std::string_view name = list_.pool().string_at(*body, "name");
        if (!call.started && !name.empty()) start(call, name);
        const std::string_view piece = list_.pool().arguments(body->find(custom ? "input" : "arguments"));
        if (piece.empty()) return;
        if (call.started) {
            list_.add(chat::CallArguments{call.number, piece});
        } else {
            call.early.append(piece);
        }
    }

    void start(Call& call, std::string_view name) {
        call.started = true;
        call.number = current_->begun++;
        // An id of our own is the same for the same reply and another in the next.
        if (call.id.empty()) {
            const std::string choice = index_ == 0 ? "" : ":" + std::to_string(index_);
            const std::string seed = reply_id_ + choice + ":" + std::to_string(call.number);
            call.id = "call_" + crypto::hex(crypto::sha256(seed)).substr(0, kIdDigits);
        }
        list_.add(chat::CallStarted{call.number, list_.pool().keep(call.id), name, call.kind});
        if (!call.early.empty())
            list_.add(chat::CallArguments{call.number, list_.pool().keep(std::move(call.early))});
    }

    /// The token limit cuts what came last. Whether a function's arguments are whole shows in them, a free-form input does not tell.
    void end(const Call& call, chat::Finish finish) {
        const bool cut = finish == chat::Finish::TokenLimit && call.kind == chat::CallKind::Custom &&
                         call.number + 1 == current_->begun;
        if (call.started) list_.add(chat::CallEnded{call.number, cut});
    }

    chat::EventList list_;
    bool started_ = false;
    std::string reply_id_;
    std::map<std::size_t, Choice> choices_;
    std::size_t index_ = 0;        // of the choice that is read
    Choice* current_ = nullptr;    // the same
};

}    // namespace

std::unique_ptr<chat::StreamDecoder> make_stream_decoder() { return std::make_unique<Decoder>(); }

}    // namespace opusclaw::dialect::openai_chat
