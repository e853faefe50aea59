// Tests of store/journal_format.h: what was written is read, and what was damaged, cut or never written is not taken for a record.
#include "store/journal_format.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw::store {
namespace {

using Kind = RecordRead::Kind;

std::string record_of(std::uint64_t sequence, std::string_view payload) {
    std::string record(kRecordHeadBytes, '\0');
    record += payload;
    seal_record(record, sequence);
    return record;
}

std::string three_records() {
    return record_of(7, "one") + record_of(8, "") + record_of(9, std::string(300, 'x'));
}

TEST(SegmentHead, ComesBack) {
    const SegmentHead head{
        .file = "0123456789abcDEF", .database = INT64_MAX, .log_database = -5, .number = 3};
    const std::string bytes = encode_head(head);
    EXPECT_EQ(bytes.size(), kSegmentHeadBytes);
    EXPECT_EQ(decode_head(bytes + "records"), head);
}

TEST(SegmentHead, IsRefusedWhenAnyBitIsAnother) {
    const std::string bytes = encode_head({.file = "0123456789abcDEF", .database = 1, .number = 1});
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string changed = bytes;
        changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^
                                             (1U << (bit % 8)));
        EXPECT_EQ(decode_head(changed), std::nullopt) << bit;
    }
    EXPECT_EQ(decode_head(std::string_view(bytes).substr(1)), std::nullopt);
    EXPECT_EQ(decode_head(std::string(kSegmentHeadBytes, '\0')), std::nullopt);
}

TEST(JournalRecord, ComesBack) {
    const std::string bytes = record_of(UINT64_MAX, "payload") + "more";
    const RecordRead read = read_record(bytes);
    EXPECT_EQ(read.kind, Kind::Record);
    EXPECT_EQ(read.sequence, UINT64_MAX);
    EXPECT_EQ(read.payload, "payload");
    EXPECT_EQ(read.size, kRecordHeadBytes + 7);
}

TEST(JournalRecord, EndsWhereOnlyZerosFollow) {
    EXPECT_EQ(read_record("").kind, Kind::End);
    EXPECT_EQ(read_record(std::string(3, '\0')).kind, Kind::End);
    EXPECT_EQ(read_record(std::string(4096, '\0')).kind, Kind::End);
}

TEST(JournalRecord, IsRefusedWhenAnyBitIsAnother) {
    const std::string bytes = record_of(5, "payload");
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string changed = bytes;
        changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^
                                             (1U << (bit % 8)));
        EXPECT_NE(read_record(changed).kind, Kind::Record) << bit;
    }
}

TEST(JournalRecord, IsRefusedWhenItIsLongerThanAnyThatIsWritten) {
    EXPECT_EQ(read_record(record_of(1, std::string(kMostPayloadBytes, 'x'))).kind, Kind::Record);
    EXPECT_EQ(read_record(record_of(1, std::string(kMostPayloadBytes + 1, 'x'))).kind, Kind::Bad);
}

TEST(SegmentScan, FindsEveryRecordBeforeTheZeros) {
    const std::string bytes = three_records();
    for (const std::size_t zeros : {0, 1, 64, 5000}) {
        const SegmentScan scan = scan_records(bytes + std::string(zeros, '\0'), 6);
        EXPECT_EQ(scan.first, 7U);
        EXPECT_EQ(scan.last, 9U);
        EXPECT_EQ(scan.size, bytes.size());
        EXPECT_FALSE(scan.damaged);
    }
}

TEST(SegmentScan, StopsAtATearWhereverItIs) {
    const std::string bytes = three_records();
    const std::size_t ends[] = {0, kRecordHeadBytes + 3, 2 * kRecordHeadBytes + 3, bytes.size()};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        std::string torn = bytes.substr(0, cut);
        torn.resize(bytes.size() + 500);
        // A record that ends in zeros is whole without them.
        std::size_t whole = 0;
        while (whole < 3 && torn.starts_with(bytes.substr(0, ends[whole + 1]))) ++whole;
        const SegmentScan scan = scan_records(torn, 6);
        EXPECT_EQ(scan.size, ends[whole]) << cut;
        EXPECT_EQ(scan.last, whole == 0 ? 0 : 6 + whole) << cut;
        // Nothing but zeros of a record may have been written: then nothing tells that it was begun.
        const bool something = torn.find_first_not_of('\0', ends[whole]) != std::string::npos;
        EXPECT_EQ(scan.damaged, something) << cut;
    }
}

TEST(SegmentScan, StopsAtAFlippedBit) {
    const std::string bytes = three_records();
    const std::size_t ends[] = {0, kRecordHeadBytes + 3, 2 * kRecordHeadBytes + 3, bytes.size()};
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string changed = bytes;
        changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^
                                             (1U << (bit % 8)));
        std::size_t record = 0;
        while (ends[record + 1] <= bit / 8) ++record;
        const SegmentScan scan = scan_records(changed, 6);
        EXPECT_EQ(scan.size, ends[record]) << bit;
        EXPECT_TRUE(scan.damaged) << bit;
    }
}

TEST(SegmentScan, StopsAtAGapAndAtWhatWasThereBefore) {
    EXPECT_EQ(scan_records(record_of(1, "a") + record_of(3, "b"), 0).last, 1U);
    EXPECT_TRUE(scan_records(record_of(1, "a") + record_of(3, "b"), 0).damaged);
    EXPECT_EQ(scan_records(record_of(4, "a"), 4).first, 0U);
    EXPECT_EQ(scan_records(record_of(6, "a"), 4).first, 6U);
}

}    // namespace
}    // namespace opusclaw::store
