// dialect/anthropic/encode_tools.cpp: tools and the choice among them as the provider takes them (spec 06 section 9): every schema
// is one of an object, free-form tools are functions with one text.
#include <unordered_set>

#include "dialect/anthropic/parts.h"
#include "dialect/web_search.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::ChoiceMode;
using chat::Tool;
using chat::ToolKind;

constexpr std::string_view kEmptySchema = R"({"type":"object","properties":{}})";

/// The schema with the type that the provider demands, and without nulls where it wants a list or an object.
std::string object_schema(std::string_view parameters) {
    if (parameters.empty()) return std::string(kEmptySchema);
    const json::View schema = json::view_of(parameters);
    if (schema.type() != json::Type::Object) return std::string(kEmptySchema);
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("type", "object");
    schema.each_member([&writer](std::string_view key, const json::View& value) {
        const bool dropped = key == "type" || (value.is_null() && (key == "required" || key == "properties"));
        if (!dropped) writer.member_raw(key, value.raw());
        return true;
    });
    writer.end_object();
    return out;
}

void write_function(const Encoding& encoding, const Tool& tool) {
    json::Writer& writer = encoding.writer;
    writer.begin_object().member("name", encoding.tools.sent(tool.name));
    if (!tool.description.empty()) writer.member("description", tool.description);
    const bool custom = tool.kind == ToolKind::Custom;
    writer.member_raw("input_schema", custom ? std::string(kInputSchema) : object_schema(tool.parameters));
    if (!tool.cache_control.empty()) writer.member_raw("cache_control", tool.cache_control);
    writer.end_object();
}

std::optional<std::int64_t> uses_of(const chat::WebSearch& search) {
    if (search.max_uses) return search.max_uses;
    if (search.context_size == "low") return 1;
    if (search.context_size == "medium") return 5;
    if (search.context_size == "high") return 10;
    return std::nullopt;
}

void write_search(json::Writer& writer, const chat::WebSearch& search) {
    writer.begin_object().member("type", "web_search_20250305").member("name", "web_search");
    writer.member_if("max_uses", uses_of(search));
    if (!search.allowed_domains.empty()) writer.member_raw("allowed_domains", search.allowed_domains);
    if (!search.blocked_domains.empty()) writer.member_raw("blocked_domains", search.blocked_domains);
    if (has_place(search)) {
        writer.key("user_location").begin_object().member("type", "approximate");
        write_place(writer, search);
        writer.end_object();
    }
    writer.end_object();
}

/// The tools that the choice leaves to the model; nullopt: all.
std::optional<std::unordered_set<std::string_view>> allowed_names(const chat::Request& request) {
    if (!request.tool_choice || !request.tool_choice->allowed) return std::nullopt;
    const auto& names = *request.tool_choice->allowed;
    return std::unordered_set<std::string_view>(names.begin(), names.end());
}

/// The tools that have a form here; the rest is noted.
std::vector<const Tool*> writable_tools(const Encoding& encoding) {
    const auto allowed = allowed_names(encoding.request);
    std::vector<const Tool*> tools;
    for (const Tool& tool : encoding.request.tools) {
        const bool function = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
        if (!function && tool.kind != ToolKind::WebSearch) {
            encoding.notes.add(tool.name);
        } else if (!tool.name.empty() && (!allowed || allowed->contains(tool.name))) {
            tools.push_back(&tool);
        }
        if (tool.strict == true) encoding.notes.add("strict");
    }
    return tools;
}

std::string_view type_of(ChoiceMode mode) {
    switch (mode) {
        case ChoiceMode::Auto: return "auto";
        case ChoiceMode::None: return "none";
        case ChoiceMode::Required: return "any";
        case ChoiceMode::Named: break;
    }
    return "tool";
}

void write_choice(const Encoding& encoding) {
    const chat::Request& request = encoding.request;
    if (!request.tool_choice && !request.parallel_tools) return;
    const chat::ToolChoice choice = request.tool_choice.value_or(chat::ToolChoice{});
    json::Writer& writer = encoding.writer;
    writer.key("tool_choice").begin_object().member("type", type_of(choice.mode));
    if (choice.mode == ChoiceMode::Named) {
        const bool search = demanded_hosted(request).has_value();
        writer.member("name", search ? std::string("web_search") : encoding.tools.sent(choice.name));
    }
    if (request.parallel_tools && choice.mode != ChoiceMode::None)
        writer.member("disable_parallel_tool_use", !*request.parallel_tools);
    writer.end_object();
}

}    // namespace

void write_tools(const Encoding& encoding) {
    const auto demanded = demanded_hosted(encoding.request);
    if (demanded && demanded != ToolKind::WebSearch) refuse_demanded();
    const std::vector<const Tool*> tools = writable_tools(encoding);
    if (tools.empty()) return;
    encoding.writer.key("tools").begin_array();
    for (const Tool* const tool : tools) {
        if (tool->kind == ToolKind::WebSearch) {
            write_search(encoding.writer, tool->search.value_or(chat::WebSearch{}));
        } else {
            write_function(encoding, *tool);
        }
    }
    encoding.writer.end_array();
    write_choice(encoding);
}

}    // namespace opusclaw::dialect::anthropic
