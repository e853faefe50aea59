// dialect/collect_reply.h: one whole reply out of the events of a stream, for providers that stream to clients that did not ask for it
// (spec 06 section 15).
#pragma once

#include <map>
#include <vector>

#include "dialect/chat_event.h"

namespace opusclaw::dialect::chat {

class ReplyCollector {
public:
    void add(const Event& event);
    /// A finish reason or the provider's terminal event came.
    bool complete() const { return complete_; }
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
    void on(const ChoiceNamed& named) { others_ = named.choice != 0; }
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
    void on(const Ended&) { complete_ = true; }
    template <class Kind>
    Draft& growing();
    std::string_view keep(std::string_view text) { return response_.pool.keep(std::string(text)); }

    Response response_;
    std::vector<Draft> drafts_;
    std::map<std::size_t, std::size_t> calls_;    // by their number in the reply: the place among the drafts
    std::vector<Citation> citations_;
    std::optional<Finish> finish_;
    std::string_view finish_text_;
    bool complete_ = false;
    bool others_ = false;    // what comes belongs to another choice than the first, the one that is kept
};

}    // namespace opusclaw::dialect::chat
