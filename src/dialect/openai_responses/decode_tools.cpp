// dialect/openai_responses/decode_tools.cpp: tools and the choice among them of a Responses request (spec 06 sections 8.5, 9).
#include <algorithm>
#include <array>

#include "dialect/openai_responses/parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::ChoiceMode;
using chat::Request;
using chat::ToolKind;
using json::View;

std::string_view raw_at(const View& object, std::string_view key) {
    const auto value = object.find(key);
    return value && !value->is_null() ? value->raw() : std::string_view();
}

/// The format of a free-form tool as Chat spells it, which is how the neutral model keeps it: a grammar has an object of its own.
std::string_view custom_format(Request& request, const View& tool) {
    const auto format = tool.find("format");
    if (!format || request.pool.string_at(*format, "type") != "grammar") return raw_at(tool, "format");
    std::string nested;
    json::Writer writer(nested);
    writer.begin_object().member("type", "grammar").key("grammar").begin_object();
    format->each_member([&writer](std::string_view key, const View& value) {
        if (key != "type") writer.member_raw(key, value.raw());
        return true;
    });
    writer.end_object().end_object();
    return request.pool.keep(std::move(nested));
}

chat::WebSearch read_search(Request& request, const View& tool) {
    chat::WebSearch search;
    search.context_size = request.pool.string_at(tool, "search_context_size");
    if (const auto place = tool.find("user_location")) {
        search.timezone = request.pool.string_at(*place, "timezone");
        search.country = request.pool.string_at(*place, "country");
        search.region = request.pool.string_at(*place, "region");
        search.city = request.pool.string_at(*place, "city");
    }
    if (const auto filters = tool.find("filters")) {
        search.allowed_domains = raw_at(*filters, "allowed_domains");
        search.blocked_domains = raw_at(*filters, "blocked_domains");
    }
    return search;
}

ToolKind kind_of(std::string_view type) {
    if (type == "function") return ToolKind::Function;
    if (type == "custom") return ToolKind::Custom;
    if (type.starts_with("web_search")) return ToolKind::WebSearch;
    return type == "code_interpreter" ? ToolKind::CodeExecution : ToolKind::Hosted;
}

chat::Tool read_tool(Request& request, const View& value) {
    const std::string_view type = request.pool.string_at(value, "type");
    chat::Tool tool{.kind = kind_of(type)};
    const bool described = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
    tool.name = described ? request.pool.string_at(value, "name") : type;
    if (!described && tool.kind != ToolKind::WebSearch) return tool;
    if (tool.kind == ToolKind::WebSearch) tool.search = read_search(request, value);
    tool.description = request.pool.string_at(value, "description");
    if (tool.kind == ToolKind::Function) tool.parameters = raw_at(value, "parameters");
    if (tool.kind == ToolKind::Custom) tool.parameters = custom_format(request, value);
    const auto strict = value.find("strict");
    if (strict && tool.kind == ToolKind::Function) tool.strict = strict->as_bool();
    return tool;
}

/// Hosted tools that a choice can force and that run at servers of this dialect only.
constexpr std::array<std::string_view, 8> kForcible = {"file_search", "image_generation", "mcp",
                                                       "computer",    "local_shell",      "shell",
                                                       "apply_patch", "tool_search"};

bool is_forcible(std::string_view type) {
    const bool known = std::find(kForcible.begin(), kForcible.end(), type) != kForcible.end();
    return known || type.starts_with("computer_use");
}

std::optional<ChoiceMode> mode_named(std::string_view name) {
    if (name == "auto") return ChoiceMode::Auto;
    if (name == "none") return ChoiceMode::None;
    if (name == "required") return ChoiceMode::Required;
    return std::nullopt;
}

chat::ToolChoice read_allowed(Request& request, const View& choice) {
    chat::ToolChoice out{
        .mode = mode_named(request.pool.string_at(choice, "mode")).value_or(ChoiceMode::Auto)};
    out.allowed.emplace();
    if (const auto tools = choice.find("tools")) {
        tools->each_item([&](const View& tool) {
            const std::string_view name = request.pool.string_at(tool, "name");
            out.allowed->push_back(name.empty() ? request.pool.string_at(tool, "type") : name);
            return true;
        });
    }
    return out;
}

}    // namespace

void read_tools(Request& request, const View& tools) {
    request.tools.clear();    // of equal members the last counts
    tools.each_item([&request](const View& tool) {
        request.tools.push_back(read_tool(request, tool));
        return true;
    });
}

void read_tool_choice(Request& request, const View& choice) {
    if (const auto word = request.pool.string(choice)) {
        if (const auto mode = mode_named(*word)) request.tool_choice = chat::ToolChoice{.mode = *mode};
        return;
    }
    const std::string_view type = request.pool.string_at(choice, "type");
    if (type == "allowed_tools") {
        request.tool_choice = read_allowed(request, choice);
        return;
    }
    chat::ToolChoice named{.mode = ChoiceMode::Named, .kind = kind_of(type)};
    const bool described = named.kind == ToolKind::Function || named.kind == ToolKind::Custom;
    if (is_forcible(type)) refuse_field("tool_choice");
    if (named.kind == ToolKind::Hosted) return;    // it says nothing that we know
    named.name = described ? request.pool.string_at(choice, "name") : type;
    if (!named.name.empty()) request.tool_choice = named;
}

}    // namespace opusclaw::dialect::openai_responses
