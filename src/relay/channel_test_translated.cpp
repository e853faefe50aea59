// relay/channel_test_translated.cpp: translation in front of relay/channel_test_answer.
#include "relay/channel_test_translated.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "relay/answer_results.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

dialect::Reply reply_to_test(const Conversion& conversion) {
    return {.request_id = "test", .model = std::string(conversion.route.model.name)};
}

Failure failure_of(const dialect::ClientError& error) {
    Failure failure;
    failure.client = error;
    failure.client.message = "upstream error: " + error.message;
    failure.detail = failure.client.message;
    return failure;
}

/// Vectors, or the images of a chat, told as the test expects them. An error inside is judged as it came.
TestAnswer judge_results(const Conversion& conversion, std::string_view body, TestKind kind,
                         dialect::OutputCounter& counter) {
    const bool images = conversion.kind == Converted::Images;
    TestAnswer answer;
    try {
        const PaddedBuffer padded(body);
        const dialect::AnswerFacts facts = conversion.route.form->reader->read_answer(padded.view());
        answer = judge_body(
            facts.error ? std::string(body) : translated_results(conversion, padded.view(), {}),
            images ? TestKind::Image : kind, counter);
        if (images) answer.usage = facts.usage;
    } catch (const Error& error) {
        answer.failure = Failure::of(error, Language::English);
    }
    return answer;
}

}    // namespace

TestAnswer judge_translated_body(const Conversion& conversion, std::string_view body, TestKind kind,
                                 dialect::OutputCounter& counter) {
    if (conversion.kind != Converted::Conversation) return judge_results(conversion, body, kind, counter);
    TestAnswer answer;
    dialect::OutputCounter unused(conversion.route.model.name);
    try {
        const PaddedBuffer padded(body);
        dialect::AnswerTranslation translation(conversion.pair, padded.view(), unused);
        const dialect::AnswerFindings& findings = translation.findings();
        if (findings.error) {
            answer.failure = failure_of(*findings.error);
            return answer;
        }
        answer = judge_body(translation.write(conversion.tools, reply_to_test(conversion)), kind, counter);
        if (findings.usage) answer.usage = findings.usage;
    } catch (const Error& error) {
        answer.failure = Failure::of(error, Language::English);
    }
    return answer;
}

TranslatedTestStream::TranslatedTestStream(const Conversion& conversion, TestKind kind,
                                           dialect::OutputCounter& counter)
    : translation_(conversion.pair, conversion.tools, reply_to_test(conversion)),
      unused_(conversion.route.model.name),
      judge_(kind, counter) {}

void TranslatedTestStream::take(std::string_view payload) {
    constexpr std::string_view kData = "data: ";
    std::string frames;
    try {
        const dialect::AnswerFindings findings = translation_.feed(payload, unused_, frames);
        if (findings.usage) usage_ = findings.usage;
        if (findings.error && !failure_) failure_ = failure_of(*findings.error);
    } catch (const Error&) {
        // As in the relay's own streams; whether anything came is judged at the end.
    }
    for (std::size_t at = frames.find(kData); at != std::string::npos; at = frames.find(kData, at)) {
        at += kData.size();
        const std::size_t end = std::min(frames.find("\n\n", at), frames.size());
        judge_.take(std::string_view(frames).substr(at, end - at));
        at = end;
    }
}

TestAnswer TranslatedTestStream::finish(std::size_t bytes) {
    TestAnswer answer = judge_.finish(bytes);
    if (failure_) answer.failure = std::move(failure_);
    if (usage_) answer.usage = usage_;
    return answer;
}

}    // namespace opusclaw::relay
