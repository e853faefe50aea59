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
    /// Gets the entries of a stored table or list that are not used.
    std::vector<std::string>* left_out = nullptr;
};

/// Decoders give the value, or nullopt where the value in force stays as it is (an unreadable stored scalar of a module), or
/// throw BadValue. Nobody may set a number that cannot be read; of a flat key an empty text is 0. A stored table or list of
/// which not one entry is usable is a BadValue, unless it has no entries.
template <class T>
using Decoder = std::optional<T> (*)(std::string_view text, Decoding how);

/// Reports the `bad` entries of a stored text. Throws BadValue when `something` of it is not usable.
void leave_out(const std::vector<std::string>& bad, bool something, Decoding how);

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
/// JSON array of whole numbers / {name: whole number} / {whole number: number}
std::optional<std::vector<std::int64_t>> decode_int_list(std::string_view text, Decoding how);
std::optional<NameMap<std::int64_t>> decode_ints(std::string_view text, Decoding how);
std::optional<NumberMap> decode_amount_factors(std::string_view text, Decoding how);
/// JSON {model: {header: [text]}}
std::optional<NameMap<NameMap<std::vector<std::string>>>> decode_model_headers(std::string_view text,
                                                                               Decoding how);

// Lists and objects whose members are checked (decode_shapes.cpp). Of stored texts only the outermost shape counts.
/// JSON array of objects whose values are texts / the same, or an empty text.
std::optional<JsonText> decode_text_objects(std::string_view text, Decoding how);
std::optional<JsonText> decode_text_objects_or_empty(std::string_view text, Decoding how);
/// `CreemProducts`, `channel_affinity_setting.rules`, `global.chat_completions_to_responses_policy`
std::optional<JsonText> decode_creem_products(std::string_view text, Decoding how);
std::optional<JsonText> decode_affinity_rules(std::string_view text, Decoding how);
std::optional<JsonText> decode_responses_policy(std::string_view text, Decoding how);

/// Separated by commas / one per line; trimmed, lower case, empty ones dropped.
std::optional<std::vector<std::string>> decode_comma_list(std::string_view text, Decoding how);
std::optional<std::vector<std::string>> decode_lines(std::string_view text, Decoding how);
std::optional<CodeRanges> decode_code_ranges(std::string_view text, Decoding how);

/// What a text must look like for a decoder, in words for docs/OPTIONS.md.
std::string_view form_of(Decoder<bool> decode);
std::string_view form_of(Decoder<std::int64_t> decode);
std::string_view form_of(Decoder<Quota> decode);
std::string_view form_of(Decoder<double> decode);
std::string_view form_of(Decoder<std::string> decode);
std::string_view form_of(Decoder<QuotaDisplay> decode);
std::string_view form_of(Decoder<CodeRanges> decode);
std::string_view form_of(Decoder<std::vector<std::string>> decode);
std::string_view form_of(Decoder<std::vector<std::int64_t>> decode);
std::string_view form_of(Decoder<NumberMap> decode);
std::string_view form_of(Decoder<TextMap> decode);
std::string_view form_of(Decoder<NameMap<std::int64_t>> decode);
std::string_view form_of(Decoder<NameMap<NumberMap>> decode);
std::string_view form_of(Decoder<NameMap<TextMap>> decode);
std::string_view form_of(Decoder<NameMap<RequestLimit>> decode);
std::string_view form_of(Decoder<NameMap<NameMap<std::vector<std::string>>>> decode);
std::string_view form_of(Decoder<JsonText> decode);

}    // namespace opusclaw::settings
