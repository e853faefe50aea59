// dialect/anthropic/decode_response.cpp: a whole Messages answer (spec 06 sections 15.1, 18, 19.2).
#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/finish.h"
#include "dialect/anthropic/usage_json.h"
#include "dialect/broken_answer.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Choice;
using chat::Response;
using json::View;

/// A stream's answer and a whole one name the same values; this one has them all at once.
class AnswerReader {
public:
    AnswerReader(Response& response, const View& root) : response_(response), root_(root) {}

    void read() {
        const auto error = root_.find("error");
        if (error && !error->is_null() && !root_.find("content")) {
            response_.error = read_error_inside(root_);
            return;
        }
        response_.id = text("id");
        response_.model = text("model");
        Choice choice;
        if (const auto content = root_.find("content")) {
            content->each_item([&](const View& block) {
                read_block(block, choice);
                return true;
            });
        }
        const std::string_view reason = text("stop_reason");
        if (!reason.empty()) choice.finish = read_finish(reason);
        if (choice.finish == chat::Finish::Unknown) choice.finish_text = reason;
        choice.finish = chat::finish_beside_calls(choice.finish, choice.parts);
        response_.choices.push_back(std::move(choice));
        const auto usage = root_.find("usage");
        if (usage && usage->type() == json::Type::Object) take_usage(response_.usage.emplace(), *usage);
    }

private:
    std::string_view text(std::string_view key) { return response_.pool.string_at(root_, key); }

    void read_block(const View& block, Choice& choice) {
        chat::TextPool& pool = response_.pool;
        const std::string_view type = pool.string_at(block, "type");
        if (type == "text") {
            choice.parts.emplace_back(chat::Text{pool.string_at(block, "text"), {}});
            read_citations(block, choice);
        } else if (type == "thinking") {
            choice.parts.emplace_back(
                chat::Reasoning{pool.string_at(block, "thinking"),
                                opaque(pool.string_at(block, "signature"), chat::OpaqueKind::Signature)});
        } else if (type == "redacted_thinking") {
            choice.parts.emplace_back(
                chat::Reasoning{{}, opaque(pool.string_at(block, "data"), chat::OpaqueKind::Encrypted)});
        } else if (type == "tool_use") {
            choice.parts.emplace_back(chat::ToolCall{.id = pool.string_at(block, "id"),
                                                     .name = pool.string_at(block, "name"),
                                                     .arguments = pool.arguments(block.find("input"))});
        } else if (!type.empty()) {
            response_.worked = true;
        }
    }

    std::optional<chat::Opaque> opaque(std::string_view value, chat::OpaqueKind kind) const {
        if (value.empty()) return std::nullopt;
        return chat::Opaque{
            .origin = Dialect::Anthropic, .kind = kind, .model = response_.model, .value = value};
    }

    void read_citations(const View& block, Choice& choice) {
        const auto citations = block.find("citations");
        if (!citations) return;
        citations->each_item([&](const View& cited) {
            const std::string_view url = response_.pool.string_at(cited, "url");
            if (!url.empty())
                choice.citations.push_back({.url = url, .title = response_.pool.string_at(cited, "title")});
            return true;
        });
    }

    Response& response_;
    const View& root_;
};

}    // namespace

Response decode_response(std::string_view body) {
    Response response;
    with_answer_object(body, [&response](const View& root) { AnswerReader(response, root).read(); });
    return response;
}

}    // namespace opusclaw::dialect::anthropic
