// dialect/request_fields.cpp: rows are few, so they are looked through one after the other. Which rows a dialect has stands in its
// decode_request.cpp.
#include "dialect/request_fields.h"

#include <algorithm>
#include <string>

namespace opusclaw::dialect {

void read_field(std::span<const RequestField> fields, chat::Request& request, std::string_view key,
                const json::View& value) {
    const auto field = std::ranges::find(fields, key, &RequestField::name);
    if (field != fields.end()) return field->read(request, value);
    request.left_behind.push_back(request.pool.keep(std::string(key)));
}

std::optional<std::int64_t> positive(const json::View& value) {
    const auto number = value.as_int();
    return number && *number > 0 ? number : std::nullopt;
}

void take_texts(chat::Request& request, const json::View& list, std::vector<std::string_view>& texts) {
    list.each_item([&](const json::View& item) {
        const std::string_view text = request.pool.string(item).value_or("");
        if (!text.empty()) texts.push_back(text);
        return true;
    });
}

chat::OutputFormat described_format(chat::Request& request, const json::View& described) {
    chat::OutputFormat format{.kind = chat::FormatKind::JsonSchema};
    format.name = request.pool.string_at(described, "name");
    format.description = request.pool.string_at(described, "description");
    const auto schema = described.find("schema");
    format.schema = schema ? schema->raw() : std::string_view("{}");
    if (const auto strict = described.find("strict")) format.strict = strict->as_bool();
    return format;
}

bool keep_openai_member(chat::Request& request, std::string_view key, const json::View& value) {
    const auto member = std::ranges::find(kOpenaiMembers, key, &OpenaiMember::name);
    if (member == kOpenaiMembers.end()) return false;
    request.openai.*(member->place) = value.raw();
    return true;
}

}    // namespace opusclaw::dialect
