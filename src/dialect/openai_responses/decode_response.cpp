// dialect/openai_responses/decode_response.cpp: a whole Responses answer (spec 06 sections 15.1, 18, 19.2).
#include "base/text.h"
#include "dialect/broken_answer.h"
#include "dialect/openai_responses/answer_parts.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/parts.h"
#include "dialect/openai_responses/read.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Choice;
using chat::Response;
using json::View;

constexpr int kBadGateway = 502;

class AnswerReader {
public:
    AnswerReader(Response& response, const View& root) : response_(response), root_(root) {}

    void read() {
        const auto error = root_.find("error");
        if ((error && !error->is_null()) || text(root_, "status") == "failed") {
            response_.error = read_upstream_error(root_.raw(), kBadGateway);
            return;
        }
        // Its id names something that clients of other dialects cannot ask for (spec 06 section 21).
        response_.model = text(root_, "model");
        if (const auto created = root_.find("created_at")) response_.created = created->as_int();
        Choice choice;
        read_output(choice);
        choice.finish = chat::finish_beside_calls(finish_of(root_, response_.pool), choice.parts);
        response_.choices.push_back(std::move(choice));
        if (const auto usage = root_.find("usage")) response_.usage = read_usage(*usage);
    }

private:
    std::string_view text(const View& object, std::string_view key) {
        return response_.pool.string_at(object, key);
    }

    /// Some servers name their texts otherwise: those are taken when there is no `output_text` anywhere.
    void read_output(Choice& choice) {
        const auto output = root_.find("output");
        if (!output) return;
        const bool proper = has_output_text(*output);
        output->each_item([&](const View& item) {
            read_item(item, proper, choice);
            return true;
        });
    }

    bool has_output_text(const View& output) {
        bool found = false;
        output.each_item([&](const View& item) {
            const auto content = item.find("content");
            if (!content) return true;
            content->each_item([&](const View& part) {
                found = found || text(part, "type") == "output_text";
                return !found;
            });
            return !found;
        });
        return found;
    }

    void read_item(const View& item, bool proper, Choice& choice) {
        const std::string_view type = text(item, "type");
        response_.worked = response_.worked || (type != "message" && !type.empty());
        if (type == "message") {
            read_message(item, proper, choice);
        } else if (type == "reasoning") {
            chat::Reasoning reasoning{reasoning_in(item, response_.pool),
                                      opaque_of(item, response_.model, response_.pool)};
            if (!reasoning.text.empty() || reasoning.opaque) choice.parts.emplace_back(reasoning);
        } else if (type == "function_call" || type == "custom_tool_call") {
            read_call(item, type == "custom_tool_call", choice);
        } else if (type == "image_generation_call") {
            if (const auto picture = picture_of(item, response_.pool)) choice.parts.emplace_back(*picture);
        }
    }

    void read_message(const View& item, bool proper, Choice& choice) {
        const std::string_view role = text(item, "role");
        const auto content = item.find("content");
        if ((!role.empty() && role != "assistant") || !content) return;
        content->each_item([&](const View& part) {
            const std::string_view type = text(part, "type");
            const std::string_view said = text(part, "text");
            const std::string_view refusal = text(part, "refusal");
            if (!refusal.empty()) choice.parts.emplace_back(chat::Refusal{refusal});
            if (said.empty() || (proper && type != "output_text")) return true;
            choice.parts.emplace_back(chat::Text{said, {}});
            each_citation(part, response_.pool, [&](const chat::Citation& citation) {
                choice.citations.push_back(citation);
                return true;
            });
            return true;
        });
    }

    void read_call(const View& item, bool custom, Choice& choice) {
        chat::ToolCall call{.kind = custom ? chat::CallKind::Custom : chat::CallKind::Function};
        call.id = call_id_of(item, response_.pool);
        call.name = text::trim(text(item, "name"));
        call.arguments = response_.pool.arguments(item.find(custom ? "input" : "arguments"));
        if (!call.name.empty()) choice.parts.emplace_back(call);
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

}    // namespace opusclaw::dialect::openai_responses
