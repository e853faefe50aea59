// dialect/gemini/schema_spelling.cpp: see the header (spec 06 section 14.1).
#include "dialect/gemini/schema_spelling.h"

#include "base/text.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::Type;
using json::View;

constexpr std::array<std::string_view, 6> kTypes = {"object",  "array",  "string",
                                                    "integer", "number", "boolean"};
constexpr std::array<std::string_view, 4> kMaps = {"properties", "patternProperties", "$defs", "definitions"};
constexpr std::array<std::string_view, 4> kNodes = {"items", "additionalProperties", "not", "contains"};

void respell_each(const View& container, json::Writer& writer) {
    if (container.type() == Type::Array) {
        writer.begin_array();
        container.each_item([&writer](const View& item) {
            respell(item, writer);
            return true;
        });
        writer.end_array();
        return;
    }
    writer.begin_object();
    container.each_member([&writer](std::string_view name, const View& value) {
        respell(value, writer.key(name));
        return true;
    });
    writer.end_object();
}

}    // namespace

std::string known_type(std::string_view type) {
    std::string lower = text::lower(text::trim(type));
    return is_among(kTypes, lower) || lower == "null" ? lower : std::string(type);
}

void respell(const View& node, json::Writer& writer) {
    if (node.type() == Type::Array) return respell_each(node, writer);
    if (node.type() != Type::Object) {
        writer.raw(node.raw());
        return;
    }
    writer.begin_object();
    node.each_member([&writer](std::string_view name, const View& value) {
        writer.key(name);
        const bool list = is_among(kCombinators, name) && value.type() == Type::Array;
        if (name == "type" && value.type() == Type::String) {
            writer.value(known_type(value.as_string().value_or("")));
        } else if (list || (is_among(kMaps, name) && value.type() == Type::Object)) {
            respell_each(value, writer);
        } else if (is_among(kNodes, name)) {
            respell(value, writer);
        } else {
            writer.raw(value.raw());
        }
        return true;
    });
    writer.end_object();
}

}    // namespace opusclaw::dialect::gemini
