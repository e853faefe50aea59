// dialect/gemini/decode_tools.cpp: tools and the choice among them of a generateContent request (spec 06 section 9).
#include "base/text.h"
#include "dialect/gemini/fields.h"
#include "dialect/gemini/parts.h"
#include "dialect/schema_mends.h"
#include "dialect/schema_types.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::ChoiceMode;
using chat::Request;
using chat::ToolKind;
using json::View;

void read_function(Request& request, const View& declaration) {
    chat::Tool tool{.kind = ToolKind::Function};
    std::optional<View> schema, plain;
    each_field(declaration, [&](std::string_view key, const View& value) {
        if (key == "name") tool.name = request.pool.string(value).value_or("");
        if (key == "description") tool.description = request.pool.string(value).value_or("");
        if (key == "parameters") schema = value;
        if (key == "parametersJsonSchema") plain = value;
    });
    // The types of this dialect's own schemas are spelled for it alone; a JSON Schema is what everybody reads.
    if (schema) {
        tool.parameters = request.pool.keep(with_plain_counts(normalised_schema(schema->raw())));
    } else if (plain) {
        tool.parameters = plain->raw();
    }
    request.tools.push_back(tool);
}

ToolKind hosted_kind(std::string_view name) {
    if (name == "googleSearch" || name == "googleSearchRetrieval") return ToolKind::WebSearch;
    if (name == "codeExecution") return ToolKind::CodeExecution;
    return name == "urlContext" ? ToolKind::UrlReading : ToolKind::Hosted;
}

void read_tool(Request& request, const View& tool) {
    each_field(tool, [&request](std::string_view key, const View& value) {
        if (key != "functionDeclarations") {
            const std::string_view name = request.pool.keep(std::string(key));
            request.tools.push_back({.kind = hosted_kind(name), .name = name});
            return;
        }
        if (value.type() == json::Type::Object) read_function(request, value);
        value.each_item([&request](const View& declaration) {
            if (declaration.type() == json::Type::Object) read_function(request, declaration);
            return true;
        });
    });
}

}    // namespace

void read_tools(Request& request, const View& tools) {
    request.tools.clear();    // of equal members the last counts
    if (tools.type() == json::Type::Object) read_tool(request, tools);
    tools.each_item([&request](const View& tool) {
        read_tool(request, tool);
        return true;
    });
}

void read_tool_config(Request& request, const View& config) {
    const auto calling = find_field(config, "functionCallingConfig");
    if (find_field(config, "retrievalConfig")) request.left_behind.emplace_back("retrievalConfig");
    if (!calling) return;
    const auto word = find_field(*calling, "mode");
    const std::string mode = word ? text::lower(request.pool.string(*word).value_or("")) : std::string();
    chat::ToolChoice choice;
    if (mode == "none") choice.mode = ChoiceMode::None;
    if (mode == "any") choice.mode = ChoiceMode::Required;
    std::vector<std::string_view> names;
    if (const auto allowed = find_field(*calling, "allowedFunctionNames")) {
        allowed->each_item([&](const View& name) {
            names.push_back(request.pool.string(name).value_or(""));
            return true;
        });
    }
    if (choice.mode == ChoiceMode::Required && names.size() == 1) {
        choice.mode = ChoiceMode::Named;
        choice.name = names.front();
    } else if (!names.empty() && choice.mode != ChoiceMode::None) {
        choice.allowed = std::move(names);
    }
    if (!mode.empty() || choice.allowed) request.tool_choice = std::move(choice);
}

}    // namespace opusclaw::dialect::gemini
