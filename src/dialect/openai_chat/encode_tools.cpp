// dialect/openai_chat/encode_tools.cpp: tools, the choice among them and hosted tools as Chat has them (spec 06 section 9).
#include "dialect/openai_chat/parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::ChoiceMode;
using chat::Tool;
using chat::ToolKind;

void write_described(const Encoding& encoding, const Tool& tool) {
    json::Writer& writer = encoding.writer;
    const bool custom = tool.kind == ToolKind::Custom;
    const std::string_view kind = custom ? "custom" : "function";
    writer.begin_object().member("type", kind).key(kind).begin_object();
    writer.member("name", encoding.tools.sent(tool.name));
    if (!tool.description.empty()) writer.member("description", tool.description);
    if (!tool.parameters.empty()) writer.member_raw(custom ? "format" : "parameters", tool.parameters);
    writer.member_if("strict", tool.strict);
    writer.end_object().end_object();
}

/// How many searches a client allows, as the size of context that Chat has instead.
std::string_view context_size(const chat::WebSearch& search) {
    if (!search.context_size.empty()) return search.context_size;
    if (!search.max_uses) return {};
    if (*search.max_uses <= 1) return "low";
    return *search.max_uses <= 5 ? "medium" : "high";
}

void write_search_options(json::Writer& writer, const chat::WebSearch& search) {
    writer.key("web_search_options").begin_object();
    if (!context_size(search).empty()) writer.member("search_context_size", context_size(search));
    const bool placed = !search.timezone.empty() || !search.country.empty() || !search.region.empty() ||
                        !search.city.empty();
    if (placed) {
        writer.key("user_location").begin_object().member("type", "approximate");
        writer.key("approximate").begin_object();
        if (!search.timezone.empty()) writer.member("timezone", search.timezone);
        if (!search.country.empty()) writer.member("country", search.country);
        if (!search.region.empty()) writer.member("region", search.region);
        if (!search.city.empty()) writer.member("city", search.city);
        writer.end_object().end_object();
    }
    writer.end_object();
}

void write_hosted(const Encoding& encoding, const Tool& tool) {
    const bool search = tool.kind == ToolKind::WebSearch;
    if (search && encoding.target.profile.chat.search == SearchForm::Plugin) {
        encoding.writer.key("plugins").begin_array().begin_object().member("id", "web");
        encoding.writer.end_object().end_array();
    } else if (search && encoding.target.model.find("search") != std::string_view::npos) {
        write_search_options(encoding.writer, tool.search.value_or(chat::WebSearch{}));
    } else {
        encoding.notes.add(tool.name);
    }
}

bool is_described(const Tool& tool) {
    return (tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom) && !tool.name.empty();
}

void write_named(const Encoding& encoding, std::string_view name) {
    encoding.writer.begin_object().member("type", "function").key("function").begin_object();
    encoding.writer.member("name", encoding.tools.sent(name)).end_object().end_object();
}

std::string_view word_of(ChoiceMode mode) {
    switch (mode) {
        case ChoiceMode::None: return "none";
        case ChoiceMode::Required: return "required";
        case ChoiceMode::Auto:
        case ChoiceMode::Named: break;
    }
    return "auto";
}

void write_choice(const Encoding& encoding, const chat::ToolChoice& choice) {
    json::Writer& writer = encoding.writer.key("tool_choice");
    if (choice.allowed) {
        writer.begin_object().member("type", "allowed_tools").key("allowed_tools").begin_object();
        writer.member("mode", word_of(choice.mode)).key("tools").begin_array();
        for (const std::string_view name : *choice.allowed) write_named(encoding, name);
        writer.end_array().end_object().end_object();
    } else if (choice.mode == ChoiceMode::Named) {
        write_named(encoding, choice.name);
    } else {
        writer.value(word_of(choice.mode));
    }
}

}    // namespace

void write_tools(const Encoding& encoding) {
    const auto& tools = encoding.request.tools;
    bool searched = false;
    for (const Tool& tool : tools) {
        const bool described = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
        const bool again = tool.kind == ToolKind::WebSearch && searched;
        if (!described && !again) write_hosted(encoding, tool);
        searched = searched || tool.kind == ToolKind::WebSearch;
    }
    if (std::none_of(tools.begin(), tools.end(), is_described)) return;
    encoding.writer.key("tools").begin_array();
    for (const Tool& tool : tools) {
        if (is_described(tool)) write_described(encoding, tool);
    }
    encoding.writer.end_array();
    if (encoding.request.tool_choice) write_choice(encoding, *encoding.request.tool_choice);
    encoding.writer.member_if("parallel_tool_calls", encoding.request.parallel_tools);
}

}    // namespace opusclaw::dialect::openai_chat
