// api/chart_lines.cpp: which hours of a span are added up anew. The sums are store/quota_data's.
#include "api/chart_lines.h"

#include <algorithm>
#include <limits>

#include "base/crypto.h"
#include "net/content_coding.h"
#include "store/chart_hours.h"

namespace opusclaw::api {
namespace {

using store::kQuotaHour;
constexpr std::int64_t kDay = 24 * kQuotaHour;
constexpr std::int64_t kMostDays = 40;    // longer spans are added up as a whole

std::int64_t start_of(std::int64_t at) { return at - at % kQuotaHour; }

void write_rows(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    if (span.from > span.to) return;
    for (const store::QuotaDataRow& row : store::quota_sums(db, by, span)) write_chart_line(writer, row);
}

/// Whole hours: those that are stored, and between them what is not.
void write_hours(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    std::int64_t at = span.from;    // what is before it has been written
    for (const store::ChartHour& stored : store::find_chart_hours(db, by, span)) {
        const std::optional<PaddedBuffer> lines = unpack_chart_lines(stored.lines);
        if (!lines) continue;
        write_rows(db, by, {.from = at, .to = stored.hour - 1}, writer);
        writer.raw(lines->view());
        at = stored.hour + kQuotaHour;
    }
    write_rows(db, by, {.from = at, .to = span.to}, writer);
}

}    // namespace

void write_chart_line(json::Writer& writer, const store::QuotaDataRow& row) {
    writer.begin_object().member("id", row.id).member("user_id", row.user_id);
    writer.member("username", row.username).member("model_name", row.model_name);
    writer.member("created_at", row.created_at).member("token_used", row.token_used);
    writer.member("count", row.count).member("quota", row.quota).end_object();
}

std::string read_chart_lines(store::Reader& db, store::ChartBy by, store::TimeSpan span) {
    std::string lines;
    for (const store::QuotaDataRow& row : store::quota_sums(db, by, span)) {
        if (!lines.empty()) lines += ',';
        json::Writer writer(lines);
        write_chart_line(writer, row);
    }
    return lines;
}

std::string pack_chart_lines(std::string_view lines) { return crypto::base64_encode(net::zstd(lines)); }

std::optional<PaddedBuffer> unpack_chart_lines(std::string_view packed) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
    const std::optional<std::string> bytes = crypto::base64_decode(packed);
    PaddedBuffer lines;
    if (!bytes || net::decode_all(net::Coding::Zstd, *bytes, kMostBytes, lines) != net::DecodeOutcome::Ok)
        return std::nullopt;
    if (lines.empty())
        return std::nullopt;    // an empty text is good zstd, but no hour without lines is stored
    return lines;
}

void write_chart_lines(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    // Times are as people send them, up to the largest numbers.
    constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max() - kQuotaHour;
    const bool short_span = span.from >= kQuotaHour && span.to >= span.from && span.to < kLatest &&
                            span.to - span.from <= kMostDays * kDay;
    // The whole hours; what sticks out at either end is read as it is asked for.
    const std::int64_t first = short_span ? start_of(span.from + kQuotaHour - 1) : 0;
    const std::int64_t end = short_span ? start_of(span.to + 1) : 0;
    if (first >= end) return write_rows(db, by, span, writer);
    write_rows(db, by, {.from = span.from, .to = first - 1}, writer);
    // A day at a time: what is stored of a month should not be in memory at once.
    for (std::int64_t at = first; at < end; at += kDay)
        write_hours(db, by, {.from = at, .to = std::min(at + kDay, end) - 1}, writer);
    write_rows(db, by, {.from = end, .to = span.to}, writer);
}

}    // namespace opusclaw::api
