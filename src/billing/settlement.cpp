// billing/settlement.cpp: numbers of variable length (seven bits a byte, signs folded in), texts with their length before them, one
// byte of flags. The reader takes exactly what the writer writes, and nothing longer.
#include "billing/settlement.h"

#include "base/text.h"
#include "store/journal_format.h"

namespace opusclaw::billing {
namespace {

constexpr unsigned kBits = 7, kMostBits = 64, kMore = 1U << kBits;
constexpr std::size_t kUsualBytes = 1024;
// Together they fit into a record; names that are cut to their columns' width are well below their share.
constexpr std::size_t kLongestContent = 32 * 1024, kLongestOther = 64 * 1024, kLongestNames = 8 * 1024;
static_assert(kLongestContent + kLongestOther + kLongestNames + 1024 < store::kMostPayloadBytes);

enum Flag : unsigned { Counts = 1, QuotaData = 2, HasLog = 4, IsStream = 8, AllFlags = 15 };

void put_unsigned(std::string& out, std::uint64_t number) {
    while (number >= kMore) {
        out += static_cast<char>((number & (kMore - 1)) | kMore);
        number >>= kBits;
    }
    out += static_cast<char>(number);
}

void put(std::string& out, std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    put_unsigned(out, (bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void put(std::string& out, std::string_view text) {
    put_unsigned(out, text.size());
    out += text;
}

/// What is missing reads as 0 or empty, and makes ok() false.
class Bytes {
public:
    explicit Bytes(std::string_view text) : rest_(text) {}
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

    std::uint64_t take_unsigned() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < kMostBits; shift += kBits) {
            if (rest_.empty()) break;
            const std::uint64_t byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            const std::uint64_t part = byte & (kMore - 1);
            if ((part << shift) >> shift != part) break;    // more than 64 bits
            number |= part << shift;
            if (byte >= kMore) continue;
            if (byte == 0 && shift > 0) break;    // one number has one spelling
            return number;
        }
        ok_ = false;
        return 0;
    }
    std::int64_t take() {
        const std::uint64_t folded = take_unsigned();
        const std::uint64_t sign = (folded & 1) != 0 ? ~std::uint64_t{0} : 0;
        return static_cast<std::int64_t>((folded >> 1) ^ sign);
    }
    std::string take_text() {
        const std::uint64_t size = take_unsigned();
        if (size > rest_.size()) {
            ok_ = false;
            return {};
        }
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return text;
    }
    unsigned take_byte() {
        if (rest_.empty()) {
            ok_ = false;
            return 0;
        }
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return byte;
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

/// `row.*member` for each, in the order of the record.
constexpr std::int64_t store::LogRow::*kNumbers[] = {
    &store::LogRow::user_id,  &store::LogRow::created_at,    &store::LogRow::type,
    &store::LogRow::quota,    &store::LogRow::prompt_tokens, &store::LogRow::completion_tokens,
    &store::LogRow::use_time, &store::LogRow::channel_id,    &store::LogRow::token_id};
constexpr std::string store::LogRow::*kTexts[] = {
    &store::LogRow::content, &store::LogRow::username, &store::LogRow::token_name, &store::LogRow::model_name,
    &store::LogRow::group,   &store::LogRow::ip,       &store::LogRow::request_id, &store::LogRow::other};

bool fits(const store::LogRow& row) {
    std::size_t names = 0;
    for (const auto member : kTexts) names += (row.*member).size();
    names -= row.content.size() + row.other.size();
    return row.content.size() <= kLongestContent && row.other.size() <= kLongestOther &&
           names <= kLongestNames;
}

/// Finishes it, which may make ill-formed texts longer, and cuts what is too long.
void shorten(store::LogRow& row) {
    constexpr std::size_t kBytesInCharacter = 4;
    store::finish_row(row);
    if (row.content.size() > kLongestContent)
        row.content.resize(text::cut_utf8(row.content, kLongestContent / kBytesInCharacter).size());
    if (row.other.size() > kLongestOther) row.other = "{}";    // half of a JSON text is none
}

unsigned flags_of(const Settlement& settlement) {
    unsigned flags = 0;
    if (settlement.counts) flags |= Counts;
    if (settlement.in_quota_data) flags |= QuotaData;
    if (settlement.log) flags |= HasLog;
    if (settlement.log && settlement.log->is_stream) flags |= IsStream;
    return flags;
}

}    // namespace

std::string encode_settlement(Settlement& settlement) {
    std::string out;
    out.reserve(kUsualBytes);
    out.resize(store::kRecordHeadBytes);
    out += static_cast<char>(flags_of(settlement));
    put(out, settlement.user.value);
    put(out, settlement.token.value);
    put(out, settlement.channel.value);
    put(out, settlement.amount.units);
    put(out, settlement.now);
    if (settlement.log) {
        store::LogRow& row = *settlement.log;
        if (!fits(row)) shorten(row);
        for (const auto member : kNumbers) put(out, row.*member);
        for (const auto member : kTexts) put(out, std::string_view(row.*member));
    }
    return out;
}

std::optional<Settlement> decode_settlement(std::string_view payload) {
    Bytes bytes(payload);
    const unsigned flags = bytes.take_byte();
    if (flags > AllFlags || ((flags & IsStream) != 0 && (flags & HasLog) == 0)) return std::nullopt;
    Settlement settlement;
    settlement.counts = (flags & Counts) != 0;
    settlement.in_quota_data = (flags & QuotaData) != 0;
    settlement.user.value = bytes.take();
    settlement.token.value = bytes.take();
    settlement.channel.value = bytes.take();
    settlement.amount.units = bytes.take();
    settlement.now = bytes.take();
    if ((flags & HasLog) != 0) {
        store::LogRow& row = settlement.log.emplace();
        row.is_stream = (flags & IsStream) != 0;
        for (const auto member : kNumbers) row.*member = bytes.take();
        for (const auto member : kTexts) row.*member = bytes.take_text();
        shorten(row);
    }
    if (!bytes.ok() || !bytes.at_end()) return std::nullopt;
    return settlement;
}

}    // namespace opusclaw::billing
