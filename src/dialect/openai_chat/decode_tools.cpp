// dialect/openai_chat/decode_tools.cpp: tools, the choice among them and the hosted search of a Chat request (spec 06 section 9).
#include "dialect/openai_chat/parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::ChoiceMode;
using chat::Request;
using chat::ToolKind;
using json::View;

/// JSON of a member; empty when it is absent or null.
std::string_view raw_at(const View& object, std::string_view key) {
    const auto value = object.find(key);
    return value && !value->is_null() ? value->raw() : std::string_view();
}

chat::Tool read_described(Request& request, const View& described, ToolKind kind) {
    chat::Tool tool{.kind = kind};
    tool.name = request.pool.string_at(described, "name");
    tool.description = request.pool.string_at(described, "description");
    tool.parameters = raw_at(described, kind == ToolKind::Custom ? "format" : "parameters");
    if (const auto strict = described.find("strict")) tool.strict = strict->as_bool();
    return tool;
}

std::string_view name_in(Request& request, const View& choice) {
    for (const std::string_view nested : {"function", "custom"}) {
        if (const auto object = choice.find(nested)) return request.pool.string_at(*object, "name");
    }
    return request.pool.string_at(choice, "name");
}

std::optional<ChoiceMode> mode_named(std::string_view name) {
    if (name == "auto") return ChoiceMode::Auto;
    if (name == "none") return ChoiceMode::None;
    if (name == "required" || name == "any") return ChoiceMode::Required;
    return std::nullopt;
}

chat::ToolChoice read_allowed(Request& request, const View& choice) {
    const View list = choice.find("allowed_tools").value_or(choice);
    chat::ToolChoice out{.mode = mode_named(request.pool.string_at(list, "mode")).value_or(ChoiceMode::Auto)};
    out.allowed.emplace();
    if (const auto tools = list.find("tools")) {
        tools->each_item([&](const View& tool) {
            out.allowed->push_back(name_in(request, tool));
            return true;
        });
    }
    return out;
}

}    // namespace

void read_tools(Request& request, const View& tools) {
    tools.each_item([&request](const View& tool) {
        const auto custom = tool.find("custom");
        const auto described = custom ? custom : tool.find("function");
        if (described) {
            const ToolKind kind = custom ? ToolKind::Custom : ToolKind::Function;
            request.tools.push_back(read_described(request, *described, kind));
        } else {
            const std::string_view type = request.pool.string_at(tool, "type");
            request.tools.push_back({.kind = ToolKind::Hosted, .name = type});
        }
        return true;
    });
}

void read_legacy_functions(Request& request, const View& functions) {
    functions.each_item([&request](const View& function) {
        request.tools.push_back(read_described(request, function, ToolKind::Function));
        return true;
    });
}

void read_tool_choice(Request& request, const View& choice) {
    if (const auto word = request.pool.string(choice)) {
        if (const auto mode = mode_named(*word)) request.tool_choice = chat::ToolChoice{.mode = *mode};
        return;
    }
    if (request.pool.string_at(choice, "type") == "allowed_tools") {
        request.tool_choice = read_allowed(request, choice);
        return;
    }
    const std::string_view name = name_in(request, choice);
    if (!name.empty()) request.tool_choice = chat::ToolChoice{.mode = ChoiceMode::Named, .name = name};
}

void read_web_search(Request& request, const View& options) {
    chat::WebSearch search;
    search.context_size = request.pool.string_at(options, "search_context_size");
    if (const auto place = options.at({"user_location", "approximate"})) {
        search.timezone = request.pool.string_at(*place, "timezone");
        search.country = request.pool.string_at(*place, "country");
        search.region = request.pool.string_at(*place, "region");
        search.city = request.pool.string_at(*place, "city");
    }
    request.tools.push_back({.kind = ToolKind::WebSearch, .name = "web_search", .search = search});
}

}    // namespace opusclaw::dialect::openai_chat
