// settings/table_quota.cpp: options of quota, groups and prices (spec 01 section 7.2; 05 sections 1 to 3).
#include "settings/option.h"

namespace opusclaw::settings {
namespace {

std::function<void(const Settings&)> positive(double Settings::*member, std::string_view key) {
    return refuse_when([member](const Settings& s) { return !(s.*member > 0); }, std::string(key) + " must be greater than 0");
}

void add_price_tables(std::vector<Option>& rows) {
    const DefaultPricing& defaults = default_pricing();
    rows.push_back(option("ModelRatio", &Settings::model_ratio, decode_numbers, defaults.model_ratio));
    rows.push_back(option("ModelPrice", &Settings::model_price, decode_numbers, defaults.model_price));
    rows.push_back(option("CompletionRatio", &Settings::completion_ratio, decode_numbers, defaults.completion_ratio));
    rows.push_back(option("CacheRatio", &Settings::cache_ratio, decode_numbers, defaults.cache_ratio));
    rows.push_back(option("CreateCacheRatio", &Settings::create_cache_ratio, decode_numbers, defaults.create_cache_ratio));
    rows.push_back(option("ImageRatio", &Settings::image_ratio, decode_numbers, defaults.image_ratio));
    rows.push_back(option("AudioRatio", &Settings::audio_ratio, decode_numbers, defaults.audio_ratio));
    rows.push_back(option("AudioCompletionRatio", &Settings::audio_completion_ratio, decode_numbers, defaults.audio_completion_ratio));
    rows.push_back(option("TopupGroupRatio", &Settings::topup_group_ratio, decode_numbers, defaults.topup_group_ratio));
    rows.push_back(option("tool_price_setting.prices", &Settings::tool_prices, decode_tool_prices, defaults.tool_prices));
    // Both spellings hold the same table (settings_store.h, rows_to_store).
    for (const std::string_view key : {"GroupRatio", "group_ratio_setting.group_ratio"}) {
        rows.push_back(option(key, &Settings::group_ratio, decode_numbers, defaults.group_ratio));
    }
    for (const std::string_view key : {"GroupGroupRatio", "group_ratio_setting.group_group_ratio"}) {
        rows.push_back(option(key, &Settings::group_group_ratio, decode_number_tables, defaults.group_group_ratio));
    }
    rows.push_back(option("group_ratio_setting.group_special_usable_group", &Settings::group_special_usable_group, decode_special_groups,
                          defaults.group_special_usable_group));
    rows.push_back(option("billing_setting.billing_mode", &Settings::billing_mode, decode_texts, "{}"));
    rows.push_back(option("billing_setting.billing_expr", &Settings::billing_expr, decode_texts, "{}"));
}

void add_display_options(std::vector<Option>& rows) {
    // The legacy flag speaks through the display type; it goes first, so that a stored display type wins.
    Option legacy = text_only("DisplayInCurrencyEnabled", "true");
    legacy.apply = [](Settings& settings, std::string_view text, Decoding) {
        settings.quota_display_type = text == "true" ? QuotaDisplay::Usd : QuotaDisplay::Tokens;
    };
    rows.push_back(std::move(legacy));
    rows.push_back(option("general_setting.quota_display_type", &Settings::quota_display_type, decode_quota_display, "USD"));
    rows.push_back(option("general_setting.custom_currency_symbol", &Settings::custom_currency_symbol, decode_text, "¤"));
    rows.push_back(option("general_setting.custom_currency_exchange_rate", &Settings::custom_currency_exchange_rate, decode_double, "1")
                       .checked(positive(&Settings::custom_currency_exchange_rate, "general_setting.custom_currency_exchange_rate")));
    rows.push_back(option("USDExchangeRate", &Settings::usd_exchange_rate, decode_double, "7.3")
                       .checked(positive(&Settings::usd_exchange_rate, "USDExchangeRate")));
    rows.push_back(option("Price", &Settings::price, decode_double, "7.3"));
    rows.push_back(option("StripeUnitPrice", &Settings::stripe_unit_price, decode_double, "8"));
    rows.push_back(option("DisplayTokenStatEnabled", &Settings::display_token_stat_enabled, decode_bool, "true"));
}

}    // namespace

void add_quota_options(std::vector<Option>& rows) {
    rows.push_back(option("QuotaForNewUser", &Settings::quota_for_new_user, decode_quota, "0"));
    rows.push_back(option("QuotaForInviter", &Settings::quota_for_inviter, decode_quota, "0"));
    rows.push_back(option("QuotaForInvitee", &Settings::quota_for_invitee, decode_quota, "0"));
    rows.push_back(option("QuotaRemindThreshold", &Settings::quota_remind_threshold, decode_quota, "1000"));
    rows.push_back(option("PreConsumedQuota", &Settings::pre_consumed_quota, decode_int, "500"));
    rows.push_back(option("QuotaPerUnit", &Settings::quota_per_unit, decode_double, "500000")
                       .checked(positive(&Settings::quota_per_unit, "QuotaPerUnit")));
    rows.push_back(option("quota_setting.enable_free_model_pre_consume", &Settings::enable_free_model_pre_consume, decode_bool, "true"));
    rows.push_back(option("ExposeRatioEnabled", &Settings::expose_ratio_enabled, decode_bool, "false"));
    rows.push_back(option("UserUsableGroups", &Settings::user_usable_groups, decode_texts, R"({"default":"默认分组","vip":"vip分组"})"));
    rows.push_back(option("AutoGroups", &Settings::auto_groups, decode_text_list, R"(["default"])"));
    rows.push_back(option("DefaultUseAutoGroup", &Settings::default_use_auto_group, decode_bool, "false"));
    add_display_options(rows);
    add_price_tables(rows);
}

}    // namespace opusclaw::settings
