// dialect/gemini/encode_contents.cpp: the conversation as contents (spec 06 sections 8.4, 10.7, 10.10): results directly behind the calls
// that they answer and in their order, signatures on the parts that they belong to.
#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "dialect/conversation.h"
#include "dialect/envelope.h"
#include "dialect/gemini/parts.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Part;
using chat::Role;

/// A part of the model's content with the signature that goes with it. Without a part: the signature alone.
struct Signed {
    const Part* part = nullptr;
    std::string_view signature;
};

bool is_call(const Signed& item) {
    return item.part != nullptr && std::holds_alternative<chat::ToolCall>(*item.part);
}

/// Gives the signatures of one turn to its parts.
class Signing {
public:
    explicit Signing(const Encoding& encoding) : encoding_(encoding) {}

    std::vector<Signed> sign(const Turn& turn) {
        for (const chat::Message& message : turn.messages) {
            for (const Part& part : message.parts) take(part);
        }
        end_spoken();
        return std::move(items_);
    }
    bool any() const { return any_; }

private:
    void take(const Part& part) {
        if (const auto* const reasoning = std::get_if<chat::Reasoning>(&part)) return take_opaque(*reasoning);
        std::string_view signature;
        if (const auto* const call = std::get_if<chat::ToolCall>(&part)) {
            const auto own = by_call_.find(call->id);
            if (own != by_call_.end()) {
                signature = own->second;
            } else {
                signature = std::exchange(next_call_, {});
                if (signature.empty()) signature = std::exchange(spoken_, {});
            }
        } else if (std::holds_alternative<chat::Text>(part)) {
            signature = std::exchange(spoken_, {});
        }
        items_.push_back({&part, signature});
    }

    void take_opaque(const chat::Reasoning& reasoning) {
        const auto& opaque = reasoning.opaque;
        if (!opaque || !readable_by(*opaque, Dialect::Gemini, encoding_.plan.model)) {
            encoding_.notes.add("reasoning of earlier turns");
            return;
        }
        any_ = true;
        if (opaque->kind != chat::OpaqueKind::CallSignature) {
            end_spoken();
            spoken_ = opaque->value;
        } else if (opaque->call_id.empty()) {
            next_call_ = opaque->value;
        } else {
            by_call_[opaque->call_id] = opaque->value;
        }
    }

    /// What nothing followed is a part by itself.
    void end_spoken() {
        if (!spoken_.empty()) items_.push_back({nullptr, std::exchange(spoken_, {})});
    }

    const Encoding& encoding_;
    std::vector<Signed> items_;
    std::string_view next_call_, spoken_;
    std::unordered_map<std::string_view, std::string_view> by_call_;
    bool any_ = false;
};

class ContentWriter {
public:
    explicit ContentWriter(const Encoding& encoding)
        : encoding_(encoding), writer_(encoding.writer), names_(encoding.request) {}

    void write() {
        const std::vector<Turn> turns = turns_of(encoding_.request);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            if (turns[i].role == Role::Assistant) {
                write_model(turns[i]);
            } else {
                write_user(i > 0 ? &turns[i - 1] : nullptr, turns[i]);
            }
        }
        // A request that says all in its system prompt is one, too.
        if (!any_)
            write_content("user",
                          [](PartWriter& parts) { parts.text("...", {}, PartWriter::Signing::None); });
    }

private:
    /// `fill` writes parts; a content without any is left out.
    template <class Fill>
    void write_content(std::string_view role, Fill fill) {
        std::string text;
        json::Writer parts(text);
        parts.begin_array();
        PartWriter writer(encoding_, parts);
        fill(writer);
        parts.end_array();
        if (text == "[]") return;
        any_ = true;
        writer_.begin_object().member("role", role).member_raw("parts", text).end_object();
    }

    void write_model(const Turn& turn) {
        Signing signing(encoding_);
        std::vector<Signed> items = signing.sign(turn);
        if (encoding_.request.source == Dialect::OpenaiChat)
            std::stable_partition(items.begin(), items.end(), is_call);
        const bool bypass = encoding_.target.profile.gemini.signature_bypass && !signing.any();
        bool call_signed = !bypass || std::none_of(items.begin(), items.end(), is_call);
        const auto texts = bypass && call_signed ? PartWriter::Signing::Bypass : PartWriter::Signing::None;
        write_content("model", [&](PartWriter& parts) {
            for (const Signed& item : items) {
                const bool here = !call_signed && is_call(item) && says_something(item);
                write_part(parts, {item.part, here ? kBypass : item.signature}, texts);
                call_signed = call_signed || here;
            }
        });
    }

    static bool says_something(const Signed& item) {
        const auto& call = std::get<chat::ToolCall>(*item.part);
        return !call.name.empty() || !call.arguments.empty();
    }

    void write_part(PartWriter& parts, const Signed& item, PartWriter::Signing signing) {
        if (item.part == nullptr) return parts.bare_signature(item.signature);
        if (const auto* const text = std::get_if<chat::Text>(item.part))
            return parts.text(text->text, item.signature, signing);
        if (const auto* const refusal = std::get_if<chat::Refusal>(item.part))
            return parts.text(refusal->text, {}, signing);
        if (const auto* const call = std::get_if<chat::ToolCall>(item.part))
            return parts.call(*call, item.signature);
        if (const auto* const media = std::get_if<chat::Media>(item.part)) parts.media(*media);
    }

    /// Results by the calls of the turn before, in the order of the calls.
    struct Answers {
        std::unordered_map<const chat::ToolCall*, const chat::ToolResult*> by_call;
        std::vector<const chat::ToolResult*> others;
        bool any = false;
    };
    static Answers answers_of(const Turn* before, const Turn& turn) {
        const Pairing pairing = pair_calls(before, &turn);
        Answers answers{.others = pairing.unmatched};
        for (const Pairing::Answer& answer : pairing.answers) answers.by_call[answer.call] = answer.result;
        for (const chat::ToolCall* const call : pairing.unanswered) answers.by_call[call] = nullptr;
        answers.any = !answers.by_call.empty() || !answers.others.empty();
        return answers;
    }

    void write_user(const Turn* before, const Turn& turn) {
        const Answers answers = answers_of(before, turn);
        std::size_t next = 0;
        if (answers.any) {
            write_content("user", [&](PartWriter& parts) {
                write_answers(parts, before, answers);
                // What stands in one message with results stays beside them.
                for (; next < turn.messages.size() && has_result(turn.messages[next]); ++next)
                    write_said(parts, turn.messages[next]);
            });
        }
        for (; next < turn.messages.size(); ++next)
            write_content("user", [&](PartWriter& parts) { write_said(parts, turn.messages[next]); });
    }

    void write_answers(PartWriter& parts, const Turn* before, const Answers& answers) {
        std::vector<const chat::ToolResult*> written;
        if (before != nullptr && !answers.by_call.empty()) {
            for (const chat::Message& message : before->messages) {
                for (const Part& part : message.parts) {
                    const auto* const call = std::get_if<chat::ToolCall>(&part);
                    if (call != nullptr) written.push_back(write_answer(parts, *call, answers));
                }
            }
        }
        for (const chat::ToolResult* const result : answers.others) {
            parts.result(*result, name_of(*result));
            written.push_back(result);
        }
        for (const chat::ToolResult* const result : written) write_media_of(parts, *result);
    }

    /// The provider wants as many results as there were calls: one that is missing is written empty.
    const chat::ToolResult* write_answer(PartWriter& parts, const chat::ToolCall& call,
                                         const Answers& answers) {
        static const chat::ToolResult kNone;
        const chat::ToolResult* const given = answers.by_call.at(&call);
        const chat::ToolResult* const result = given != nullptr ? given : &kNone;
        parts.result(*result, call.name.empty() && given != nullptr ? name_of(*given) : call.name);
        return result;
    }

    std::string_view name_of(const chat::ToolResult& result) const {
        const std::string_view name = text::trim(names_.of(result));
        if (name.empty())
            refuse_conversion("missing function response name for tool_call_id " +
                              std::string(result.call_id));
        return name;
    }

    static void write_media_of(PartWriter& parts, const chat::ToolResult& result) {
        for (const chat::ResultPart& part : result.parts) {
            if (const auto* const media = std::get_if<chat::Media>(&part)) parts.media(*media);
        }
    }

    static bool has_result(const chat::Message& message) {
        return std::any_of(message.parts.begin(), message.parts.end(),
                           [](const Part& part) { return std::holds_alternative<chat::ToolResult>(part); });
    }

    static void write_said(PartWriter& parts, const chat::Message& message) {
        for (const Part& part : message.parts) {
            if (const auto* const text = std::get_if<chat::Text>(&part))
                parts.text(text->text, {}, PartWriter::Signing::None);
            if (const auto* const media = std::get_if<chat::Media>(&part)) parts.media(*media);
        }
    }

    const Encoding& encoding_;
    json::Writer& writer_;
    CallNames names_;
    bool any_ = false;    // something was written
};

}    // namespace

void write_contents(const Encoding& encoding) {
    encoding.writer.key("contents").begin_array();
    ContentWriter(encoding).write();
    encoding.writer.end_array();
}

}    // namespace opusclaw::dialect::gemini
