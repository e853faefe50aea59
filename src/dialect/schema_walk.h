// dialect/schema_walk.h: a copy of a JSON Schema in which a rule has its say about the members of each node, wherever in it schemas stand
// (spec 06 section 14). What names things (`properties`) or is data (`default`) is never taken for a schema. Internal to dialect.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/schema_node.h"

namespace opusclaw::dialect {

/// Where schemas stand inside of a schema: by name, and alone or in a list.
inline constexpr std::array<std::string_view, 4> kSchemaMaps = {"properties", "$defs", "definitions",
                                                                "patternProperties"};
inline constexpr std::array<std::string_view, 7> kSchemas = {
    "items", "contains", "additionalProperties", "not", "anyOf", "oneOf", "allOf"};

/// Rule::write_member() writes a member that holds no schemas, Rule::close() adds what a node lacks. Both are static.
template <class Rule>
class SchemaWalk {
public:
    explicit SchemaWalk(json::Writer& writer) : writer_(writer) {}

    void write(const json::View& schema) {
        if (schema.type() == json::Type::Array) {
            writer_.begin_array();
            schema.each_item([this](const json::View& item) {
                write(item);
                return true;
            });
            writer_.end_array();
        } else if (schema.type() == json::Type::Object) {
            writer_.begin_object();
            schema.each_member([this](std::string_view key, const json::View& value) {
                write_member(key, value);
                return true;
            });
            Rule::close(schema, writer_);
            writer_.end_object();
        } else {
            writer_.raw(schema.raw());
        }
    }

private:
    void write_member(std::string_view key, const json::View& value) {
        if (is_one_of(key, kSchemas)) {
            writer_.key(key);
            return write(value);
        }
        if (!is_one_of(key, kSchemaMaps) || value.type() != json::Type::Object)
            return Rule::write_member(key, value, writer_);
        writer_.key(key).begin_object();
        value.each_member([this](std::string_view name, const json::View& schema) {
            writer_.key(name);
            write(schema);
            return true;
        });
        writer_.end_object();
    }

    json::Writer& writer_;
};

template <class Rule>
std::string walked_schema(std::string_view schema) {
    const json::Document document = json::Document::over(schema);
    std::string out;
    json::Writer writer(out);
    SchemaWalk<Rule>(writer).write(document.root());
    return out;
}

}    // namespace opusclaw::dialect
