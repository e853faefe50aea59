// store/journal_format.cpp: little-endian numbers at fixed places; nothing here trusts a length before it is checked.
#include "store/journal_format.h"

#include <algorithm>

#include "base/crypto.h"

namespace opusclaw::store {

namespace {

constexpr std::string_view kMagic = "OPUSJRNL";
constexpr std::size_t kChecksumAt = 12, kFileAt = 16;                 // in the head of a segment
constexpr std::size_t kLengthAt = 4, kSumAt = 8, kSequenceAt = 12;    // in a record
constexpr unsigned kBitsInByte = 8;

template <class Number>
void put(std::string& out, Number number) {
    for (std::size_t i = 0; i < sizeof(number); ++i)
        out += static_cast<char>(static_cast<std::uint64_t>(number) >> (kBitsInByte * i));
}

template <class Number>
void set(std::string& out, std::size_t at, Number number) {
    for (std::size_t i = 0; i < sizeof(number); ++i)
        out[at + i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (kBitsInByte * i));
}

template <class Number>
Number get(std::string_view bytes, std::size_t at) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        number |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (kBitsInByte * i);
    return static_cast<Number>(number);
}

bool all_zero(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

std::uint32_t head_checksum(std::string_view bytes) {
    return crypto::crc32c(bytes.substr(kFileAt), crypto::crc32c(bytes.substr(0, kChecksumAt)));
}

/// Of a whole record: over the bytes before and behind the checksum's own place.
std::uint32_t record_checksum(std::string_view record) {
    return crypto::crc32c(record.substr(kSequenceAt), crypto::crc32c(record.substr(0, kSumAt)));
}

bool is_file_id(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

}    // namespace

std::string encode_head(const SegmentHead& head) {
    std::string rest;
    rest.append(head.file).resize(kFileIdLength);
    put(rest, head.database);
    put(rest, head.log_database);
    put(rest, head.number);
    rest.resize(kSegmentHeadBytes - kFileAt);
    std::string out(kMagic);
    put(out, kJournalVersion);
    put(out, crypto::crc32c(rest, crypto::crc32c(out)));
    return out + rest;
}

std::optional<SegmentHead> decode_head(std::string_view bytes) {
    if (bytes.size() < kSegmentHeadBytes) return std::nullopt;
    bytes = bytes.substr(0, kSegmentHeadBytes);
    if (!bytes.starts_with(kMagic) || get<std::uint32_t>(bytes, kMagic.size()) != kJournalVersion)
        return std::nullopt;
    if (get<std::uint32_t>(bytes, kChecksumAt) != head_checksum(bytes)) return std::nullopt;
    constexpr std::size_t kNumber = sizeof(std::uint64_t), kNumbersAt = kFileAt + kFileIdLength;
    SegmentHead head{.file = std::string(bytes.substr(kFileAt, kFileIdLength)),
                     .database = get<std::int64_t>(bytes, kNumbersAt),
                     .log_database = get<std::int64_t>(bytes, kNumbersAt + kNumber),
                     .number = get<std::uint64_t>(bytes, kNumbersAt + 2 * kNumber)};
    if (!is_file_id(head.file)) return std::nullopt;
    return head;
}

void seal_record(std::string& record, std::uint64_t sequence) {
    const auto length = static_cast<std::uint32_t>(record.size() - kRecordHeadBytes);
    set(record, 0, kJournalVersion);
    set(record, kLengthAt, length);
    set(record, kSequenceAt, sequence);
    set(record, kSumAt, record_checksum(record));
}

RecordRead read_record(std::string_view bytes) {
    RecordRead read;
    const std::string_view head = bytes.substr(0, kRecordHeadBytes);
    if (all_zero(head)) return read;
    read.kind = RecordRead::Kind::Short;
    if (head.size() < kRecordHeadBytes) return read;
    const auto length = get<std::uint32_t>(head, kLengthAt);
    if (get<std::uint32_t>(head, 0) != kJournalVersion || length > kMostPayloadBytes) {
        read.kind = RecordRead::Kind::Bad;
        return read;
    }
    if (bytes.size() - kRecordHeadBytes < length) return read;
    const std::string_view record = bytes.substr(0, kRecordHeadBytes + length);
    if (get<std::uint32_t>(head, kSumAt) != record_checksum(record)) {
        read.kind = RecordRead::Kind::Bad;
        return read;
    }
    return {.kind = RecordRead::Kind::Record,
            .sequence = get<std::uint64_t>(head, kSequenceAt),
            .payload = record.substr(kRecordHeadBytes),
            .size = record.size()};
}

SegmentScan scan_records(std::string_view bytes, std::uint64_t behind) {
    SegmentScan scan;
    while (true) {
        const RecordRead read = read_record(bytes.substr(scan.size));
        const bool in_order = scan.last == 0 ? read.sequence > behind : read.sequence == scan.last + 1;
        if (read.kind != RecordRead::Kind::Record || !in_order) break;
        if (scan.first == 0) scan.first = read.sequence;
        scan.last = read.sequence;
        scan.size += read.size;
    }
    scan.damaged = !all_zero(bytes.substr(scan.size));
    return scan;
}

}    // namespace opusclaw::store
