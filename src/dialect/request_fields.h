// dialect/request_fields.h: what the request decoders share: a row for each member, and how values that every dialect has are read
// (spec 06 section 7). Only for dialect.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/json/view.h"
#include "dialect/chat.h"

namespace opusclaw::dialect {

/// How one member is read. Null members never come here.
struct RequestField {
    std::string_view name;
    void (*read)(chat::Request& request, const json::View& value);
};
/// By the row of that name; a member without one is left behind.
void read_field(std::span<const RequestField> fields, chat::Request& request, std::string_view key,
                const json::View& value);

/// A limit or count of 0 means that it is absent: no provider takes it.
std::optional<std::int64_t> positive(const json::View& value);
/// The texts of a list that are not empty.
void take_texts(chat::Request& request, const json::View& list, std::vector<std::string_view>& texts);
/// The object that describes structured output: name, description, schema, strict.
chat::OutputFormat described_format(chat::Request& request, const json::View& described);

template <std::optional<chat::Number> chat::Sampling::*Place>
void read_number(chat::Request& request, const json::View& value) {
    request.sampling.*Place = chat::number_in(value);
}

/// A member that both OpenAI dialects have at the top, and that goes from one to the other as it is written.
struct OpenaiMember {
    std::string_view name;
    std::string_view chat::OpenaiExtension::*place;
};
inline constexpr std::array kOpenaiMembers = {
    OpenaiMember{"user", &chat::OpenaiExtension::user},
    OpenaiMember{"metadata", &chat::OpenaiExtension::metadata},
    OpenaiMember{"store", &chat::OpenaiExtension::store},
    OpenaiMember{"service_tier", &chat::OpenaiExtension::service_tier},
    OpenaiMember{"safety_identifier", &chat::OpenaiExtension::safety_identifier},
    OpenaiMember{"prompt_cache_key", &chat::OpenaiExtension::prompt_cache_key},
    OpenaiMember{"prompt_cache_retention", &chat::OpenaiExtension::prompt_cache_retention},
};
/// False: it is another.
bool keep_openai_member(chat::Request& request, std::string_view key, const json::View& value);

}    // namespace opusclaw::dialect
