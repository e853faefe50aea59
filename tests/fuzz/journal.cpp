// tests/fuzz/journal.cpp: the reader of the journal. Properties: what a scan accepts is read again record by record, an undamaged
// one accounts for every byte, and a settlement that is read is written as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "billing/settlement.h"
#include "store/journal_format.h"

namespace {

using namespace opusclaw;

void require(bool condition) {
    if (!condition) std::abort();
}

void check_settlement(std::string_view payload) {
    auto settlement = billing::decode_settlement(payload);
    if (!settlement) return;
    const std::string again = billing::encode_settlement(*settlement).substr(store::kRecordHeadBytes);
    const auto twice = billing::decode_settlement(again);
    require(twice.has_value());
    require(twice->amount == settlement->amount && twice->user == settlement->user);
    // A row is finished when it is read: the second time nothing changes any more.
    auto same = twice;
    require(billing::encode_settlement(*same).substr(store::kRecordHeadBytes) == again);
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (const auto head = store::decode_head(text))
        require(store::encode_head(*head) == text.substr(0, store::kSegmentHeadBytes));
    const store::SegmentScan scan = store::scan_records(text, 0);
    require(scan.size <= size);
    require(scan.damaged || text.substr(scan.size).find_first_not_of('\0') == std::string_view::npos);
    std::size_t used = 0;
    for (std::uint64_t sequence = scan.first; used < scan.size; ++sequence) {
        const store::RecordRead read = store::read_record(text.substr(used));
        require(read.kind == store::RecordRead::Kind::Record && read.sequence == sequence);
        check_settlement(read.payload);
        used += read.size;
    }
    require(used == scan.size);
    check_settlement(text);
    // The checksum keeps most inputs out; so a whole record is made of the rest.
    std::string record(store::kRecordHeadBytes, '\0');
    record += text.substr(0, store::kMostPayloadBytes);
    store::seal_record(record, size + 1);
    const store::RecordRead read = store::read_record(record);
    require(read.kind == store::RecordRead::Kind::Record &&
            read.payload == record.substr(store::kRecordHeadBytes));
    return 0;
}
