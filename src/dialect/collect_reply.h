// dialect/collect_reply.h: one whole reply out of the events of a stream, for providers that stream to clients that did not ask for it
// (spec 06 section 15).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/chat_event.h"

namespace opusclaw::dialect::chat {

class ReplyCollector {
public:
    ReplyCollector() = default;
    ReplyCollector(const ReplyCollector&) = delete;
    ReplyCollector& operator=(const ReplyCollector&) = delete;
    void add(const Event& event);
    /// Every choice had its finish reason, or the provider's terminal event came.
    bool complete() const;
    /// The reply so far; owns its texts. Once.
    Response take();

private:
    /// A part while it grows.
    struct Draft {
        Part part;
        std::string text;    // of a text, of reasoning, of a refusal; of a call its arguments
        bool open = true;
    };

    void on(const Started& started);
    void on(const ReasoningDelta& delta);
    void on(const ReasoningBreak&);
    void on(const Worked&) { response_.worked = true; }
    void on(const ChoiceNamed& named) { current_ = &choices_[named.choice]; }
    void on(const SignatureGiven& given);
    void on(const TextDelta& delta);
    void on(const RefusalDelta& delta);
    void on(const CallStarted& call);
    void on(const CallArguments& arguments);
    void on(const CallEnded&) {}
    void on(const MediaGiven& given);
    void on(const Cited& cited);
    void on(const Finished& finished);
    void on(const UsageReported& reported) { response_.usage = reported.usage; }
    void on(const Failed& failed) { response_.error = failed.error; }
    void on(const Ended&) { ended_ = true; }
    template <class Kind>
    Draft& growing();
    std::string_view keep(std::string_view text) { return response_.pool.keep(std::string(text)); }

    /// One choice while it grows.
    struct Growing {
        std::vector<Draft> drafts;
        std::map<std::size_t, std::size_t>
            calls;    // by their number in the choice: the place among the drafts
        std::vector<Citation> citations;
        std::optional<Finish> finish;
        std::string_view finish_text;
    };
    Choice whole(Growing& growing);

    Response response_;
    std::map<std::size_t, Growing> choices_{{0, {}}};    // the first is always there
    Growing* current_ = &choices_[0];                    // what comes belongs to it
    bool ended_ = false;
};

}    // namespace opusclaw::dialect::chat
