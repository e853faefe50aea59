// Tests of billing/price.h: look-ups and formulas of spec 05 sections 2 to 6, its worked examples among them (section 6.12).
#include "billing/price.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace opusclaw::billing {
namespace {

using dialect::Usage;
using dialect::UsageSemantics;

settings::Settings with_model(std::string_view model, double ratio) {
    settings::Settings settings = settings::default_settings();
    settings.model_ratio = {{std::string(model), ratio}};
    settings.model_price.clear();
    return settings;
}

Price price_of(const settings::Settings& settings, std::string_view model,
               std::string_view group = "default") {
    return resolve_price(settings, {.model = model, .user_group = "default", .using_group = group});
}

TEST(Price, WorkedExampleGpt4o) {
    settings::Settings settings = with_model("gpt-4o", 1.25);
    settings.cache_ratio = {{"gpt-4o", 0.5}};
    const Price price = price_of(settings, "gpt-4o");
    EXPECT_DOUBLE_EQ(price.completion_ratio, 4);
    EXPECT_EQ(
        settle_text(price, {.prompt = 2000, .completion = 40, .cached_read = 500}, Delivered::Output).quota,
        Quota{2388});
}

TEST(Price, WorkedExampleClaude) {
    Price price{.model_ratio = 1.5, .completion_ratio = 5, .cache_ratio = 0.1, .cache_write_ratio = 1.25};
    const Usage usage{.prompt = 100,
                      .completion = 50,
                      .cached_read = 1000,
                      .cache_write = 200,
                      .semantics = UsageSemantics::Anthropic};
    EXPECT_EQ(settle_text(price, usage, Delivered::Output).quota, Quota{1050});
}

TEST(Price, AnthropicCacheWritesAreSplitByLifetime) {
    const Price price{.model_ratio = 1, .cache_write_ratio = 1.25, .cache_write_1h_ratio = 2};
    const Usage usage{.prompt = 10,
                      .completion = 0,
                      .cache_write = 300,
                      .cache_write_5m = 100,
                      .cache_write_1h = 100,
                      .semantics = UsageSemantics::Anthropic};
    EXPECT_EQ(settle_text(price, usage, Delivered::Output).quota, Quota{10 + 125 + 125 + 200});
}

constexpr double kPerUnit = 500'000;

/// What a call with `written` tokens put into the cache costs at the price of `price`.
double cost_of(const Price& price, const Usage& usage, std::int64_t written) {
    const double unit = price.model_ratio / price.quota_per_unit;
    const auto fresh = static_cast<double>(usage.prompt - usage.cached_read - written);
    return unit * (fresh + static_cast<double>(usage.cached_read) * price.cache_ratio +
                   static_cast<double>(written) * price.cache_write_ratio +
                   static_cast<double>(usage.completion) * price.completion_ratio);
}

TEST(Price, InfersWhatWasWrittenToACacheFromTheCost) {
    const Price price{.model_ratio = 1.5,
                      .built_in_ratio = true,
                      .completion_ratio = 5,
                      .cache_ratio = 0.1,
                      .cache_write_ratio = 1.25,
                      .quota_per_unit = kPerUnit};
    Usage usage{.prompt = 1000,
                .completion = 50,
                .cached_read = 300,
                .semantics = UsageSemantics::Anthropic,
                .semantics_told = true};
    usage.cost = cost_of(price, usage, 200);
    const Usage told = with_cache_writes_by_cost(price, usage);
    EXPECT_EQ(told.prompt, 500);
    EXPECT_EQ(told.cache_write, 200);
    EXPECT_EQ(settle_text(price, told, Delivered::Output).quota,
              Quota{static_cast<std::int64_t>(std::llround(usage.cost * kPerUnit))});
    usage.cost = cost_of(price, usage, 0);
    EXPECT_EQ(with_cache_writes_by_cost(price, usage).cache_write, 0);
}

TEST(Price, InfersNothingWhereTheCostTellsNothing) {
    const Price price{.model_ratio = 1.5, .built_in_ratio = true, .quota_per_unit = kPerUnit};
    const Usage usage{.prompt = 100,
                      .cached_read = 30,
                      .semantics = UsageSemantics::Anthropic,
                      .semantics_told = true,
                      .cost = 0.00031};
    const auto written = [&usage](Price other, Usage told) {
        const Usage result = with_cache_writes_by_cost(other, told);
        EXPECT_EQ(result.prompt + result.written_to_cache(), usage.prompt - usage.cached_read);
        return result.cache_write;
    };
    EXPECT_GT(written(price, usage), 0);
    Price other = price;
    other.built_in_ratio = false;
    EXPECT_EQ(written(other, usage), 0) << "an operator's own ratio";
    other = price;
    other.cache_write_ratio = 1;
    EXPECT_EQ(written(other, usage), 0) << "writes cost no more";
    other = price;
    other.model_ratio = 0;
    EXPECT_EQ(written(other, usage), 0) << "a free model";
    Usage told = usage;
    for (const double cost : {0.0, 1.0, -1.0, 1e300}) {
        told.cost = cost;
        EXPECT_EQ(written(price, told), 0) << cost;
    }
    told = usage;
    told.cache_write = 20;
    EXPECT_EQ(written(price, told), 20) << "it was told";
    told = usage;
    told.semantics = UsageSemantics::Openai;
    EXPECT_EQ(with_cache_writes_by_cost(price, told), told);
    told = usage;
    told.semantics_told =
        false;    // of a gateway that is known by its split alone: its prompt is without what was cached
    EXPECT_EQ(with_cache_writes_by_cost(price, told), told);
}

TEST(Price, BillsAPromptOfWhichAllWasCached) {
    const Price price{.model_ratio = 1.5, .cache_ratio = 0.1, .quota_per_unit = kPerUnit};
    const Usage told{
        .prompt = 1000, .cached_read = 1000, .semantics = UsageSemantics::Anthropic, .semantics_told = true};
    const Usage usage = with_cache_writes_by_cost(price, told);
    EXPECT_EQ(usage.prompt, 0);
    EXPECT_FALSE(usage.empty());
    EXPECT_EQ(settle_text(price, usage, Delivered::Nothing).quota, Quota{150});
}

TEST(Price, KnowsTheRatioItComesWith) {
    settings::Settings settings = settings::default_settings();
    EXPECT_TRUE(price_of(settings, "gpt-4o").built_in_ratio);
    settings.model_ratio["gpt-4o"] = 7;
    EXPECT_FALSE(price_of(settings, "gpt-4o").built_in_ratio);
    settings.model_ratio["somebodys-own"] = 1;
    EXPECT_FALSE(price_of(settings, "somebodys-own").built_in_ratio);
    settings.model_price["gpt-4o"] = 0.1;
    EXPECT_FALSE(price_of(settings, "gpt-4o").built_in_ratio);
}

TEST(Price, FixedPriceIsPerCall) {
    settings::Settings settings = with_model("unused", 1);
    settings.model_price = {{"draw", 0.04}};
    settings.group_ratio = {{"half", 0.5}};
    const Price price = price_of(settings, "draw", "half");
    ASSERT_TRUE(price.fixed);
    EXPECT_EQ(hold_amount(price, 1'000'000, 0, 500), Quota{10'000});
    EXPECT_EQ(settle_text(price, {.prompt = 1, .completion = 1}, Delivered::Output).quota, Quota{10'000});
    EXPECT_EQ(settle_text(price, {}, Delivered::Nothing).quota, Quota{0});
    EXPECT_EQ(settle_text(price, {}, Delivered::Output).quota, Quota{10'000})
        << "an answer with output but without usage";
}

TEST(Price, NeverLessThanOneUnitUnlessFree) {
    Price price{.model_ratio = 0.0001};
    EXPECT_EQ(settle_text(price, {.prompt = 1}, Delivered::Output).quota, Quota{1});
    EXPECT_EQ(settle_text(price, {}, Delivered::Output).quota, Quota{0}) << "no tokens at all";
    price.model_ratio = 0;
    EXPECT_EQ(settle_text(price, {.prompt = 5000, .completion = 50}, Delivered::Output).quota, Quota{0});
}

TEST(Price, AnExplicitZeroRatioIsFreeNotAbsent) {
    const settings::Settings settings = with_model("gift", 0);
    EXPECT_DOUBLE_EQ(price_of(settings, "gift").model_ratio, 0);
    EXPECT_TRUE(has_price(settings, "gift"));
}

TEST(Price, UnsetModelsAreRefusedWithTheAudiencesText) {
    const settings::Settings settings = with_model("known", 1);
    try {
        price_of(settings, "unknown");
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.status, 400);
        EXPECT_EQ(error.code, "model_price_error");
        EXPECT_NE(error.message.text.find("has not been priced by the administrator yet"), std::string::npos);
    }
    EXPECT_FALSE(has_price(settings, "unknown"));
}

TEST(Price, UnsetModelsCostTheFallbackRatioWhereAccepted) {
    settings::Settings settings = with_model("known", 1);
    settings.self_use_mode_enabled = true;
    EXPECT_DOUBLE_EQ(price_of(settings, "unknown").model_ratio, 37.5);
}

TEST(Price, SpecialGroupRatioBeatsTheGroupsOwn) {
    settings::Settings settings = with_model("m", 1);
    settings.group_ratio = {{"vip", 2}};
    settings.group_group_ratio = {{"default", {{"vip", 0.25}}}};
    const Price price = price_of(settings, "m", "vip");
    EXPECT_DOUBLE_EQ(price.group_ratio, 0.25);
    EXPECT_DOUBLE_EQ(price.user_group_ratio, 0.25);
    const Price other = price_of(settings, "m", "nowhere");
    EXPECT_DOUBLE_EQ(other.group_ratio, 1);
    EXPECT_DOUBLE_EQ(other.user_group_ratio, -1);
}

struct CompletionCase {
    std::string_view model;
    double ratio;
    bool locked;
};
class CompletionRules : public testing::TestWithParam<CompletionCase> {};
TEST_P(CompletionRules, FollowTheTableOfTheSpecification) {
    const CompletionRatio found = completion_ratio(settings::default_settings(), GetParam().model);
    EXPECT_DOUBLE_EQ(found.ratio, GetParam().ratio);
    EXPECT_EQ(found.locked, GetParam().locked);
}
INSTANTIATE_TEST_SUITE_P(
    Names, CompletionRules,
    testing::Values(CompletionCase{"gpt-4o", 4, false}, CompletionCase{"gpt-4o-2024-05-13", 3, true},
                    CompletionCase{"gpt-5.4-nano", 6.25, true}, CompletionCase{"gpt-3.5-turbo", 2, false},
                    CompletionCase{"gpt-4-turbo-preview", 3, true}, CompletionCase{"o1-mini", 4, true},
                    CompletionCase{"o4-mini", 1, false}, CompletionCase{"claude-sonnet-4-5", 5, true},
                    CompletionCase{"claude-2", 1, false},
                    CompletionCase{"gemini-2.5-flash", 8.333333333333334, false},
                    CompletionCase{"gpt-4-gizmo-abc", 2, false}, CompletionCase{"anything", 1, false}));

TEST(Price, AudioPartsHaveTheirOwnRatios) {
    const Price price{.model_ratio = 2,
                      .completion_ratio = 4,
                      .audio_ratio = 10,
                      .audio_completion_ratio = 2,
                      .has_audio_prices = true};
    const Usage usage{.prompt = 30,
                      .completion = 20,
                      .audio_input = 10,
                      .audio_output = 5,
                      .text_input = 20,
                      .text_output = 15};
    const Bill bill = settle_text(price, usage, Delivered::Output);
    EXPECT_TRUE(bill.by_audio);
    EXPECT_EQ(bill.quota, Quota{2 * (20 + 15 * 4 + 10 * 10 + 5 * 10 * 2)});
}

TEST(Price, UsageWithoutAnyPartsIsTextToTheAudioFormula) {
    Price price{.model_ratio = 2, .completion_ratio = 4, .audio_ratio = 10, .always_by_audio = true};
    const Usage split = with_audio_parts(price, {.prompt = 30, .completion = 20, .cached_read = 10});
    EXPECT_EQ(split.text_input, 30);
    EXPECT_EQ(split.text_output, 20);
    const Bill bill = settle_text(price, split, Delivered::Output);
    EXPECT_TRUE(bill.by_audio);
    EXPECT_EQ(bill.quota, Quota{2 * (30 + 20 * 4)});

    // Some parts are all parts.
    price.always_by_audio = false;
    price.has_audio_prices = true;
    const Usage told{.prompt = 30, .completion = 20, .audio_output = 5, .text_output = 15};
    EXPECT_EQ(with_audio_parts(price, told), told);
    EXPECT_EQ(settle_text(price, told, Delivered::Output).quota, Quota{2 * (15 * 4 + 5 * 10)});
    // Under the other formula nothing is split.
    EXPECT_EQ(with_audio_parts(price, {.prompt = 30}), Usage{.prompt = 30});
}

TEST(Price, AFixedPriceIsCutWhereTheAudioFormulaIsAndRoundedElsewhere) {
    const Price price{
        .fixed = true, .model_price = 0.0000031, .has_audio_prices = true, .quota_per_unit = 500'000};
    const Bill text = settle_text(price, {.prompt = 3}, Delivered::Output);
    EXPECT_EQ(text.quota, Quota{2}) << "1.55";
    EXPECT_FALSE(text.by_audio);
    const Bill audio = settle_text(price, {.prompt = 3, .audio_input = 1}, Delivered::Output);
    EXPECT_EQ(audio.quota, Quota{1});
    EXPECT_TRUE(audio.by_audio);
}

TEST(Price, TellsWhatAudioInputWithAPriceOfItsOwnCosts) {
    Price price{.model_ratio = 0.15, .group_ratio = 0.5, .audio_input_usd_per_million = 0.7};
    EXPECT_EQ(separate_audio_amount(price, {.prompt = 50, .audio_input = 25}), "4.375");
    EXPECT_EQ(separate_audio_amount(price, {.prompt = 50}), "");
    price.group_ratio = 0;
    EXPECT_EQ(separate_audio_amount(price, {.prompt = 50, .audio_input = 25}), "0")
        << "it is free, but was there";
    price.group_ratio = 0.5;
    price.fixed = true;
    EXPECT_EQ(separate_audio_amount(price, {.prompt = 50, .audio_input = 25}), "");
}

TEST(Price, HoldsTheLargerOfEstimateAndFloorPlusTheLimit) {
    const Price price{.model_ratio = 2, .group_ratio = 0.5};
    EXPECT_EQ(hold_amount(price, 100, 0, 500), Quota{500});
    EXPECT_EQ(hold_amount(price, 1000, 24, 500), Quota{1024});
}

TEST(Price, QuotaIsShownByTheDisplayType) {
    settings::Settings settings = settings::default_settings();
    EXPECT_EQ(format_quota(settings, Quota{1'000'000}), "＄2.000000");
    settings.quota_display_type = settings::QuotaDisplay::Tokens;
    EXPECT_EQ(format_quota(settings, Quota{1'000'000}), "1000000");
    settings.quota_display_type = settings::QuotaDisplay::Cny;
    EXPECT_EQ(format_quota(settings, Quota{1'000'000}), "¥14.600000");
}

}    // namespace
}    // namespace opusclaw::billing
