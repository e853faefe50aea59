// dialect/openai_responses/response_object.cpp: every member that the official clients count on is there; those of the request are its
// own where it had them (spec 06 section 15.2).
#include "dialect/openai_responses/response_object.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "dialect/openai_responses/codec.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using json::View;

/// What is repeated of a request, in the order of the list of its names.
constexpr std::array<std::string_view, 12> kShown = {"instructions",
                                                     "max_output_tokens",
                                                     "parallel_tool_calls",
                                                     "reasoning",
                                                     "temperature",
                                                     "text",
                                                     "tool_choice",
                                                     "tools",
                                                     "top_p",
                                                     "truncation",
                                                     "user",
                                                     "metadata"};

void write_error(json::Writer& writer, const ClientError* error, const Reply& reply) {
    if (error == nullptr) {
        writer.member_null("error");
        return;
    }
    writer.key("error").begin_object().member("code", error->code.empty() ? error->type : error->code);
    writer.member("message", shown_message(*error, reply.request_id)).end_object();
}

void write_usage(json::Writer& writer, const std::optional<Usage>& usage) {
    if (!usage) {
        writer.member_null("usage");
        return;
    }
    const bool anthropic = usage->semantics == UsageSemantics::Anthropic;
    const std::int64_t input = anthropic ? usage->prompt + usage->cached_read + usage->written_to_cache()
                                         : usage->prompt;
    const std::int64_t sum = input + usage->completion;
    writer.key("usage").begin_object().member("input_tokens", input);
    writer.key("input_tokens_details").begin_object().member("cached_tokens", usage->cached_read);
    writer.end_object().member("output_tokens", usage->completion);
    writer.key("output_tokens_details").begin_object().member("reasoning_tokens", usage->reasoning);
    writer.end_object().member("total_tokens", anthropic || usage->total == 0 ? sum : usage->total);
    writer.end_object();
}

/// Writes the members that a request gave, and what stands for those that it did not.
class ShownRequest {
public:
    ShownRequest(json::Writer& writer, const std::string& shown)
        : writer_(writer),
          document_(json::Document::over(shown.empty() ? kNothing : std::string_view(shown))) {}

    void write(std::string_view name, std::string_view otherwise) {
        const auto value = document_.root().find(name);
        writer_.member_raw(name, value ? value->raw() : otherwise);
    }

    /// An object of which some members are always there.
    void write_object(std::string_view name,
                      std::span<const std::pair<std::string_view, std::string_view>> members) {
        const auto value = document_.root().find(name);
        writer_.key(name).begin_object();
        for (const auto& [member, otherwise] : members) {
            const auto own = value ? value->find(member) : std::nullopt;
            writer_.member_raw(member, own ? own->raw() : otherwise);
        }
        if (value) {
            value->each_member([&](std::string_view member, const View& own) {
                const bool written = std::any_of(members.begin(), members.end(),
                                                 [member](const auto& row) { return row.first == member; });
                if (!written) writer_.member_raw(member, own.raw());
                return true;
            });
        }
        writer_.end_object();
    }

private:
    static constexpr std::string_view kNothing = "{}";

    json::Writer& writer_;
    json::Document document_;
};

using Row = std::pair<std::string_view, std::string_view>;
constexpr std::array<Row, 2> kReasoning = {Row{"effort", "null"}, Row{"summary", "null"}};
constexpr std::array<Row, 1> kText = {Row{"format", R"({"type":"text"})"}};

}    // namespace

void set_end(ResponseState& state, std::optional<chat::Finish> finish) {
    state.status = "completed";
    if (finish == chat::Finish::TokenLimit) state.incomplete_reason = "max_output_tokens";
    if (finish == chat::Finish::Filtered) state.incomplete_reason = "content_filter";
    if (!state.incomplete_reason.empty()) state.status = "incomplete";
}

void write_response(json::Writer& writer, const ResponseState& state, const Reply& reply) {
    ShownRequest request(writer, reply.shown_request);
    writer.begin_object().member("id", state.id).member("object", "response");
    writer.member("created_at", state.created).member("status", state.status);
    write_error(writer, state.error, reply);
    if (state.incomplete_reason.empty()) {
        writer.member_null("incomplete_details");
    } else {
        writer.key("incomplete_details").begin_object().member("reason", state.incomplete_reason);
        writer.end_object();
    }
    request.write("instructions", "null");
    request.write("max_output_tokens", "null");
    writer.member("model", state.model).key("output").begin_array();
    for (const std::string& item : state.output) writer.raw(item);
    writer.end_array();
    request.write("parallel_tool_calls", "true");
    writer.member_null("previous_response_id");
    request.write_object("reasoning", kReasoning);
    writer.member("store", false);
    request.write("temperature", "1");
    request.write_object("text", kText);
    request.write("tool_choice", R"("auto")");
    request.write("tools", "[]");
    request.write("top_p", "1");
    request.write("truncation", R"("disabled")");
    write_usage(writer, state.usage);
    request.write("user", "null");
    request.write("metadata", "{}");
    writer.end_object();
}

std::string shown_request(std::string_view body) {
    std::string out;
    json::Writer writer(out);
    try {
        const json::Document document = json::Document::over(body);
        document.validate();
        writer.begin_object();
        for (const std::string_view name : kShown) {
            const auto value = document.root().find(name);
            if (value && !value->is_null()) writer.member_raw(name, value->raw());
        }
        writer.end_object();
    } catch (const Error&) {
        out.clear();    // an answer to it is well-formed all the same
    }
    return out;
}

}    // namespace opusclaw::dialect::openai_responses
