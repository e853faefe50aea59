// Tests of store/journal.h and journal_stream.h on a real folder: records over many segments, what a process that died leaves, torn
// and damaged files, files of others, and a disk without room.
#include "store/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "unit/store/journal_folder.h"
#include "unit/store/journal_records.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kDatabase = 42;

/// Everything behind `from`, in order.
std::vector<std::string> all_of(const JournalStream& stream, JournalPosition from = {},
                                std::size_t most = 100) {
    std::vector<std::string> payloads;
    while (true) {
        const JournalBatch batch = stream.read(from, most);
        if (batch.damaged) payloads.push_back("damaged");
        if (batch.records.empty()) return payloads;
        for (const auto& record : batch.records) {
            EXPECT_EQ(record.behind.sequence, ++from.sequence);
            payloads.emplace_back(batch.payload(record));
            from = record.behind;
        }
    }
}

/// Whether it comes to that; the journal's thread may be in the middle of a period of its own.
bool becomes(Journal& journal, bool full) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    do {
        journal.tick();
        if (journal.full() == full) return true;
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < until);
    return false;
}

class JournalTest : public testing::Test {
protected:
    /// A process that wrote these and died.
    void leave(std::span<const std::string> payloads) {
        Journal journal(folder_.options());
        journal.open(kDatabase, 0);
        for (const std::string& payload : payloads) journal.append(0, record_of(payload));
    }
    std::filesystem::path only_segment() const {
        const auto names = folder_.files();
        EXPECT_FALSE(names.empty());
        return folder_.path() / *std::ranges::find_if(names, [](const std::string& name) {
                   return name.ends_with("-1.journal");
               });
    }
    JournalFolder folder_;
};

TEST_F(JournalTest, GivesBackWhatWasAppendedOverManySegments) {
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    const JournalStream& stream = *journal.streams()[0];
    std::vector<std::string> wanted;
    for (int i = 0; i < 1000; ++i) {
        wanted.push_back(std::to_string(i) + kThousand);
        journal.append(0, record_of(wanted.back()));
    }
    EXPECT_EQ(stream.written(), 1000U);
    EXPECT_EQ(all_of(stream), wanted);
    EXPECT_EQ(all_of(stream, {}, 7), wanted);
    EXPECT_EQ(all_of(stream, {.sequence = 998}).size(), 2U);
    EXPECT_GT(folder_.files().size(), 7U);
}

TEST_F(JournalTest, LetsGoWhatWasPassedAndNothingElse) {
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    JournalStream& stream = *journal.streams()[0];
    for (int i = 0; i < 500; ++i) journal.append(0, record_of(kThousand));
    EXPECT_TRUE(stream.passed(10).empty());
    const auto some = stream.passed(300);
    EXPECT_EQ(some, (std::vector<std::uint64_t>{1, 2}));
    stream.remove(some);
    EXPECT_EQ(all_of(stream, {.sequence = 300}).size(), 200U);
    stream.remove(stream.passed(500));
    journal.append(0, record_of("newest"));
    EXPECT_EQ(all_of(stream, {.sequence = 500}), std::vector<std::string>{"newest"});
    journal.close();
    stream.remove_all();
    EXPECT_TRUE(folder_.files().empty());
}

TEST_F(JournalTest, IsReadWhileItIsWritten) {
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    const JournalStream& stream = *journal.streams()[0];
    constexpr std::uint64_t kCount = 3000;
    std::thread writer([&] {
        for (std::uint64_t i = 1; i <= kCount; ++i) journal.append(0, record_of(std::to_string(i)));
    });
    JournalPosition at;
    while (at.sequence < kCount) {
        const JournalBatch batch = stream.read(at, 50);
        ASSERT_FALSE(batch.damaged);
        for (const auto& record : batch.records) {
            ASSERT_EQ(batch.payload(record), std::to_string(at.sequence + 1));
            at = record.behind;
        }
    }
    writer.join();
}

TEST_F(JournalTest, IsAdoptedFromAProcessThatDiedButNotFromOneThatLives) {
    const std::string payloads[] = {"one", "two"};
    leave(payloads);
    Journal first(folder_.options()), second(folder_.options());
    first.open(kDatabase, 0);
    second.open(kDatabase, 0);
    {
        const auto adopted = first.adopt();
        ASSERT_EQ(adopted.size(), 1U);
        EXPECT_EQ(all_of(*adopted[0]), (std::vector<std::string>{"one", "two"}));
        EXPECT_EQ(adopted[0]->written(), 2U);
        EXPECT_FALSE(adopted[0]->damaged());
        EXPECT_TRUE(second.adopt().empty()) << "the first has it";
    }
    const auto adopted = second.adopt();
    ASSERT_EQ(adopted.size(), 1U) << "the first has let it go";
    adopted[0]->remove_all();
    EXPECT_EQ(folder_.files().size(), 2U) << "those of the two that live";
}

TEST_F(JournalTest, IsLeftAloneWhenItBelongsToAnotherDatabase) {
    const std::string payloads[] = {"one"};
    leave(payloads);
    Journal journal(folder_.options());
    journal.open(kDatabase + 1, 0);
    EXPECT_TRUE(journal.adopt().empty());
    journal.close();
    EXPECT_TRUE(std::filesystem::exists(only_segment()));
}

TEST_F(JournalTest, IsAdoptedUpToATearWhereverItIs) {
    const std::string payloads[] = {"first", "second"};
    leave(payloads);
    const std::filesystem::path segment = only_segment();
    const std::size_t records = 2 * kRecordHeadBytes + 11;
    for (std::size_t cut = 0; cut < records; cut += 3) {
        JournalFolder torn;
        std::filesystem::create_directories(torn.path());
        const auto copy = torn.path() / segment.filename();
        std::filesystem::copy_file(segment, copy);
        std::filesystem::resize_file(copy, kSegmentHeadBytes + cut);
        std::filesystem::resize_file(copy, kLeastSegmentBytes);
        Journal journal(torn.options());
        journal.open(kDatabase, 0);
        const auto adopted = journal.adopt();
        ASSERT_EQ(adopted.size(), 1U);
        const bool first_whole = cut >= kRecordHeadBytes + 5;
        EXPECT_EQ(adopted[0]->written(), first_whole ? 1U : 0U) << cut;
        EXPECT_EQ(all_of(*adopted[0]).size(), adopted[0]->written()) << cut;
        adopted[0]->remove_all();
        EXPECT_EQ(torn.files(kAsideFolder).size(), adopted[0]->damaged() ? 1U : 0U) << cut;
    }
}

TEST_F(JournalTest, SetsAsideWhatFollowsDamageAndSaysSo) {
    std::vector<std::string> payloads(400, kThousand);
    leave(payloads);
    // In the second of four segments, or five: one may have been made ready.
    const auto names = folder_.files();
    ASSERT_GE(names.size(), 4U);
    const auto second = folder_.path() / *std::ranges::find_if(names, [](const auto& name) {
                            return name.ends_with("-2.journal");
                        });
    std::fstream file(second, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(kSegmentHeadBytes + 10 * (kRecordHeadBytes + 1000) + 500));
    file.put('y');
    file.close();
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    const auto adopted = journal.adopt();
    ASSERT_EQ(adopted.size(), 1U);
    const std::size_t in_segment = (kLeastSegmentBytes - kSegmentHeadBytes) / (kRecordHeadBytes + 1000);
    EXPECT_EQ(adopted[0]->written(), in_segment + 10);
    EXPECT_EQ(all_of(*adopted[0]).size(), in_segment + 10);
    EXPECT_TRUE(adopted[0]->damaged());
    adopted[0]->remove_all();
    EXPECT_EQ(folder_.files(kAsideFolder).size(), names.size() - 1) << "the damaged one and all behind it";
    EXPECT_EQ(folder_.files().size(), 1U);
}

// What a file is like whose process could not write: `torn` begins with a record and ends with half of one, `empty` took nothing.
class TornFile {
public:
    explicit TornFile(const JournalFolder& folder) : folder_(folder) {
        std::filesystem::create_directories(folder_.path());
    }
    void add(std::span<const std::uint64_t> sequences, std::string_view behind = {}) {
        const SegmentHead head{.file = std::string(kFileIdLength, 'f'),
                               .database = kDatabase,
                               .log_database = 0,
                               .number = ++number_};
        std::string bytes = encode_head(head);
        for (const std::uint64_t sequence : sequences) {
            std::string record = record_of("record " + std::to_string(sequence));
            seal_record(record, sequence);
            bytes += record;
        }
        bytes.append(behind).resize(kLeastSegmentBytes);
        std::ofstream(folder_.path() / (head.file + "-" + std::to_string(number_) + ".journal"),
                      std::ios::binary)
            << bytes;
    }

private:
    const JournalFolder& folder_;
    std::uint64_t number_ = 0;
};

TEST_F(JournalTest, GoesOnBehindWritesThatFailedAndWereDoneAgain) {
    TornFile file(folder_);
    const std::uint64_t first[] = {1, 2}, last[] = {3, 4};
    file.add(first, "half a rec");
    file.add({});
    file.add({}, "half again");
    file.add({});
    file.add(last);
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    const auto adopted = journal.adopt();
    ASSERT_EQ(adopted.size(), 1U);
    EXPECT_EQ(all_of(*adopted[0]),
              (std::vector<std::string>{"record 1", "record 2", "record 3", "record 4"}));
    EXPECT_FALSE(adopted[0]->damaged());
    adopted[0]->remove_all();
    EXPECT_TRUE(folder_.files(kAsideFolder).empty());
}

TEST_F(JournalTest, SetsAsideWhatLiesBehindALostRecord) {
    TornFile file(folder_);
    const std::uint64_t first[] = {1, 2}, last[] = {4, 5};
    file.add(first, "the third");
    file.add({});
    file.add(last);
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    const auto adopted = journal.adopt();
    ASSERT_EQ(adopted.size(), 1U);
    EXPECT_EQ(all_of(*adopted[0]), (std::vector<std::string>{"record 1", "record 2"}));
    EXPECT_TRUE(adopted[0]->damaged());
    adopted[0]->remove_all();
    EXPECT_EQ(folder_.files(kAsideFolder).size(), 2U);
}

// What is looked at again and again counts once against the limit of the journal's size.
TEST_F(JournalTest, CountsAdoptedFilesAsLongAsItHasThem) {
    const std::string payloads[] = {"one"};
    leave(payloads);
    JournalOptions options = folder_.options();
    options.most_bytes = 8 * kLeastSegmentBytes;
    Journal journal(options);
    journal.open(kDatabase, 0);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(journal.adopt().size(), 1U);
    const std::string id = journal.adopt().at(0)->id();
    EXPECT_TRUE(journal.adopt({id}).empty()) << "to be left";
    for (int i = 0; i < 200; ++i) journal.append(0, record_of(kThousand));
    EXPECT_TRUE(becomes(journal, false));
    journal.tick();
    EXPECT_FALSE(journal.full());
}

TEST_F(JournalTest, SetsAsideASegmentWithoutAHead) {
    std::filesystem::create_directories(folder_.path());
    std::ofstream(folder_.path() / "0123456789abcdef-1.journal") << std::string(500, '\0');
    std::ofstream(folder_.path() / "no segment.journal") << "x";
    std::ofstream(folder_.path() / "0123456789abcdef-x.journal") << "x";
    Journal journal(folder_.options());
    journal.open(kDatabase, 0);
    EXPECT_TRUE(journal.adopt().empty());
    EXPECT_EQ(folder_.files(kAsideFolder), std::vector<std::string>{"0123456789abcdef-1.journal"});
}

TEST_F(JournalTest, RefusesAFolderThatCannotBeUsed) {
    std::filesystem::create_directories(folder_.path());
    std::ofstream(folder_.path() / "file") << "x";
    JournalOptions options = folder_.options();
    options.folder /= "file";
    Journal journal(options);
    EXPECT_THROW(journal.open(kDatabase, 0), std::runtime_error);
}

TEST_F(JournalTest, AtItsLimitIsFullButKeepsWhatStillComes) {
    JournalOptions options = folder_.options();
    options.most_bytes = 2 * kLeastSegmentBytes;
    Journal journal(options);
    journal.open(kDatabase, 0);
    JournalStream& stream = *journal.streams()[0];
    journal.tick();
    EXPECT_FALSE(journal.full());
    // The first fills the segment in use; then the one ahead is begun, and there is no third.
    std::vector<std::string> wanted;
    const auto append = [&](int count) {
        for (int i = 0; i < count; ++i) {
            wanted.push_back(std::to_string(wanted.size()) + kThousand);
            journal.append(0, record_of(wanted.back()));
        }
    };
    append(200);
    EXPECT_TRUE(becomes(journal, true));
    append(200);
    EXPECT_EQ(all_of(stream), wanted) << "some of them from memory";
    stream.remove(stream.passed(130));
    journal.tick();
    append(10);
    EXPECT_EQ(all_of(stream, {.sequence = 130}).size(), wanted.size() - 130);
    stream.remove(stream.passed(wanted.size()));
    EXPECT_TRUE(becomes(journal, false));
    journal.append(0, record_of("newest"));
    EXPECT_EQ(all_of(stream, {.sequence = wanted.size()}), std::vector<std::string>{"newest"});
}

// A limit for files in place of a full disk: both refuse to allocate the next segment, and this one ends within the first.
TEST_F(JournalTest, OnAFullDiskIsFullUntilThereIsRoom) {
    constexpr int kRecords = 2500;
    JournalOptions options = folder_.options();
    options.segment_bytes = std::size_t{4} << 20;
    Journal journal(options);
    journal.open(kDatabase, 0);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = options.segment_bytes / 2;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < kRecords; ++i) journal.append(0, record_of(std::to_string(i) + kThousand));
    const bool full = becomes(journal, true);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ::signal(SIGXFSZ, old_handler);
    EXPECT_TRUE(full);
    EXPECT_EQ(all_of(*journal.streams()[0]).size(), kRecords);
    EXPECT_TRUE(becomes(journal, false));
    EXPECT_EQ(all_of(*journal.streams()[0]).size(), kRecords);
    journal.close();
    EXPECT_EQ(all_of(*journal.streams()[0]).size(), kRecords);
}

TEST_F(JournalTest, WhatWasKeptInMemoryIsWrittenWhenThereIsRoom) {
    JournalOptions options = folder_.options();
    options.most_bytes = 2 * kLeastSegmentBytes;
    std::size_t count = 0;
    {
        Journal journal(options);
        journal.open(kDatabase, 0);
        journal.tick();
        for (; count < 300; ++count) journal.append(0, record_of(kThousand));
        journal.streams()[0]->remove(journal.streams()[0]->passed(200));
        journal.tick();    // makes the one segment that there is room for, unless the thread was faster
    }
    Journal next(folder_.options());
    next.open(kDatabase, 0);
    const auto adopted = next.adopt();
    ASSERT_EQ(adopted.size(), 1U);
    EXPECT_EQ(adopted[0]->written(), count);
}

TEST(JournalPlace, IsBesideAnSqliteFile) {
    EXPECT_EQ(default_journal_folder("", "/data/one-api.db?_busy_timeout=1"), "/data/journal");
    EXPECT_EQ(default_journal_folder("local", "one-api.db"), "journal");
    EXPECT_EQ(default_journal_folder("postgres://u@h/d", "one-api.db"), "data/journal");
    EXPECT_EQ(default_journal_folder("u:p@tcp(h)/d", "one-api.db"), "data/journal");
}

}    // namespace
}    // namespace opusclaw::store
