// Tests of Journal::adopt() (store/journal.h) beside a process that goes on writing, and dies at a moment of its own.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "unit/store/journal_folder.h"
#include "unit/store/journal_records.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kDatabase = 42;

TEST(JournalAdoption, TakesAFileWholeThoughItGrewWhileAnotherWasRead) {
    const JournalFolder folder;
    const JournalRoom room(10);
    const auto options = [&folder](std::string file, std::uint64_t before) {
        return JournalStream::Options{
            .folder = folder.path(),
            .head = {.file = std::move(file), .database = kDatabase, .log_database = 0, .number = before},
            .segment_bytes = kLeastSegmentBytes};
    };
    std::filesystem::create_directories(folder.path());
    // Comes first, and takes long: its first segment is set aside, which is seen, its second one is large.
    const std::string early(kFileIdLength, '0'), late(kFileIdLength, 'z');
    const std::filesystem::path large = folder.path() / (early + "-2.journal");
    std::ofstream(folder.path() / (early + "-1.journal")) << "no head";
    std::ofstream(large) << encode_head({.file = early, .database = kDatabase, .number = 2});
    std::filesystem::resize_file(large, std::size_t{32} << 20);
    std::string why;
    auto living = std::make_unique<JournalStream>(options(late, 0), room, [] {});
    ASSERT_TRUE(living->prepare(why)) << why;
    living->append(record_of("first"));
    Journal journal(folder.options());
    journal.open(kDatabase, 0);
    std::vector<std::shared_ptr<JournalStream>> adopted;
    std::thread adopter([&] { adopted = journal.adopt(); });
    while (!std::filesystem::exists(folder.path() / kAsideFolder / (early + "-1.journal")))
        std::this_thread::yield();
    for (int i = 0; i < 200; ++i) living->append(record_of(kThousand));
    const std::uint64_t written = living->written();
    living.reset();    // it dies
    adopter.join();
    if (adopted.size() == 1) adopted.push_back(journal.adopt().at(0));    // it lived a little longer
    ASSERT_EQ(adopted.size(), 2U);
    EXPECT_EQ(adopted[1]->id(), late);
    EXPECT_EQ(adopted[1]->written(), written);
}

}    // namespace
}    // namespace opusclaw::store
