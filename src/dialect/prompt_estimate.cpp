// dialect/prompt_estimate.cpp: the texts of a request (prompt_texts.h), joined by line ends, are counted (spec 05 section 10.2).
#include "dialect/prompt_estimate.h"

#include "dialect/prompt_texts.h"

namespace opusclaw::dialect {
namespace {

// What the chat format adds once.
constexpr std::int64_t kOnce = 3;

class TextCollector {
public:
    TextCollector(std::string_view model, Counting counting) : counter_(model, counting) {}

    bool take(const json::View& value, PromptText how) {
        if (how == PromptText::AsWritten) {
            add(value.raw());
        } else if (const auto plain = value.as_plain_string()) {
            add(*plain);
        } else if (const auto resolved = value.as_string()) {
            add(*resolved);
        }
        return true;
    }
    bool any() const { return any_; }
    std::int64_t tokens() const { return counter_.tokens(); }

private:
    void add(std::string_view piece) {
        if (any_) counter_.add("\n");
        any_ = true;
        counter_.add(piece);
    }

    TokenCounter counter_;
    bool any_ = false;
};

}    // namespace

std::int64_t estimate_chat_prompt(std::string_view model, std::string_view request_body, Counting counting) {
    TextCollector texts(model, counting);
    const std::int64_t extras = each_chat_text(
        request_body, [&texts](const json::View& text, PromptText how) { return texts.take(text, how); });
    return texts.any() ? texts.tokens() + extras + kOnce : 0;
}

std::int64_t estimate_embeddings_prompt(std::string_view model, std::string_view request_body,
                                        Counting counting) {
    TextCollector texts(model, counting);
    each_embeddings_text(request_body,
                         [&texts](const json::View& text, PromptText how) { return texts.take(text, how); });
    return texts.tokens();
}

std::int64_t estimate_responses_prompt(std::string_view model, std::string_view request_body,
                                       Counting counting) {
    TextCollector texts(model, counting);
    each_responses_text(request_body,
                        [&texts](const json::View& text, PromptText how) { return texts.take(text, how); });
    return texts.tokens();
}

std::int64_t estimate_messages_prompt(std::string_view model, std::string_view request_body,
                                      Counting counting) {
    TextCollector texts(model, counting);
    each_messages_text(request_body,
                       [&texts](const json::View& text, PromptText how) { return texts.take(text, how); });
    return texts.tokens();
}

std::int64_t estimate_gemini_prompt(std::string_view model, std::string_view request_body,
                                    Counting counting) {
    TextCollector texts(model, counting);
    each_gemini_text(request_body,
                     [&texts](const json::View& text, PromptText how) { return texts.take(text, how); });
    return texts.tokens();
}

}    // namespace opusclaw::dialect
