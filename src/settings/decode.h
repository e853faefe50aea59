// settings/decode.h: option texts to typed values (spec 01 section 6.1 and the grammars of section 7). Internal to settings/.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.h"

namespace opusclaw::settings {

/// The text makes no sense, or its value is not allowed. what() is for the person who set it.
struct BadValue : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Flat keys and keys of modules (`module.field`) read scalars by different rules.
enum class KeyKind { Flat, Module };
/// Put: a person sets it; what is wrong is refused. Stored: it is in the table; what can be used of it is used.
enum class Source { Put, Stored };
struct Decoding {
    KeyKind key = KeyKind::Flat;
    Source source = Source::Put;
};

/// Decoders give the value, or nullopt where the value in force stays as it is (an unreadable scalar of a module), or throw
/// BadValue.
template <class T>
using Decoder = std::optional<T> (*)(std::string_view text, Decoding how);

std::optional<bool> decode_bool(std::string_view text, Decoding how);
std::optional<std::int64_t> decode_int(std::string_view text, Decoding how);
std::optional<double> decode_double(std::string_view text, Decoding how);
std::optional<std::string> decode_text(std::string_view text, Decoding how);
std::optional<Quota> decode_quota(std::string_view text, Decoding how);
std::optional<QuotaDisplay> decode_quota_display(std::string_view text, Decoding how);

/// JSON {name: number}; numbers are finite and >= 0. Of a stored table the bad entries are left out.
std::optional<NumberMap> decode_numbers(std::string_view text, Decoding how);
/// The same for groups, with the text that dashboards know for a negative ratio.
std::optional<NumberMap> decode_group_ratio(std::string_view text, Decoding how);
/// JSON {group: {group: number}}
std::optional<NameMap<NumberMap>> decode_number_tables(std::string_view text, Decoding how);
/// JSON {name: text}
std::optional<TextMap> decode_texts(std::string_view text, Decoding how);
/// JSON {group: {name: text}}; `null` is the built-in default.
std::optional<NameMap<TextMap>> decode_special_groups(std::string_view text, Decoding how);
/// JSON {group: [total, success]} (spec 01 section 14.3).
std::optional<NameMap<RequestLimit>> decode_request_limits(std::string_view text, Decoding how);
/// Tool prices are laid over the built-in ones (spec 05 section 2.5).
std::optional<NumberMap> decode_tool_prices(std::string_view text, Decoding how);
/// JSON array of texts.
std::optional<std::vector<std::string>> decode_text_list(std::string_view text, Decoding how);
/// Any JSON array or object.
std::optional<JsonText> decode_json_array(std::string_view text, Decoding how);
std::optional<JsonText> decode_json_object(std::string_view text, Decoding how);
/// The same, or an empty text.
std::optional<JsonText> decode_json_array_or_empty(std::string_view text, Decoding how);

/// Separated by commas / one per line; trimmed, lower case, empty ones dropped.
std::optional<std::vector<std::string>> decode_comma_list(std::string_view text, Decoding how);
std::optional<std::vector<std::string>> decode_lines(std::string_view text, Decoding how);
std::optional<CodeRanges> decode_code_ranges(std::string_view text, Decoding how);

}    // namespace opusclaw::settings
