// store/journal_format.h: the bytes of the journal (DESIGN section 10), as plain functions: a segment begins with a head that names
// file and database, records follow, zeros follow the last. What a record's payload means is billing's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::store {

inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::size_t kSegmentHeadBytes = 64, kRecordHeadBytes = 20;
inline constexpr std::size_t kLeastSegmentBytes = 128 * 1024;
/// A record always fits into an empty segment.
inline constexpr std::size_t kMostPayloadBytes = kLeastSegmentBytes - kSegmentHeadBytes - kRecordHeadBytes;
inline constexpr std::size_t kFileIdLength = 16;

/// Which file a segment belongs to, and whose records it holds.
struct SegmentHead {
    std::string file;                               // kFileIdLength letters and digits
    std::int64_t database = 0, log_database = 0;    // their ids; log_database 0: the logs are in the same
    std::uint64_t number = 0;                       // of the segment within its file, from 1 on
    bool operator==(const SegmentHead&) const = default;
};
/// kSegmentHeadBytes bytes.
std::string encode_head(const SegmentHead& head);
/// nullopt: too short, damaged, or of another version.
std::optional<SegmentHead> decode_head(std::string_view bytes);

/// Fills in the first kRecordHeadBytes of a record, whose payload (at most kMostPayloadBytes) follows them: version, length, CRC32C
/// over everything else, sequence.
void seal_record(std::string& record, std::uint64_t sequence);

/// What stands at the beginning of some bytes of a segment.
struct RecordRead {
    enum class Kind {
        Record,
        End,      // nothing was written from here on
        Short,    // the bytes end within a record
        Bad       // no record: damaged, or of another version
    };
    Kind kind = Kind::End;
    std::uint64_t sequence = 0;
    std::string_view payload;    // into the bytes
    std::size_t size = 0;        // of the whole record
};
RecordRead read_record(std::string_view bytes);

/// The undamaged records at the beginning of a segment's bytes, the head left out.
struct SegmentScan {
    std::uint64_t first = 0, last = 0;    // sequences; 0: no record
    std::size_t size = 0;                 // of the records
    bool damaged = false;                 // something else than zeros follows them
};
/// Records follow each other without a gap; the first may have any sequence above `behind`.
SegmentScan scan_records(std::string_view bytes, std::uint64_t behind);

}    // namespace opusclaw::store
