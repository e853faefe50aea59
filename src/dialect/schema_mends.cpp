// dialect/schema_mends.cpp: a schema is walked only where its text gives a reason to.
#include "dialect/schema_mends.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dialect/schema_walk.h"

namespace opusclaw::dialect {
namespace {

using json::View;
using json::Writer;

bool is_array(const View& type) {
    if (const auto name = type.as_string()) return type_name(*name) == "array";
    bool any = false;
    type.each_item([&any](const View& entry) {
        any = any || is_array(entry);
        return !any;
    });
    return any;
}

struct Items {
    static void write_member(std::string_view key, const View& value, Writer& writer) {
        writer.member_raw(key, value.raw());
    }
    static void close(const View& schema, Writer& writer) {
        const auto type = schema.find("type");
        if (type && is_array(*type) && !schema.find("items")) writer.key("items").begin_object().end_object();
    }
};

constexpr std::array<std::string_view, 6> kCounts = {"minItems",  "maxItems",      "minLength",
                                                     "maxLength", "minProperties", "maxProperties"};

struct PlainCounts {
    static void write_member(std::string_view key, const View& value, Writer& writer) {
        const auto number = is_one_of(key, kCounts) ? text::parse_int(value.as_string().value_or(""))
                                                    : std::nullopt;
        number ? writer.member(key, *number) : writer.member_raw(key, value.raw());
    }
    static void close(const View& /*schema*/, Writer& /*writer*/) {}
};

bool holds_any(std::string_view text, std::span<const std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}    // namespace

std::string with_items_told(std::string_view schema) {
    constexpr std::array<std::string_view, 2> kArrays = {"array", "ARRAY"};
    std::string told = holds_any(schema, kArrays) ? walked_schema<Items>(schema) : std::string(schema);
    const View root = json::view_of(told);
    const auto type = root.find("type");
    const bool object = type && type_name(type->as_string().value_or("")) == "object";
    if (object && !root.find("properties")) told.insert(1, R"("properties":{},)");
    return told;
}

std::string with_plain_counts(std::string_view schema) {
    return holds_any(schema, kCounts) ? walked_schema<PlainCounts>(schema) : std::string(schema);
}

}    // namespace opusclaw::dialect
