// settings/table_prices.cpp: the options of quota, groups and price tables (spec 01 section 7.2; 05 sections 1 and 2). The built-in
// tables come from default_pricing.json. How a row reads is said in table.cpp.
#include <array>

#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

// A function, not a constant: the defaults are cut out of the embedded file first.
std::vector<Option> price_tables() {
    const DefaultPricing& initial = default_pricing();
    const auto table = [](std::string_view key, NumberMap Settings::*member, std::string_view text) {
        return option(key, member, text, &decode_numbers).group("prices");
    };
    return {
        table("ModelRatio", &Settings::model_ratio, initial.model_ratio)
            .help("Model to ratio; 1 is 2 USD per million tokens."),
        table("ModelPrice", &Settings::model_price, initial.model_price).help("Model to USD per call."),
        table("CompletionRatio", &Settings::completion_ratio, initial.completion_ratio)
            .help("Model to factor of output tokens."),
        table("CacheRatio", &Settings::cache_ratio, initial.cache_ratio)
            .help("Model to factor of tokens read from a cache."),
        table("CreateCacheRatio", &Settings::create_cache_ratio, initial.create_cache_ratio)
            .prefix("缓存创建倍率设置失败: ")
            .help("Model to factor of tokens written to a cache."),
        table("ImageRatio", &Settings::image_ratio, initial.image_ratio)
            .prefix("图片倍率设置失败: ")
            .help("Model to factor of image tokens."),
        table("AudioRatio", &Settings::audio_ratio, initial.audio_ratio)
            .prefix("音频倍率设置失败: ")
            .help("Model to factor of audio tokens."),
        table("AudioCompletionRatio", &Settings::audio_completion_ratio, initial.audio_completion_ratio)
            .prefix("音频补全倍率设置失败: ")
            .help("Model to factor of audio output tokens."),
        option("GroupRatio", &Settings::group_ratio, initial.group_ratio, &decode_group_ratio)
            .group("groups")
            .help("Group to factor of all prices."),
        option("GroupGroupRatio", &Settings::group_group_ratio, initial.group_group_ratio,
               &decode_number_tables)
            .group("groups")
            .help("User group, then group in use, to factor."),
        option("TopupGroupRatio", &Settings::topup_group_ratio, initial.topup_group_ratio, &decode_numbers)
            .group("groups")
            .help("Group to factor of what a top-up costs."),
    };
}

const std::array kScalars = std::to_array<Option>({
    option("QuotaForNewUser", &Settings::quota_for_new_user, Quota{0})
        .group("users")
        .help("Granted once when an account is made."),
    option("QuotaForInviter", &Settings::quota_for_inviter, Quota{0})
        .group("users")
        .help("Granted to who invited."),
    option("QuotaForInvitee", &Settings::quota_for_invitee, Quota{0})
        .group("users")
        .help("Granted to who was invited."),
    option("QuotaRemindThreshold", &Settings::quota_remind_threshold, Quota{1000})
        .group("users")
        .help("A balance below it is announced, unless the user set another."),
    option("PreConsumedQuota", &Settings::pre_consumed_quota, 500)
        .group("prices")
        .help("Tokens that an estimate counts at least."),
    option("QuotaPerUnit", &Settings::quota_per_unit, "500000")
        .check(above_zero())
        .group("prices")
        .help("Units per USD."),
    checked("DisplayInCurrencyEnabled", true)
        .group("prices")
        .help("Old spelling: sets general_setting.quota_display_type to USD or TOKENS."),
    option("DisplayTokenStatEnabled", &Settings::display_token_stat_enabled, true)
        .group("prices")
        .help("The old billing addresses show the token's figures, not the user's."),
    option("UserUsableGroups", &Settings::user_usable_groups, R"({"default":"默认分组","vip":"vip分组"})",
           &decode_texts)
        .group("groups")
        .help("Groups that users may choose, with descriptions."),
    option("AutoGroups", &Settings::auto_groups, R"(["default"])", &decode_text_list)
        .group("groups")
        .help("In which order the group `auto` tries groups."),
    option("DefaultUseAutoGroup", &Settings::default_use_auto_group, false)
        .group("groups")
        .help("A new user's first token has the group `auto`."),
    option("ExposeRatioEnabled", &Settings::expose_ratio_enabled, false)
        .group("prices")
        .help("Opens /api/ratio_config to everybody."),
});

std::vector<Option> all_rows() {
    std::vector<Option> rows = price_tables();
    rows.insert(rows.end(), kScalars.begin(), kScalars.end());
    return rows;
}

}    // namespace

std::span<const Option> price_options() {
    static const std::vector<Option> kRows = all_rows();
    return kRows;
}

}    // namespace opusclaw::settings
