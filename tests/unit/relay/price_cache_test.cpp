// relay/price_cache.h: the same prices as billing resolves, for every pair of groups, and new ones with new settings.
#include "relay/price_cache.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::relay {
namespace {

settings::Settings priced(double ratio) {
    settings::Settings settings;
    settings.model_ratio["m"] = ratio;
    settings.group_ratio["default"] = 1;
    settings.group_ratio["vip"] = 0.5;
    return settings;
}

settings::Snapshot shared(settings::Settings settings) {
    return std::make_shared<const settings::Settings>(std::move(settings));
}

TEST(PriceCache, TellsGroupsAndModelsApart) {
    const settings::Snapshot settings = shared(priced(2));
    PriceCache cache;
    const auto ratio = [&](std::string_view user, std::string_view group) {
        return cache.price(settings, {.model = "m", .user_group = user, .using_group = group}).group_ratio;
    };
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(ratio("default", "default"), 1);
        EXPECT_EQ(ratio("default", "vip"), 0.5);
        EXPECT_EQ(ratio("vip", "default"), 1);
    }
    EXPECT_THROW(cache.price(settings, {.model = "other", .user_group = "vip", .using_group = "vip"}), Error);
}

TEST(PriceCache, FollowsTheSettings) {
    PriceCache cache;
    const billing::PriceRequest request{.model = "m", .user_group = "default", .using_group = "default"};
    EXPECT_EQ(cache.price(shared(priced(2)), request).model_ratio, 2);
    EXPECT_EQ(cache.price(shared(priced(3)), request).model_ratio, 3);
}

TEST(PriceCache, KeepsAnUnsetPriceForThoseWhoAcceptOne) {
    const settings::Snapshot settings = shared(priced(2));
    PriceCache cache;
    billing::PriceRequest request{.model = "unset", .user_group = "default", .using_group = "default"};
    request.unset = billing::UnsetPrice::AcceptedByUser;
    EXPECT_EQ(cache.price(settings, request).model_ratio, 37.5);
    request.unset = billing::UnsetPrice::Refused;
    EXPECT_THROW(cache.price(settings, request), Error);
}

}    // namespace
}    // namespace opusclaw::relay
