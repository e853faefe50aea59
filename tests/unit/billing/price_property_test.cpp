// Properties of billing/price.h over random prices and token counts (spec 05 section 6.2): equal to a second computation in whole
// numbers, monotone, the sum of its parts, never negative and never less than one unit, whatever a provider reports.
#include "billing/price.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>

namespace opusclaw::billing {
namespace {

using dialect::Usage;
using dialect::UsageSemantics;
using Wide = __int128;

constexpr std::int64_t kScale = 1'000'000;    // ratios in these tests have at most six decimals
constexpr unsigned kSeeds = 200;
constexpr int kRounds = 50;

/// A ratio and its exact value in millionths.
struct Ratio {
    std::int64_t millionths = 0;
    double value() const { return static_cast<double>(millionths) / static_cast<double>(kScale); }
};

struct Sample {
    Ratio model, completion, cache, write, write_hour, image, group;
    Price price() const {
        return {.model_ratio = model.value(),
                .completion_ratio = completion.value(),
                .cache_ratio = cache.value(),
                .cache_write_ratio = write.value(),
                .cache_write_1h_ratio = write_hour.value(),
                .image_ratio = image.value(),
                .group_ratio = group.value()};
    }
};

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::int64_t up_to(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(engine_);
    }
    /// Whole, short, odd and tiny ratios, and now and then none.
    Ratio ratio() {
        switch (up_to(5)) {
            case 0: return {up_to(100) * kScale};
            case 1: return {up_to(400) * (kScale / 4)};
            case 2: return {up_to(100)};
            case 3: return {0};
            default: return {up_to(50 * kScale)};
        }
    }
    Sample sample() { return {ratio(), ratio(), ratio(), ratio(), ratio(), ratio(), ratio()}; }
    std::int64_t count() { return up_to(4) == 0 ? 0 : up_to(up_to(1) == 0 ? 100 : 2'000'000); }
    Usage usage() {
        Usage usage{.prompt = count(), .completion = count()};
        usage.cached_read = up_to(2) == 0 ? up_to(usage.prompt) : 0;
        usage.cache_write = up_to(2) == 0 ? up_to(usage.prompt) : 0;
        usage.image_input = up_to(3) == 0 ? up_to(usage.prompt) : 0;
        if (up_to(2) == 0) {
            usage.semantics = UsageSemantics::Anthropic;
            usage.cache_write_5m = up_to(usage.cache_write);
            usage.cache_write_1h = up_to(usage.cache_write);
        }
        usage.clamp();
        return usage;
    }
    /// What a broken provider might report.
    std::int64_t any() {
        constexpr std::array<std::int64_t, 8> kEdges = {std::numeric_limits<std::int64_t>::min(),
                                                        std::numeric_limits<std::int64_t>::max(),
                                                        -1,
                                                        0,
                                                        1,
                                                        1LL << 53,
                                                        -(1LL << 32),
                                                        1'000'000'000'000};
        return up_to(3) == 0 ? up_to(1000) : kEdges[static_cast<std::size_t>(up_to(7))];
    }
    Usage nonsense() {
        Usage usage;
        for (std::int64_t* const count :
             {&usage.prompt, &usage.completion, &usage.total, &usage.cached_read, &usage.cache_write,
              &usage.cache_write_5m, &usage.cache_write_1h, &usage.image_input, &usage.audio_input,
              &usage.audio_output, &usage.text_input, &usage.text_output, &usage.reasoning})
            *count = any();
        if (up_to(1) == 0) usage.semantics = UsageSemantics::Anthropic;
        usage.clamp();
        return usage;
    }

private:
    std::mt19937_64 engine_;
};

/// Spec 05 section 6.2 in whole numbers.
std::int64_t reference(const Sample& sample, const Usage& usage) {
    if (usage.prompt + usage.completion == 0) return 0;
    const bool openai = usage.semantics == UsageSemantics::Openai;
    Wide sum = 0;
    std::int64_t base = usage.prompt - usage.image_input;
    if (openai) base -= usage.cached_read + usage.cache_write;
    sum += Wide(base) * kScale;
    sum += Wide(usage.cached_read) * sample.cache.millionths;
    if (openai) {
        sum += Wide(usage.cache_write) * sample.write.millionths;
    } else {
        const std::int64_t rest = usage.cache_write - usage.cache_write_5m - usage.cache_write_1h;
        sum += Wide(std::max<std::int64_t>(rest, 0) + usage.cache_write_5m) * sample.write.millionths;
        sum += Wide(usage.cache_write_1h) * sample.write_hour.millionths;
    }
    sum += Wide(usage.image_input) * sample.image.millionths;
    sum += Wide(usage.completion) * sample.completion.millionths;
    const Wide factor = Wide(sample.model.millionths) * sample.group.millionths;
    if (factor == 0) return 0;
    const Wide unit = Wide(kScale) * kScale * kScale;
    const Wide quota = (2 * sum * factor + unit) / (2 * unit);
    return std::max<std::int64_t>(static_cast<std::int64_t>(quota), 1);
}

std::int64_t bill(const Price& price, const Usage& usage) {
    return settle_text(price, usage, Delivered::Output).quota.units;
}

template <class Check>
void for_many(Check check) {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        Random random(seed);
        for (int round = 0; round < kRounds; ++round) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
            check(random);
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(PriceProperty, IsTheFormulaInWholeNumbers) {
    for_many([](Random& random) {
        const Sample sample = random.sample();
        const Usage usage = random.usage();
        ASSERT_EQ(bill(sample.price(), usage), reference(sample, usage));
    });
}

TEST(PriceProperty, MoreIsNeverCheaper) {
    for_many([](Random& random) {
        const Price price = random.sample().price();
        const Usage less = random.usage();
        Usage more = less;
        more.prompt += random.count();
        more.completion += random.count();
        ASSERT_LE(bill(price, less), bill(price, more));
    });
}

TEST(PriceProperty, TheWholeIsTheSumOfItsParts) {
    for_many([](Random& random) {
        const Price price = random.sample().price();
        const Usage usage = random.usage();
        Usage prompt = usage, completion = usage;
        prompt.completion = 0;
        completion = {.completion = usage.completion, .semantics = usage.semantics};
        const std::int64_t parts = bill(price, prompt) + bill(price, completion);
        // Each part is rounded by itself, by half a unit at most, or raised to one.
        ASSERT_LE(std::abs(parts - bill(price, usage)), 2);
    });
}

TEST(PriceProperty, BothSemanticsOfTheSameTokensCostTheSame) {
    for_many([](Random& random) {
        Sample sample = random.sample();
        Usage openai = random.usage();
        openai.semantics = UsageSemantics::Openai;
        openai.cache_write_5m = openai.cache_write_1h = 0;
        openai.clamp();
        Usage anthropic = openai;
        anthropic.semantics = UsageSemantics::Anthropic;
        anthropic.prompt -= openai.cached_read + openai.cache_write;
        if (anthropic.empty()) return;    // without tokens of its own there is no bill (section 6.2)
        ASSERT_EQ(bill(sample.price(), openai), bill(sample.price(), anthropic));
    });
}

TEST(PriceProperty, NonsenseNeitherPaysOutNorIsCheaperThanOneUnit) {
    for_many([](Random& random) {
        Price price = random.sample().price();
        price.has_audio_prices = random.up_to(1) == 0;
        price.audio_ratio = random.ratio().value();
        price.audio_completion_ratio = random.ratio().value();
        if (random.up_to(1) == 0) price.audio_input_usd_per_million = random.ratio().value();
        const Usage usage = random.nonsense();
        const std::int64_t quota = bill(price, usage);
        ASSERT_GE(quota, 0);
        if (usage.empty()) ASSERT_EQ(quota, 0);
        if (!usage.empty() && price.model_ratio > 0 && price.group_ratio > 0) ASSERT_GE(quota, 1);
        if (price.group_ratio == 0) ASSERT_EQ(quota, 0);
    });
}

TEST(PriceProperty, AFixedPriceDoesNotDependOnTokens) {
    for_many([](Random& random) {
        Sample sample = random.sample();
        Price price = sample.price();
        price.fixed = true;
        const Ratio usd = random.ratio();
        price.model_price = usd.value();
        const Wide exact = Wide(usd.millionths) * 500'000 * sample.group.millionths;
        const Wide unit = Wide(kScale) * kScale;
        ASSERT_EQ(bill(price, random.nonsense()), static_cast<std::int64_t>((2 * exact + unit) / (2 * unit)));
        const Quota held = hold_amount(price, random.count(), random.count(), 500);
        ASSERT_EQ(held.units, static_cast<std::int64_t>(exact / unit));
    });
}

TEST(PriceProperty, AHoldGrowsWithWhatIsExpectedAndNeverWraps) {
    for_many([](Random& random) {
        const Price price = random.sample().price();
        const std::int64_t prompt = random.count(), output = random.up_to(1'073'741'823);
        const Quota less = hold_amount(price, prompt, output, 500);
        ASSERT_GE(less, Quota{0});
        ASSERT_LE(less, hold_amount(price, prompt + random.count(), output + random.count(), 500));
        ASSERT_EQ(hold_amount(price, 0, output, 500), hold_amount(price, 500, output, 0));
    });
}

}    // namespace
}    // namespace opusclaw::billing
