// dialect/anthropic/decode_request.cpp: the members of a Messages request, one row each, and its tools (spec 06 sections 5, 7, 9,
// 11.1, 12). Messages have a file of their own.
#include <array>

#include "base/unfit.h"
#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/parts.h"
#include "dialect/request_fields.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::ChoiceMode;
using chat::Request;
using chat::ToolKind;
using json::View;

void read_stop(Request& request, const View& value) {
    request.sampling.stop.clear();
    take_texts(request, value, request.sampling.stop);
}

void read_limit(Request& request, const View& value) {
    if (const auto limit = positive(value)) request.output_limit = limit;
}

void read_thinking(Request& request, const View& value) {
    const std::string_view type = request.pool.string_at(value, "type");
    chat::ReasoningIntent& intent = request.reasoning;
    if (type == "enabled") intent.thinking = chat::Thinking::Enabled;
    if (type == "adaptive") intent.thinking = chat::Thinking::Adaptive;
    if (type == "disabled") intent.thinking = chat::Thinking::Disabled;
    const auto budget = value.find("budget_tokens");
    if (budget && type == "enabled") intent.budget = budget->as_int();
}

void read_output_format(Request& request, const View& value) {
    const auto schema = value.find("schema");
    if (request.pool.string_at(value, "type") != "json_schema" || !schema) return;
    request.format = chat::OutputFormat{.kind = chat::FormatKind::JsonSchema, .schema = schema->raw()};
}

void read_output_config(Request& request, const View& value) {
    if (const auto effort = chat::effort_named(request.pool.string_at(value, "effort")))
        request.reasoning.effort = effort;
    if (const auto format = value.find("format")) read_output_format(request, *format);
}

using chat::Sampling;
constexpr std::array kFields = {
    RequestField{"model", [](Request& r, const View& v) { r.model = r.pool.string(v).value_or(""); }},
    RequestField{"system", read_system},
    RequestField{"messages", read_messages},
    RequestField{"max_tokens", read_limit},
    RequestField{"stop_sequences", read_stop},
    RequestField{"temperature", read_number<&Sampling::temperature>},
    RequestField{"top_p", read_number<&Sampling::top_p>},
    RequestField{"top_k", read_number<&Sampling::top_k>},
    RequestField{"stream", [](Request& r, const View& v) { r.stream = v.as_bool(); }},
    RequestField{"tools", read_tools},
    RequestField{"tool_choice", read_tool_choice},
    RequestField{"thinking", read_thinking},
    RequestField{"output_format", read_output_format},
    RequestField{"output_config", read_output_config},
};

chat::WebSearch read_search(Request& request, const View& tool) {
    chat::WebSearch search;
    if (const auto uses = tool.find("max_uses")) search.max_uses = uses->as_int();
    if (const auto place = tool.find("user_location")) {
        search.timezone = request.pool.string_at(*place, "timezone");
        search.country = request.pool.string_at(*place, "country");
        search.region = request.pool.string_at(*place, "region");
        search.city = request.pool.string_at(*place, "city");
    }
    if (const auto domains = tool.find("allowed_domains"); domains && !domains->is_null())
        search.allowed_domains = domains->raw();
    if (const auto domains = tool.find("blocked_domains"); domains && !domains->is_null())
        search.blocked_domains = domains->raw();
    return search;
}

ToolKind kind_of_type(std::string_view type) {
    if (type.empty() || type == "custom") return ToolKind::Function;
    if (type.starts_with("web_search_")) return ToolKind::WebSearch;
    if (type.starts_with("code_execution_")) return ToolKind::CodeExecution;
    return type.starts_with("web_fetch_") ? ToolKind::UrlReading : ToolKind::Hosted;
}

chat::Tool read_tool(Request& request, const View& value) {
    const std::string_view type = request.pool.string_at(value, "type");
    chat::Tool tool{.kind = kind_of_type(type)};
    tool.name = tool.kind == ToolKind::Function ? request.pool.string_at(value, "name") : type;
    tool.description = request.pool.string_at(value, "description");
    const auto schema = value.find("input_schema");
    if (schema && !schema->is_null()) tool.parameters = schema->raw();
    if (tool.kind == ToolKind::WebSearch) tool.search = read_search(request, value);
    tool.cache_control = cache_control_of(value);
    return tool;
}

/// Which tool of the provider's own is demanded. One that nobody else has cannot be, elsewhere.
void read_demanded(Request& request, const View& root) {
    const auto tools = root.find("tools");
    auto& choice = request.tool_choice;
    if (!tools || !choice || choice->mode != ChoiceMode::Named) return;
    tools->each_item([&](const View& tool) {
        if (request.pool.string_at(tool, "name") != choice->name) return true;
        choice->kind = kind_of_type(request.pool.string_at(tool, "type"));
        if (choice->kind == ToolKind::Hosted) refuse_demanded();
        return true;
    });
}

}    // namespace

std::string_view cache_control_of(const View& block) {
    const auto control = block.find("cache_control");
    return control && !control->is_null() ? control->raw() : std::string_view();
}

void read_tools(Request& request, const View& tools) {
    request.tools.clear();    // of equal members the last counts
    tools.each_item([&request](const View& tool) {
        request.tools.push_back(read_tool(request, tool));
        return true;
    });
}

void read_tool_choice(Request& request, const View& choice) {
    const std::string_view type = request.pool.string_at(choice, "type");
    if (const auto single = choice.find("disable_parallel_tool_use"); single && single->as_bool())
        request.parallel_tools = !*single->as_bool();
    if (type == "auto") request.tool_choice = chat::ToolChoice{.mode = ChoiceMode::Auto};
    if (type == "none") request.tool_choice = chat::ToolChoice{.mode = ChoiceMode::None};
    if (type == "any") request.tool_choice = chat::ToolChoice{.mode = ChoiceMode::Required};
    if (type != "tool") return;
    request.tool_choice = chat::ToolChoice{.mode = ChoiceMode::Named,
                                           .name = request.pool.string_at(choice, "name")};
}

Request decode_request(std::string_view body) {
    const json::Document document = json::Document::over(body);
    document.validate();    // what is passed on unread must be JSON all the same
    Request request;
    request.source = Dialect::Anthropic;
    document.root().each_member([&request](std::string_view key, const View& value) {
        if (!value.is_null()) read_field(kFields, request, key, value);
        return true;
    });
    read_demanded(request, document.root());
    return request;
}

}    // namespace opusclaw::dialect::anthropic
