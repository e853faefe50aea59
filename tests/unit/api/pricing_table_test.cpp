// Tests of api/pricing_table.h and api/default_vendors.h: which models are listed, at which prices, described by which row, and
// what each reader sees of it (spec 03 section 13.1).
#include "api/pricing_table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/default_vendors.h"
#include "base/json/view.h"

namespace opusclaw::api {
namespace {

store::ChannelRow channel(std::int64_t type, std::string models, std::string group = "default") {
    static std::int64_t next = 0;
    store::ChannelRow row;
    row.id = ++next;
    row.type = type;
    row.key = "k";
    row.models = std::move(models);
    row.group = std::move(group);
    return row;
}

struct World {
    settings::Settings settings = settings::default_settings();
    std::vector<store::ChannelRow> channels;
    std::vector<store::ModelMetadata> metadata;
    std::vector<store::VendorRow> vendors;

    PricingTable build() const {
        const auto snapshot = catalog::Snapshot::build(channels, {});
        return build_pricing(
            {.settings = settings, .channels = *snapshot, .metadata = metadata, .vendors = vendors});
    }
};

const PricedModel& find(const PricingTable& table, std::string_view name) {
    return *std::ranges::find(table.models, name, &PricedModel::name);
}

TEST(PricingTable, ListsModelsOfEnabledChannelsByName) {
    World world;
    world.channels = {channel(1, "b,a", "vip,default"), channel(14, "b", "inner"), channel(1, "off")};
    world.channels.back().status = 2;
    const PricingTable table = world.build();
    ASSERT_EQ(table.models.size(), 2U);
    EXPECT_EQ(table.models[0].name, "a");
    EXPECT_EQ(table.models[1].groups, (std::vector<std::string>{"default", "inner", "vip"}));
    EXPECT_EQ(table.models[1].endpoint_types, (std::vector<std::string>{"openai", "anthropic"}));
}

TEST(PricingTable, TellsPricesFromRatiosAndAbsentFromZero) {
    World world;
    world.channels = {channel(1, "by-price,by-ratio,unset")};
    world.settings.model_price["by-price"] = 0;
    world.settings.model_ratio["by-ratio"] = 0;
    world.settings.cache_ratio["by-ratio"] = 0;
    world.settings.billing_mode["unset"] = "tiered_expr";
    world.settings.billing_expr["unset"] = "  ";
    const PricingTable table = world.build();
    EXPECT_TRUE(find(table, "by-price").fixed);
    EXPECT_EQ(find(table, "by-ratio").model_ratio, 0);
    EXPECT_EQ(find(table, "by-ratio").cache_ratio, 0);
    EXPECT_EQ(find(table, "unset").model_ratio, 37.5);
    EXPECT_EQ(find(table, "unset").cache_ratio, std::nullopt);
    EXPECT_EQ(find(table, "unset").billing_expression, "");
}

TEST(PricingTable, TakesTheRowOfItsNameBeforeRulesAndHidesWhatIsDisabled) {
    World world;
    world.channels = {channel(1, "gpt-a,gpt-b,gpt-c,x-gpt")};
    const auto rule = [](std::string name, std::int64_t kind, std::string icon, std::int64_t status = 1) {
        store::ModelMetadata row;
        row.model_name = std::move(name);
        row.name_rule = kind;
        row.icon = std::move(icon);
        row.status = status;
        return row;
    };
    world.metadata = {rule("gpt", 2, "contains"), rule("gpt-", 1, "prefix"), rule("b", 3, "suffix"),
                      rule("gpt-a", 0, "exact"), rule("gpt-c", 0, "hidden", 0)};
    const PricingTable table = world.build();
    EXPECT_EQ(find(table, "gpt-a").icon, "exact");
    EXPECT_EQ(find(table, "gpt-b").icon, "prefix");
    EXPECT_EQ(find(table, "x-gpt").icon, "contains");
    EXPECT_EQ(table.models.size(), 3U);
}

TEST(PricingTable, LetsMetadataReplaceEndpoints) {
    World world;
    world.channels = {channel(1, "m,n")};
    store::ModelMetadata own;
    own.model_name = "m";
    own.endpoints = R"({"openai":"/other","own":{"path":"/p","method":"get"},"odd":{}})";
    store::ModelMetadata bad;
    bad.model_name = "n";
    bad.endpoints = R"(["openai"])";
    world.metadata = {own, bad};
    const PricingTable table = world.build();
    EXPECT_EQ(find(table, "m").endpoint_types, (std::vector<std::string>{"odd", "openai", "own"}));
    EXPECT_EQ(find(table, "n").endpoint_types, std::vector<std::string>{"openai"});
    EXPECT_EQ(table.endpoints.at("openai").path, "/other");
    EXPECT_EQ(table.endpoints.at("own").method, "GET");
}

TEST(PricingTable, NamesMakersAndNotesThoseThatAreMissing) {
    World world;
    world.channels = {channel(1, "gpt-4o,claude-3,nobody's")};
    store::VendorRow openai;
    openai.id = 9;
    openai.name = "OpenAI";
    store::VendorRow hidden = openai;
    hidden.id = 10;
    hidden.name = "Hidden";
    hidden.status = 0;
    world.vendors = {openai, hidden};
    const PricingTable table = world.build();
    EXPECT_EQ(find(table, "gpt-4o").vendor_id, 9);
    EXPECT_EQ(find(table, "claude-3").vendor_id, 0);
    EXPECT_EQ(find(table, "nobody's").vendor_id, 0);
    ASSERT_EQ(table.vendors.size(), 1U);
    ASSERT_EQ(table.missing_vendors.size(), 1U);
    EXPECT_EQ(table.missing_vendors[0].name, "Anthropic");
    EXPECT_EQ(table.missing_vendors[0].icon, "Claude.Color");
}

TEST(DefaultVendors, AreTheLongestPartOfTheName) {
    EXPECT_EQ(default_vendor("DeepSeek-R1-Distill-Llama-70B").name, "DeepSeek");
    EXPECT_EQ(default_vendor("llama-3").name, "Meta");
    EXPECT_EQ(default_vendor("@cf/meta/llama-2").name, "Meta");
    EXPECT_EQ(default_vendor("o3-mini").name, "OpenAI");
    EXPECT_EQ(default_vendor("GLM-4").name, "智谱");
    EXPECT_EQ(default_vendor("unheard").name, "");
    EXPECT_EQ(default_vendor("").name, "");
}

std::string written(const PricingTable& table, const PricingReader& reader) {
    std::string out;
    json::Writer writer(out);
    write_pricing(writer, table, reader);
    return out;
}

TEST(PricingJson, ShowsAReaderHisGroupsOnly) {
    World world;
    world.channels = {channel(1, "open"), channel(1, "open,secret", "inner"), channel(1, "both", "all")};
    world.settings.group_ratio = {{"default", 1}, {"inner", 3}};
    world.settings.group_group_ratio = {{"inner", {{"default", 0.5}}}};
    const PricingTable table = world.build();
    const std::string visitor = written(table, {.settings = world.settings, .group = std::nullopt});
    EXPECT_EQ(visitor.find("secret"), std::string::npos);
    EXPECT_EQ(visitor.find("inner"), std::string::npos);
    EXPECT_NE(visitor.find(R"("enable_groups":["all"])"), std::string::npos);
    EXPECT_NE(visitor.find(R"("group_ratio":{"default":1})"), std::string::npos);
    const std::string inner = written(table, {.settings = world.settings, .group = "inner"});
    EXPECT_NE(inner.find(R"("model_name":"secret")"), std::string::npos);
    EXPECT_NE(inner.find(R"("group_ratio":{"default":0.5,"inner":3})"), std::string::npos);
    const std::string root = written(
        table, {.settings = world.settings, .group = "default", .sees = PricingReader::Sees::AllGroups});
    EXPECT_NE(root.find(R"("enable_groups":["default","inner"])"), std::string::npos);
    EXPECT_EQ(root.find(R"("model_name":"secret")"), std::string::npos) << "nobody of this group can use it";
}

TEST(PricingJson, MarksTheFirstModelOfTheWholeTable) {
    World world;
    world.channels = {channel(1, "a-secret", "inner"), channel(1, "b")};
    const std::string text = written(world.build(), {.settings = world.settings, .group = std::nullopt});
    EXPECT_EQ(text.find("5a90f2b86c08bd98"), std::string::npos) << "it is not shown here";
}

}    // namespace
}    // namespace opusclaw::api
