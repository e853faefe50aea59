// dialect/translate.cpp: decoder, names of tools, encoder, in this order for every payload (DESIGN section 7); and what the bill
// must know of what passed (spec 05 section 7.1).
#include "dialect/translate.h"

#include <algorithm>
#include <utility>

#include "dialect/anthropic/codec.h"
#include "dialect/gemini/codec.h"
#include "dialect/openai_chat/codec.h"
#include "dialect/openai_responses/codec.h"

namespace opusclaw::dialect {
namespace {

constexpr Codec kOpenaiChat{openai_chat::decode_request,      openai_chat::encode_request,
                            openai_chat::decode_response,     openai_chat::encode_response,
                            openai_chat::make_stream_decoder, openai_chat::make_stream_encoder};
constexpr Codec kOpenaiResponses{
    openai_responses::decode_request,      openai_responses::encode_request,
    openai_responses::decode_response,     openai_responses::encode_response,
    openai_responses::make_stream_decoder, openai_responses::make_stream_encoder};
constexpr Codec kAnthropic{anthropic::decode_request,      anthropic::encode_request,
                           anthropic::decode_response,     anthropic::encode_response,
                           anthropic::make_stream_decoder, anthropic::make_stream_encoder};
constexpr Codec kGemini{gemini::decode_request,  gemini::encode_request,      gemini::decode_response,
                        gemini::encode_response, gemini::make_stream_decoder, gemini::make_stream_encoder};

/// Notes what a part or an event says.
class Listener {
public:
    Listener(AnswerFindings& findings, OutputCounter& counter) : findings_(findings), counter_(counter) {}
    ~Listener() {
        if (calls_ > 0) counter_.tool_calls(calls_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void on(const chat::Text& text) { said(text.text); }
    void on(const chat::Reasoning& reasoning) {
        said(reasoning.text);
        if (reasoning.opaque) hidden(*reasoning.opaque);
    }
    void on(const chat::Refusal& refusal) { said(refusal.text); }
    void on(const chat::Media& media) {
        findings_.output = true;
        if (!media.base64.empty()) ++findings_.media;
    }
    void on(const chat::ToolCall& call) {
        ++calls_;
        said(call.name);
        said(call.arguments);
    }
    void on(const chat::ToolResult&) {}

    void on(const chat::TextDelta& delta) { said(delta.text); }
    void on(const chat::ReasoningDelta& delta) { said(delta.text); }
    void on(const chat::RefusalDelta& delta) { said(delta.text); }
    void on(const chat::MediaGiven& given) { on(given.media); }
    void on(const chat::Worked&) { findings_.output = true; }
    void on(const chat::Cited&) { findings_.output = true; }
    void on(const chat::CallStarted& call) {
        ++calls_;
        said(call.name);
    }
    void on(const chat::CallArguments& arguments) { said(arguments.fragment); }
    void on(const chat::Finished& finished) {
        if (!first_) return;    // the answer goes on
        if (finished.finish != chat::Finish::Filtered) return;
        findings_.answer_without_output = true;
        if (!finished.text.empty()) findings_.reject_reason = finished.text;
    }
    void on(const chat::UsageReported& reported) { findings_.usage = reported.usage; }
    void on(const chat::Failed& failed) { findings_.error = failed.error; }
    void on(const chat::Ended&) { findings_.ended = true; }
    void on(const chat::Started&) {}
    void on(const chat::ChoiceNamed& named) { first_ = named.choice == 0; }
    void on(const chat::ReasoningBreak&) {}
    void on(const chat::SignatureGiven& given) { hidden(given.opaque); }
    void on(const chat::CallEnded&) {}

private:
    /// Reasoning that only the provider can read is reasoning; a signature is none.
    void hidden(const chat::Opaque& opaque) {
        findings_.output = findings_.output || opaque.kind == chat::OpaqueKind::Encrypted;
    }
    void said(std::string_view text) {
        if (text.empty()) return;
        findings_.output = true;
        counter_.add(text);
    }

    AnswerFindings& findings_;
    OutputCounter& counter_;
    std::size_t calls_ = 0;
    bool first_ = true;    // of the choices
};

}    // namespace

const Codec* find_codec(Dialect dialect) {
    switch (dialect) {
        case Dialect::OpenaiChat: return &kOpenaiChat;
        case Dialect::Anthropic: return &kAnthropic;
        case Dialect::OpenaiResponses: return &kOpenaiResponses;
        case Dialect::Gemini: return &kGemini;
    }
    return nullptr;
}

std::string shown_request(Dialect client, std::string_view body) {
    return client == Dialect::OpenaiResponses ? openai_responses::shown_request(body) : std::string();
}

AnswerTranslation::AnswerTranslation(const Pair& pair, std::string_view body, OutputCounter& counter)
    : AnswerTranslation(pair, pair.provider.decode_response(body), counter) {}

AnswerTranslation::AnswerTranslation(const Pair& pair, chat::Response response, OutputCounter& counter)
    : pair_(pair), response_(std::move(response)) {
    findings_.usage = response_.usage;
    findings_.error = response_.error;
    // A blocked prompt has a finish reason beside it.
    Listener listener(findings_, counter);
    if (response_.worked) listener.on(chat::Worked{});
    for (const chat::Choice& choice : response_.choices) {
        for (const chat::Part& part : choice.parts)
            std::visit([&](const auto& kind) { listener.on(kind); }, part);
        if (choice.finish) listener.on(chat::Finished{*choice.finish, choice.finish_text});
    }
}

std::string AnswerTranslation::write(const ToolMap& tools, const Reply& reply) {
    tools.restore(response_);
    return pair_.client.encode_response(response_, reply);
}

TranslatedAnswer translate_answer(const Pair& pair, std::string_view body, const ToolMap& tools,
                                  const Reply& reply, OutputCounter& counter) {
    AnswerTranslation translation(pair, body, counter);
    TranslatedAnswer answer{.body = {}, .findings = translation.findings()};
    if (!answer.findings.error) answer.body = translation.write(tools, reply);
    return answer;
}

void StreamCollection::feed(std::string_view payload) {
    for (const chat::Event& event : decoder_->decode(payload)) reply_.add(event);
}

StreamTranslation::StreamTranslation(const Pair& pair, ToolMap tools, const Reply& reply)
    : tools_(std::move(tools)),
      decoder_(pair.provider.make_stream_decoder()),
      encoder_(pair.client.make_stream_encoder(reply)) {}

AnswerFindings StreamTranslation::feed(std::string_view payload, OutputCounter& counter, std::string& out) {
    AnswerFindings findings;
    Listener listener(findings, counter);
    for (const chat::Event& event : decoder_->decode(payload)) {
        write(event, out);
        if (!shown_) continue;    // the client has no place for it: it is no output, and ends nothing
        std::visit([&](const auto& kind) { listener.on(kind); }, event);
        if (std::holds_alternative<chat::ChoiceNamed>(event)) finished_.try_emplace(choice_, false);
        if (std::holds_alternative<chat::Finished>(event)) finished_[choice_] = true;
    }
    findings.finished = std::ranges::all_of(finished_, [](const auto& choice) { return choice.second; });
    return findings;
}

void StreamTranslation::write(const chat::Event& event, std::string& out) {
    if (const auto* const named = std::get_if<chat::ChoiceNamed>(&event)) {
        choice_ = named->choice;
        shown_ = encoder_->select(choice_);
        return;
    }
    if (!shown_) return;
    if (const auto* const started = std::get_if<chat::CallStarted>(&event)) {
        chat::CallStarted own = *started;
        if (tools_.wraps(started->name)) {
            own.kind = chat::CallKind::Custom;
            wrapped_[{choice_, started->call}].clear();
        }
        own.name = tools_.original(started->name);
        return encoder_->write(own, out);
    }
    if (const auto* const arguments = std::get_if<chat::CallArguments>(&event)) {
        const auto found = wrapped_.find({choice_, arguments->call});
        if (found == wrapped_.end()) return encoder_->write(event, out);
        found->second.append(arguments->fragment);
        return;
    }
    const auto* const ended = std::get_if<chat::CallEnded>(&event);
    if (ended == nullptr || !end_wrapped({choice_, ended->call}, out)) encoder_->write(event, out);
}

bool StreamTranslation::end_wrapped(const Call& call, std::string& out) {
    const auto found = wrapped_.find(call);
    if (found == wrapped_.end()) return false;
    const FreeInput input = unwrap_input(found->second);
    const auto [choice, number] = call;
    wrapped_.erase(found);
    if (!encoder_->select(choice)) return true;
    encoder_->write(chat::CallArguments{number, input.text}, out);
    encoder_->write(chat::CallEnded{number, input.cut}, out);
    return true;
}

void StreamTranslation::finish(std::string& out) {
    while (!wrapped_.empty()) end_wrapped(Call(wrapped_.begin()->first), out);
    encoder_->finish(out);
}

bool StreamTranslation::fail(const ClientError& error, std::string& out) {
    return encoder_->fail(error, out);
}

}    // namespace opusclaw::dialect
