// Tests of catalog/catalog.h: how the snapshot is replaced, and when a replaced one is freed.
#include "catalog/catalog.h"

#include <gtest/gtest.h>

#include <memory>

#include "unit/store/temp_database.h"

namespace opusclaw::catalog {
namespace {

TEST(Catalog, KeepsAReplacedSnapshotForWhoeverLooksAtIt) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    Catalog catalog(*database, {});
    catalog.load();
    CatalogView view(catalog);
    const std::weak_ptr<const Snapshot> first = view.current();
    store::run_on_loop(catalog.reload());
    EXPECT_FALSE(first.expired()) << "the view holds it";
    EXPECT_NE(view.current(), first.lock());
    EXPECT_TRUE(first.expired());
    store::run_on_loop(catalog.reload());
    EXPECT_NE(catalog.current(), nullptr);
}

TEST(Catalog, KeepsWhatItHasWhileTheChannelsCannotBeRead) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    store::ChannelRow row;
    row.key = "sk";
    row.models = "m";
    store::write_one(*database, [&](store::Transaction& tx) { return store::insert_channel(tx, row); });
    Catalog catalog(*database, {});
    catalog.load();
    const auto before = catalog.current();
    const std::uint64_t version = catalog.version();
    store::run_all(*database, {R"(ALTER TABLE "channels" RENAME TO "channels_away")"});
    store::run_on_loop(catalog.reload());
    EXPECT_EQ(catalog.current(), before);
    EXPECT_EQ(catalog.version(), version);
    store::run_all(*database, {R"(ALTER TABLE "channels_away" RENAME TO "channels")"});
    store::run_on_loop(catalog.reload());
    EXPECT_NE(catalog.current(), before);
    EXPECT_EQ(catalog.current()->channels().size(), 1U);
}

TEST(Catalog, ServesEachModelOfEachGroupByItsChannels) {
    const auto row = [](std::int64_t id, std::string models, std::string group) {
        store::ChannelRow row;
        row.id = id;
        row.type = 1;
        row.key = "sk";
        row.models = std::move(models);
        row.group = std::move(group);
        return row;
    };
    const std::vector<store::ChannelRow> rows = {row(1, "a,b", "x,y"), row(2, "c,a", "y"),
                                                 row(3, "b,d", "x")};
    const auto snapshot = Snapshot::build(rows, {});
    std::string all;
    snapshot->each_model(
        [&all](std::string_view group, const std::string& model, std::span<const Channel* const> channels) {
            all.append(all.empty() ? "" : " ").append(group).append(".").append(model).append("=");
            for (const Channel* channel : channels) all += std::to_string(channel->id.value);
        });
    EXPECT_EQ(all, "x.a=1 x.b=13 x.d=3 y.a=12 y.b=1 y.c=2");
}

}    // namespace
}    // namespace opusclaw::catalog
