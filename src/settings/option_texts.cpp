// settings/option_texts.cpp: pairs of keys that control one setting, and the rule for hidden keys. The rows of the table are in
// table*.cpp.
#include "settings/option_texts.h"

#include <algorithm>

namespace opusclaw::settings {

namespace {

struct Twins {
    std::string_view older, newer;
};
constexpr Twins kTwins[] = {
    {"GroupRatio", "group_ratio_setting.group_ratio"},
    {"GroupGroupRatio", "group_ratio_setting.group_group_ratio"},
};

constexpr std::string_view kInCurrency = "DisplayInCurrencyEnabled";
constexpr std::string_view kDisplayType = "general_setting.quota_display_type";

std::string display_type_of(std::string_view in_currency) { return in_currency == "true" ? "USD" : "TOKENS"; }

}    // namespace

bool is_hidden_key(std::string_view key) {
    if (key == "WaffoPancakeWebhookPublicKey" || key == "WaffoPancakeWebhookTestKey") return false;
    constexpr std::string_view kEndings[] = {"Token", "Secret", "Key", "secret", "api_key"};
    return std::ranges::any_of(kEndings, [key](std::string_view ending) { return key.ends_with(ending); });
}

std::vector<std::pair<std::string, std::string>> rows_to_store(std::string_view key, std::string_view text) {
    std::vector<std::pair<std::string, std::string>> rows = {{std::string(key), std::string(text)}};
    for (const Twins& twins : kTwins) {
        if (key == twins.older) rows.emplace_back(twins.newer, text);
        if (key == twins.newer) rows.emplace_back(twins.older, text);
    }
    if (key == kInCurrency) rows.emplace_back(kDisplayType, display_type_of(text));
    return rows;
}

OptionTexts with_twins(OptionTexts stored) {
    for (const Twins& twins : kTwins) {
        const auto newer = stored.find(twins.newer), older = stored.find(twins.older);
        if (newer != stored.end())
            stored.insert_or_assign(std::string(twins.older), newer->second);
        else if (older != stored.end())
            stored.emplace(twins.newer, older->second);
    }
    if (const auto old = stored.find(kInCurrency); old != stored.end() && !stored.contains(kDisplayType))
        stored.emplace(kDisplayType, display_type_of(old->second));
    return stored;
}

}    // namespace opusclaw::settings
