// settings/decode_json.cpp: option texts that are JSON (spec 01 sections 7.2, 7.5, 8.1). A text that is not the JSON asked for
// is refused whole, so that no live table is ever emptied by it; of a stored table single bad entries are left out.
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "settings/decode.h"

namespace opusclaw::settings {

namespace {

json::Document parse(std::string_view text) {
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        return document;
    } catch (const Error& error) {
        throw BadValue("not JSON: " + error.message.text);
    }
}

void demand(bool right, std::string_view what) {
    if (!right) throw BadValue(std::string(what));
}

std::string of_model(std::string_view name) {
    return "the value of " + std::string(name) + " must be not less than 0";
}
std::string of_group(std::string_view name) {
    return "group ratio must be not less than 0: " + std::string(name);
}

/// Names of entries that cannot be used go into `bad`; when somebody sets them they are refused.
NumberMap good_numbers(json::View object, Decoding how, std::vector<std::string>& bad,
                       std::string (*negative)(std::string_view) = &of_model) {
    demand(object.type() == json::Type::Object, "not a JSON object of names and numbers");
    NumberMap table;
    object.each_member([&](std::string_view key, json::View value) {
        // New API reads a null as 0.
        const bool stored_null = how.source == Source::Stored && value.is_null();
        const std::optional<double> number = stored_null ? 0.0 : value.as_double();
        if (number && std::isfinite(*number) && *number >= 0) {
            table.insert_or_assign(std::string(key), *number);
        } else if (how.source == Source::Put) {
            if (number && *number < 0) throw BadValue(negative(key));
            throw BadValue("the value of " + std::string(key) + " is not a number");
        } else {
            bad.emplace_back(key);
        }
        return true;
    });
    return table;
}

NumberMap numbers(json::View object, Decoding how, std::string (*negative)(std::string_view) = &of_model) {
    std::vector<std::string> bad;
    NumberMap table = good_numbers(object, how, bad, negative);
    leave_out(bad, !table.empty(), how);
    return table;
}

TextMap texts(json::View object) {
    demand(object.type() == json::Type::Object, "not a JSON object of names and texts");
    TextMap table;
    object.each_member([&](std::string_view key, json::View value) {
        std::optional<std::string> text = value.as_string();
        demand(text.has_value(), "the value of " + std::string(key) + " is not a text");
        table.insert_or_assign(std::string(key), std::move(*text));
        return true;
    });
    return table;
}

/// [total, success]: missing elements count as 0, extra ones are ignored.
RequestLimit request_limit(std::string_view group, json::View value) {
    const std::string name = "group " + std::string(group);
    demand(value.type() == json::Type::Array, name + " is not an array of two integers");
    std::int64_t numbers[2] = {0, 0};
    std::size_t count = 0;
    value.each_item([&](json::View item) {
        const std::optional<std::int64_t> number = item.as_int();
        demand(number.has_value(), name + " is not an array of two integers");
        numbers[count++] = *number;
        return count < 2;
    });
    return {numbers[0], numbers[1]};
}

void check_request_limit(std::string_view group, const RequestLimit& limit) {
    constexpr std::int64_t kMost = 2147483647;
    const std::string pair = "[" + std::to_string(limit.total) + ", " + std::to_string(limit.success) + "]";
    const std::string name(group);
    demand(limit.total >= 0 && limit.success >= 1,
           "group " + name + " has negative rate limit values: " + pair);
    demand(limit.total <= kMost && limit.success <= kMost,
           "group " + name + " " + pair + " has max rate limits value 2147483647");
}

JsonText of_type(std::string_view text, json::Type wanted, std::string_view problem) {
    const json::Document document = parse(text);
    demand(document.root().type() == wanted, problem);
    return {std::string(text)};
}

std::int64_t whole(json::View value, std::string_view problem) {
    const std::optional<std::int64_t> number = value.as_int();
    demand(number.has_value(), problem);
    return *number;
}

std::vector<std::string> list_of_texts(json::View list, std::string_view problem) {
    demand(list.type() == json::Type::Array, problem);
    std::vector<std::string> texts;
    list.each_item([&](json::View item) {
        std::optional<std::string> word = item.as_string();
        demand(word.has_value(), problem);
        texts.push_back(std::move(*word));
        return true;
    });
    return texts;
}

}    // namespace

std::optional<NumberMap> decode_numbers(std::string_view text, Decoding how) {
    return numbers(parse(text).root(), how);
}

std::optional<NumberMap> decode_group_ratio(std::string_view text, Decoding how) {
    return numbers(parse(text).root(), how, &of_group);
}

std::optional<NameMap<NumberMap>> decode_number_tables(std::string_view text, Decoding how) {
    const json::Document document = parse(text);
    demand(document.root().type() == json::Type::Object, "not a JSON object of groups");
    NameMap<NumberMap> tables;
    std::vector<std::string> bad;
    bool something = false;
    document.root().each_member([&](std::string_view key, json::View value) {
        NumberMap table = good_numbers(value, how, bad);
        something = something || !table.empty();
        tables.insert_or_assign(std::string(key), std::move(table));
        return true;
    });
    leave_out(bad, something, how);
    return tables;
}

std::optional<TextMap> decode_texts(std::string_view text, Decoding) { return texts(parse(text).root()); }

std::optional<NameMap<TextMap>> decode_special_groups(std::string_view text, Decoding how) {
    const json::Document document = parse(text);
    if (document.root().is_null())
        return decode_special_groups(default_pricing().group_special_usable_group, how);
    demand(document.root().type() == json::Type::Object, "not a JSON object of groups");
    NameMap<TextMap> tables;
    document.root().each_member([&](std::string_view key, json::View value) {
        tables.insert_or_assign(std::string(key), texts(value));
        return true;
    });
    return tables;
}

std::optional<NameMap<RequestLimit>> decode_request_limits(std::string_view text, Decoding) {
    const json::Document document = parse(text);
    demand(document.root().type() == json::Type::Object, "not a JSON object of groups");
    NameMap<RequestLimit> limits;
    document.root().each_member([&](std::string_view key, json::View value) {
        const RequestLimit limit = request_limit(key, value);
        check_request_limit(key, limit);
        limits.insert_or_assign(std::string(key), limit);
        return true;
    });
    return limits;
}

std::optional<NumberMap> decode_tool_prices(std::string_view text, Decoding how) {
    NumberMap prices = numbers(parse(default_pricing().tool_prices).root(), how);
    for (const auto& [name, price] : numbers(parse(text).root(), how)) prices.insert_or_assign(name, price);
    return prices;
}

std::optional<std::vector<std::string>> decode_text_list(std::string_view text, Decoding) {
    return list_of_texts(parse(text).root(), "not a JSON array of texts");
}

std::optional<std::vector<std::int64_t>> decode_int_list(std::string_view text, Decoding) {
    constexpr std::string_view kProblem = "not a JSON array of whole numbers";
    const json::Document document = parse(text);
    demand(document.root().type() == json::Type::Array, kProblem);
    std::vector<std::int64_t> list;
    document.root().each_item([&](json::View item) {
        list.push_back(whole(item, kProblem));
        return true;
    });
    return list;
}

std::optional<NameMap<std::int64_t>> decode_ints(std::string_view text, Decoding) {
    const json::Document document = parse(text);
    demand(document.root().type() == json::Type::Object, "not a JSON object of names and whole numbers");
    NameMap<std::int64_t> table;
    document.root().each_member([&](std::string_view key, json::View value) {
        table.insert_or_assign(std::string(key),
                               whole(value, "the value of " + std::string(key) + " is not a whole number"));
        return true;
    });
    return table;
}

std::optional<NumberMap> decode_amount_factors(std::string_view text, Decoding how) {
    NumberMap factors = numbers(parse(text).root(), how);
    for (const auto& [amount, factor] : factors)
        demand(text::parse_int(amount).has_value(), amount + " is not a whole number");
    return factors;
}

std::optional<NameMap<NameMap<std::vector<std::string>>>> decode_model_headers(std::string_view text,
                                                                               Decoding) {
    const json::Document document = parse(text);
    demand(document.root().type() == json::Type::Object, "not a JSON object of models");
    NameMap<NameMap<std::vector<std::string>>> models;
    document.root().each_member([&](std::string_view model, json::View headers) {
        demand(headers.type() == json::Type::Object,
               "the value of " + std::string(model) + " is not an object of headers");
        auto& table = models[std::string(model)];
        headers.each_member([&](std::string_view header, json::View values) {
            table[std::string(header)] = list_of_texts(
                values, "the value of " + std::string(header) + " is not an array of texts");
            return true;
        });
        return true;
    });
    return models;
}

std::optional<JsonText> decode_json_array(std::string_view text, Decoding) {
    return of_type(text, json::Type::Array, "not a JSON array");
}

std::optional<JsonText> decode_json_object(std::string_view text, Decoding) {
    return of_type(text, json::Type::Object, "not a JSON object");
}

std::optional<JsonText> decode_json_array_or_empty(std::string_view text, Decoding how) {
    return text.empty() ? JsonText{} : decode_json_array(text, how);
}

}    // namespace opusclaw::settings
