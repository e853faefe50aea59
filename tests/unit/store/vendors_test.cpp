// tests/unit/store/vendors_test.cpp: makers of models that several nodes put into the database at once (store/model_metadata.h).
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

#include "store/model_metadata.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

TEST(Vendors, AreInsertedOnceByManyNodes) {
    constexpr int kRounds = 10, kNodes = 3, kVendors = 8;
    const TempDatabase file;
    const auto first = file.open_migrated(), second = file.open(), third = file.open();
    const std::array<Database*, kNodes> nodes = {first.get(), second.get(), third.get()};
    std::barrier together(kNodes);
    std::vector<std::thread> threads;
    for (Database* const node : nodes) {
        threads.emplace_back([node, &together] {
            for (int round = 0; round < kRounds; ++round) {
                std::vector<VendorRow> vendors(kVendors);
                for (int i = 0; i < kVendors; ++i)
                    vendors[i].name = std::to_string(round) + "/" + std::to_string(i);
                together.arrive_and_wait();
                node->write_now([&](Transaction& tx) { insert_missing_vendors(tx, vendors, 5); });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(read_one(*first, [](Reader& db) { return all_vendors(db); }).size(),
              std::size_t{kRounds * kVendors});
}

}    // namespace
}    // namespace opusclaw::store
