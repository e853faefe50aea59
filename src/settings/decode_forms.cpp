// settings/decode_forms.cpp: what texts a decoder reads, in words for docs/OPTIONS.md. The grammars themselves are in decode_text.cpp,
// decode_json.cpp and decode_shapes.cpp.
#include "settings/decode.h"

namespace opusclaw::settings {

namespace {

template <class T>
struct Form {
    Decoder<T> decode;
    std::string_view words;
};

constexpr Form<std::vector<std::string>> kTextLists[] = {
    {&decode_comma_list, "texts between commas"},
    {&decode_lines, "one text a line"},
    {&decode_text_list, "JSON array of texts"},
};
constexpr Form<NumberMap> kNumberMaps[] = {
    {&decode_numbers, "JSON object: name to number, not less than 0"},
    {&decode_group_ratio, "JSON object: name to number, not less than 0"},
    {&decode_tool_prices, "JSON object: name to number, not less than 0"},
    {&decode_amount_factors, "JSON object: whole number to number, not less than 0"},
};
constexpr Form<JsonText> kJsonTexts[] = {
    {&decode_json_array, "JSON array"},
    {&decode_json_object, "JSON object"},
    {&decode_json_array_or_empty, "JSON array of objects, or empty"},
    {&decode_text_objects, "JSON array of objects with texts"},
    {&decode_text_objects_or_empty, "JSON array of objects with texts, or empty"},
    {&decode_creem_products, "JSON array of objects, or empty"},
    {&decode_affinity_rules, "JSON array of rules"},
    {&decode_responses_policy, "JSON object"},
};

template <class T, std::size_t N>
std::string_view found_in(const Form<T> (&forms)[N], Decoder<T> decode) {
    for (const Form<T>& form : forms)
        if (form.decode == decode) return form.words;
    return "text";
}

}    // namespace

std::string_view form_of(Decoder<bool>) { return "true or false"; }
std::string_view form_of(Decoder<std::int64_t>) { return "whole number"; }
std::string_view form_of(Decoder<Quota>) { return "whole number of quota units"; }
std::string_view form_of(Decoder<double>) { return "number"; }
std::string_view form_of(Decoder<std::string>) { return "text"; }
std::string_view form_of(Decoder<QuotaDisplay>) { return "USD, CNY, TOKENS or CUSTOM"; }
std::string_view form_of(Decoder<CodeRanges>) { return "status codes and ranges between commas"; }
std::string_view form_of(Decoder<std::vector<std::string>> decode) { return found_in(kTextLists, decode); }
std::string_view form_of(Decoder<std::vector<std::int64_t>>) { return "JSON array of whole numbers"; }
std::string_view form_of(Decoder<NumberMap> decode) { return found_in(kNumberMaps, decode); }
std::string_view form_of(Decoder<TextMap>) { return "JSON object: name to text"; }
std::string_view form_of(Decoder<NameMap<std::int64_t>>) { return "JSON object: name to whole number"; }
std::string_view form_of(Decoder<NameMap<NumberMap>>) {
    return "JSON object: group to object, name to number";
}
std::string_view form_of(Decoder<NameMap<TextMap>>) { return "JSON object: group to object, name to text"; }
std::string_view form_of(Decoder<NameMap<RequestLimit>>) {
    return "JSON object: group to [requests, successful requests]";
}
std::string_view form_of(Decoder<NameMap<NameMap<std::vector<std::string>>>>) {
    return "JSON object: model to object, header to array of texts";
}
std::string_view form_of(Decoder<JsonText> decode) { return found_in(kJsonTexts, decode); }

}    // namespace opusclaw::settings
