// dialect/anthropic/encode_messages.cpp: the conversation as the provider demands it: turns that alternate, results first and
// directly behind their calls, nothing empty (spec 06 sections 8.3, 10.9).
#include "base/text.h"
#include "dialect/anthropic/parts.h"
#include "dialect/conversation.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Part;
using chat::Role;

constexpr std::string_view kPlaceholder = "...";

std::string_view without_trailing_blanks(std::string_view text) {
    const std::size_t end = text.find_last_not_of(" \t\n\v\f\r");
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

/// The text of a turn that the client gave as one plain string; nullptr: it has blocks.
const chat::Text* plain_string(const Turn& turn) {
    if (turn.messages.size() != 1) return nullptr;
    const chat::Message& message = turn.messages.front();
    if (message.form != chat::ContentForm::PlainString || message.parts.size() != 1) return nullptr;
    return std::get_if<chat::Text>(&message.parts.front());
}

class MessageWriter {
public:
    explicit MessageWriter(const Encoding& encoding)
        : encoding_(encoding), writer_(encoding.writer), names_(encoding.request) {}

    void write() {
        const std::vector<Turn> turns = turns_of(encoding_.request);
        if (turns.empty() || turns.front().role == Role::Assistant) {
            writer_.begin_object().member("role", "user").key("content").begin_array();
            BlockWriter(encoding_, writer_).text(kPlaceholder);
            writer_.end_array().end_object();
        }
        for (std::size_t i = 0; i < turns.size(); ++i) {
            const Turn* const before = i > 0 ? &turns[i - 1] : nullptr;
            last_ = i + 1 == turns.size();
            turns[i].role == Role::User ? write_user(before, turns[i]) : write_assistant(turns[i]);
        }
    }

private:
    void write_string(std::string_view role, std::string_view text) {
        const bool blank = text::trim(text).empty();
        writer_.begin_object().member("role", role).member("content", blank ? kPlaceholder : text);
        writer_.end_object();
    }

    /// `fill` writes the blocks; a message that stays without any gets the placeholder.
    template <class Fill>
    void write_blocks(std::string_view role, Fill fill) {
        writer_.begin_object().member("role", role).key("content").begin_array();
        BlockWriter blocks(encoding_, writer_);
        fill(blocks);
        if (blocks.count() == 0) blocks.text(kPlaceholder);
        writer_.end_array().end_object();
    }

    void write_user(const Turn* before, const Turn& turn) {
        const Pairing pairing = pair_calls(before, &turn);
        const chat::Text* const only = plain_string(turn);
        if (only != nullptr && pairing.unanswered.empty()) return write_string("user", only->text);
        write_blocks("user", [&](BlockWriter& blocks) {
            for (const Pairing::Answer& answer : pairing.answers)
                blocks.result(*answer.result, answer.call->id);
            for (const chat::ToolCall* const call : pairing.unanswered) blocks.result({}, call->id);
            for (const chat::ToolResult* const result : pairing.unmatched)
                blocks.text(unmatched_text(*result, names_.of(*result)));
            each_part(turn, [&](const Part& part) {
                if (const auto* const text = std::get_if<chat::Text>(&part))
                    blocks.text(text->text, text->cache_control);
                if (const auto* const media = std::get_if<chat::Media>(&part)) blocks.media(*media);
            });
        });
    }

    void write_assistant(const Turn& turn) {
        if (const chat::Text* const only = plain_string(turn))
            return write_string("assistant", last_ ? without_trailing_blanks(only->text) : only->text);
        const Part* end = nullptr;    // behind it nothing follows in the request
        if (last_) each_part(turn, [&end](const Part& part) { end = &part; });
        write_blocks("assistant", [&](BlockWriter& blocks) {
            each_part(turn, [&](const Part& part) {
                const auto* const text = &part == end ? std::get_if<chat::Text>(&part) : nullptr;
                if (text != nullptr) {
                    blocks.text(without_trailing_blanks(text->text), text->cache_control);
                } else {
                    write_said(blocks, part);
                }
            });
        });
    }

    static void write_said(BlockWriter& blocks, const Part& part) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) {
            blocks.text(text->text, text->cache_control);
        } else if (const auto* const refusal = std::get_if<chat::Refusal>(&part)) {
            blocks.text(refusal->text);
        } else if (const auto* const call = std::get_if<chat::ToolCall>(&part)) {
            blocks.call(*call);
        } else if (const auto* const reasoning = std::get_if<chat::Reasoning>(&part)) {
            blocks.reasoning(*reasoning);
        }
    }

    template <class Use>
    static void each_part(const Turn& turn, Use use) {
        for (const chat::Message& message : turn.messages) {
            for (const Part& part : message.parts) use(part);
        }
    }

    const Encoding& encoding_;
    json::Writer& writer_;
    CallNames names_;
    bool last_ = false;
};

}    // namespace

void write_messages(const Encoding& encoding) {
    encoding.writer.key("messages").begin_array();
    MessageWriter(encoding).write();
    encoding.writer.end_array();
}

}    // namespace opusclaw::dialect::anthropic
