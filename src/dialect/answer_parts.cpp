// dialect/answer_parts.cpp: see the header. Lenient with what providers send: what is not as expected counts as absent.
#include "dialect/answer_parts.h"

#include <string>

namespace opusclaw::dialect {

bool is_error(const json::View& error) {
    if (error.type() == json::Type::String) return !error.as_string().value_or("").empty();
    if (error.type() != json::Type::Object) return false;
    for (const std::string_view name : {"type", "message"}) {
        const auto value = error.find(name);
        if (value && !value->as_string().value_or("").empty()) return true;
    }
    return false;
}

bool take_text(const json::View& value, OutputCounter* counter) {
    if (const auto plain = value.as_plain_string()) {
        if (counter != nullptr) counter->add(*plain);
        return !plain->empty();
    }
    const auto text = value.as_string();
    if (!text || text->empty()) return false;
    if (counter != nullptr) counter->add(*text);
    return true;
}

void take_count(Usage& usage, std::span<const UsageMember> members, std::string_view key,
                const json::View& value) {
    for (const UsageMember& member : members) {
        if (member.name == key) usage.*member.place = value.as_int().value_or(0);
    }
}

void take_details(Usage& usage, std::span<const UsageMember> members, const json::View& details) {
    for (const UsageMember& member : members) usage.*member.place = 0;
    details.each_member([&](std::string_view key, json::View value) {
        take_count(usage, members, key, value);
        return true;
    });
}

void not_an_object() {
    throw_error(ErrorKind::UpstreamBroken, "bad_response_body", "the provider's answer is not a JSON object");
}

void not_json(std::string_view why) {
    throw Error(ErrorKind::UpstreamBroken, "bad_response_body",
                Message::literal("the provider's answer is not valid JSON"), std::string(why));
}

}    // namespace opusclaw::dialect
