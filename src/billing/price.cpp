// billing/price.cpp: look-ups in the price tables, the hold and the bill (spec 05 sections 2 to 6).
#include "billing/price.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "billing/decimal.h"
#include "billing/price_rules.h"
#include "dialect/model_name.h"

namespace opusclaw::billing {
namespace {

constexpr double kUnsetRatio = 37.5;
constexpr double kUnsetCacheWrite = 1.25;
constexpr double kCacheWriteHour = 1.6;    // of the five-minute price
constexpr std::string_view kCompactSuffix = "-openai-compact";
constexpr std::string_view kCompactKey = "*-openai-compact";

using settings::find_number;
using settings::NumberMap;
using settings::Settings;

/// Price or ratio under the normalised name; for compaction also under the common key.
std::optional<double> find_price(const NumberMap& table, const std::string& name) {
    if (const auto found = find_number(table, name)) return found;
    return name.ends_with(kCompactSuffix) ? find_number(table, kCompactKey) : std::nullopt;
}

/// Cache and image tables: the exact name, then the normalised one.
double find_or(const NumberMap& table, std::string_view model, const std::string& normalised,
               double otherwise) {
    if (const auto found = find_number(table, model)) return *found;
    return find_number(table, normalised).value_or(otherwise);
}

[[noreturn]] void refuse_unset(const std::string& model, PriceRequest::Audience audience) {
    std::string text;
    if (audience == PriceRequest::Audience::Administrator) {
        text = "模型 " + model +
               " 的价格未配置。请前往「系统设置 → 运营设置」开启自用模式，或在「系统设置 → "
               "分组与模型定价设置」中为该模型配置价格；Model " +
               model +
               " price not configured. Go to System Settings → Operation Settings to enable self-use mode, "
               "or configure the model price in "
               "System Settings → Group & Model Pricing.";
    } else {
        text = "模型 " + model + " 的价格尚未由管理员配置，暂时无法使用，请联系站点管理员开启该模型；Model " +
               model +
               " has not been priced by the administrator yet. Please contact the site administrator to "
               "enable this model.";
    }
    throw Error(ErrorKind::InvalidRequest, "model_price_error", Message::literal(std::move(text)));
}

const NumberMap& built_in_ratios() {
    static const NumberMap kRatios = settings::default_settings().model_ratio;
    return kRatios;
}

void fill_ratios(Price& price, const Settings& settings, std::string_view model, const std::string& name) {
    price.completion_ratio = completion_ratio(settings, model).ratio;
    price.cache_ratio = find_or(settings.cache_ratio, model, name, 1);
    price.cache_write_ratio = find_or(settings.create_cache_ratio, model, name, kUnsetCacheWrite);
    price.cache_write_1h_ratio = price.cache_write_ratio * kCacheWriteHour;
    price.image_ratio = find_or(settings.image_ratio, model, name, 1);
    const auto audio = find_number(settings.audio_ratio, name);
    const auto audio_completion = find_number(settings.audio_completion_ratio, name);
    price.audio_ratio = audio.value_or(1);
    price.audio_completion_ratio = audio_completion.value_or(1);
    price.has_audio_prices = audio || audio_completion;
    price.audio_input_usd_per_million = gemini_audio_price(model);
}

/// The parts of spec 05 section 6.2, before the model and group ratios.
Decimal weighted_tokens(const Price& price, const dialect::Usage& usage) {
    const bool openai = usage.semantics == dialect::UsageSemantics::Openai;
    const bool separate_audio = usage.audio_input > 0 && price.audio_input_usd_per_million;
    std::int64_t base = usage.prompt;
    Decimal sum;
    const auto add = [&sum](std::int64_t tokens, double ratio) {
        if (tokens != 0) sum = sum + Decimal(tokens) * Decimal::of(ratio);
    };
    add(usage.cached_read, price.cache_ratio);
    if (openai) {
        base -= usage.cached_read + usage.cache_write;
        add(usage.cache_write, price.cache_write_ratio);
    } else {
        const std::int64_t untagged = std::max<std::int64_t>(
            usage.cache_write - usage.cache_write_5m - usage.cache_write_1h, 0);
        add(untagged + usage.cache_write_5m, price.cache_write_ratio);
        add(usage.cache_write_1h, price.cache_write_1h_ratio);
    }
    base -= usage.image_input;
    add(usage.image_input, price.image_ratio);
    if (separate_audio) base -= usage.audio_input;
    add(base, 1);
    add(usage.completion, price.completion_ratio);
    return sum;
}

/// What Gemini's audio input costs beside the ratios; zero for all others.
Decimal audio_surcharge(const Price& price, const dialect::Usage& usage) {
    if (usage.audio_input <= 0 || !price.audio_input_usd_per_million) return {};
    const Decimal per_token = Decimal::of(*price.audio_input_usd_per_million) * Decimal::of(0.000001);
    return per_token * Decimal(usage.audio_input) * Decimal::of(price.group_ratio) *
           Decimal::of(price.quota_per_unit);
}

Decimal ratio_of(const Price& price) {
    return Decimal::of(price.model_ratio) * Decimal::of(price.group_ratio);
}

std::int64_t at_least_one(const Decimal& ratio, std::int64_t quota) {
    return !ratio.is_zero() && quota <= 0 ? 1 : quota;
}

Quota text_by_ratio(const Price& price, const dialect::Usage& usage) {
    if (usage.empty()) return {};
    const Decimal ratio = ratio_of(price);
    const Decimal amount = weighted_tokens(price, usage) * ratio + audio_surcharge(price, usage);
    return {at_least_one(ratio, amount.round())};
}

/// Spec 05 section 6.1.
bool is_by_audio(const Price& price, const dialect::Usage& usage) {
    return price.always_by_audio ||
           (price.has_audio_prices && (usage.audio_input > 0 || usage.audio_output > 0));
}

/// Spec 05 section 6.4.
Quota audio_by_ratio(const Price& price, const dialect::Usage& usage) {
    if (usage.empty()) return {};
    const Decimal audio = Decimal::of(price.audio_ratio);
    const Decimal parts = Decimal(usage.text_input) +
                          Decimal(usage.text_output) * Decimal::of(price.completion_ratio) +
                          Decimal(usage.audio_input) * audio +
                          Decimal(usage.audio_output) * audio * Decimal::of(price.audio_completion_ratio);
    const Decimal ratio = ratio_of(price);
    return {at_least_one(ratio, (parts * ratio).round())};
}

Decimal fixed_amount(const Price& price) {
    return Decimal::of(price.model_price) * Decimal::of(price.quota_per_unit) *
           Decimal::of(price.group_ratio);
}

}    // namespace

Price resolve_price(const Settings& settings, const PriceRequest& request) {
    const std::string name = dialect::normalise_model(request.model);
    Price price;
    price.quota_per_unit = settings.quota_per_unit;
    fill_ratios(price, settings, request.model, name);
    apply_group_ratio(price, settings, request.user_group, request.using_group);
    if (const auto fixed = find_price(settings.model_price, name)) {
        price.fixed = true;
        price.model_price = *fixed;
        return price;
    }
    const auto ratio = find_price(settings.model_ratio, name);
    const bool accepted = settings.self_use_mode_enabled || request.unset == UnsetPrice::AcceptedByUser;
    if (!ratio && !accepted) refuse_unset(name, request.audience);
    price.model_ratio = ratio.value_or(kUnsetRatio);
    price.built_in_ratio = ratio && find_price(built_in_ratios(), name) == ratio;
    return price;
}

bool has_price(const Settings& settings, std::string_view model) {
    const std::string name = dialect::normalise_model(model);
    if (find_price(settings.model_price, name) || find_price(settings.model_ratio, name)) return true;
    const auto mode = settings.billing_mode.find(model);
    const auto expression = settings.billing_expr.find(model);
    return mode != settings.billing_mode.end() && mode->second == "tiered_expr" &&
           expression != settings.billing_expr.end() &&
           expression->second.find_first_not_of(" \t\r\n") != std::string::npos;
}

void apply_group_ratio(Price& price, const Settings& settings, std::string_view user_group,
                       std::string_view using_group) {
    price.user_group_ratio = -1;
    price.group_ratio = find_number(settings.group_ratio, using_group).value_or(1);
    const auto special = settings.group_group_ratio.find(user_group);
    if (special == settings.group_group_ratio.end()) return;
    if (const auto ratio = find_number(special->second, using_group))
        price.group_ratio = price.user_group_ratio = *ratio;
}

CompletionRatio completion_ratio(const Settings& settings, std::string_view model) {
    const std::string name = dialect::normalise_model(model);
    const auto table = find_number(settings.completion_ratio, name);
    if (table && name.find('/') != std::string::npos) return {.ratio = *table, .locked = false};
    const CompletionRatio by_rule = completion_rule(name);
    if (by_rule.locked || !table) return by_rule;
    return {.ratio = *table, .locked = false};
}

Quota hold_amount(const Price& price, std::int64_t estimated_prompt, std::int64_t max_output,
                  std::int64_t pre_consumed_floor) {
    if (price.fixed) return {fixed_amount(price).truncate()};
    const std::int64_t tokens = std::max(estimated_prompt, pre_consumed_floor) + max_output;
    const double amount = static_cast<double>(tokens) * price.model_ratio * price.group_ratio;
    constexpr double kMost = 9.0e18;
    return {static_cast<std::int64_t>(std::clamp(amount, 0.0, kMost))};
}

dialect::Usage with_audio_parts(const Price& price, dialect::Usage usage) {
    const bool told = usage.text_input != 0 || usage.audio_input != 0 || usage.text_output != 0 ||
                      usage.audio_output != 0;
    if (told || !is_by_audio(price, usage)) return usage;
    usage.text_input = usage.prompt;
    usage.text_output = usage.completion;
    return usage;
}

Bill settle_text(const Price& price, const dialect::Usage& usage, Delivered delivered) {
    const bool audio = is_by_audio(price, usage);
    if (price.fixed) {
        if (usage.empty() && delivered == Delivered::Nothing) return {};
        const Decimal amount = fixed_amount(price);
        return {.quota = Quota{audio ? amount.truncate() : amount.round()}, .by_audio = audio};
    }
    return {.quota = audio ? audio_by_ratio(price, usage) : text_by_ratio(price, usage), .by_audio = audio};
}

std::string separate_audio_amount(const Price& price, const dialect::Usage& usage) {
    const bool apart = !price.fixed && usage.audio_input > 0 && price.audio_input_usd_per_million;
    return apart ? audio_surcharge(price, usage).text() : std::string();
}

dialect::Usage with_cache_writes_by_cost(const Price& price, dialect::Usage usage) {
    if (usage.semantics != dialect::UsageSemantics::Anthropic || !usage.semantics_told) return usage;
    usage.reduced = !usage.empty();
    const auto prompt = static_cast<double>(usage.prompt), cached = static_cast<double>(usage.cached_read);
    const auto completion = static_cast<double>(usage.completion);
    usage.prompt -= usage.cached_read;
    const bool inferred = usage.written_to_cache() == 0 && price.cache_write_ratio != 1 && usage.cost != 0 &&
                          price.built_in_ratio;
    if (inferred) {
        const double unit = price.model_ratio / price.quota_per_unit;    // USD for a token of the prompt
        const double rest = usage.cost - prompt * unit + cached * (unit - unit * price.cache_ratio) -
                            completion * unit * price.completion_ratio;
        const double written = std::round(rest / (unit * price.cache_write_ratio - unit));
        if (std::isfinite(written) && written >= 0 && written <= static_cast<double>(usage.prompt))
            usage.cache_write = static_cast<std::int64_t>(written);
    }
    usage.prompt -= usage.written_to_cache();
    usage.prompt = std::max<std::int64_t>(usage.prompt, 0);
    return usage;
}

std::string format_quota(const Settings& settings, Quota quota) {
    const double usd = static_cast<double>(quota.units) / settings.quota_per_unit;
    switch (settings.quota_display_type) {
        case settings::QuotaDisplay::Usd: return fmt::format("＄{:.6f}", usd);
        case settings::QuotaDisplay::Cny: return fmt::format("¥{:.6f}", usd * settings.usd_exchange_rate);
        case settings::QuotaDisplay::Custom: {
            const double rate = settings.custom_currency_exchange_rate > 0
                                    ? settings.custom_currency_exchange_rate
                                    : 1;
            return fmt::format("{}{:.6f}", settings.custom_currency_symbol, usd * rate);
        }
        case settings::QuotaDisplay::Tokens: return std::to_string(quota.units);
    }
    return {};
}

}    // namespace opusclaw::billing
