// api/chart_lines.cpp: which hours of a span are added up anew. The sums are store/quota_data's.
#include "api/chart_lines.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/crypto.h"
#include "net/content_coding.h"
#include "store/chart_hours.h"

namespace opusclaw::api {
namespace {

using store::kQuotaHour;
constexpr std::int64_t kDay = 24 * kQuotaHour;
constexpr std::int64_t kMostDays = 40;                          // longer spans are added up as a whole
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;    // of an hour

std::int64_t start_of(std::int64_t at) { return at - at % kQuotaHour; }

void write_rows(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    if (span.from > span.to) return;
    for (const store::QuotaDataRow& row : store::quota_sums(db, by, span)) write_chart_line(writer, row);
}

struct Frame {
    std::int64_t hour = 0;
    std::string bytes;
    std::uint64_t size = 0;    // of its lines
};

/// What is stored of the hours, as pack_chart_lines() compressed it, and how long all of it will be.
std::vector<Frame> read_frames(store::Reader& db, store::ChartBy by, store::TimeSpan span,
                               std::uint64_t& size) {
    std::vector<Frame> frames;
    for (const store::ChartHour& stored : store::find_chart_hours(db, by, span)) {
        std::optional<std::string> bytes = crypto::base64_decode(stored.lines);
        const auto told = bytes ? net::zstd_told_size(*bytes) : std::nullopt;
        if (told.value_or(0) == 0 || *told > kMostBytes) continue;
        size += *told + 1;
        frames.push_back({.hour = stored.hour, .bytes = std::move(*bytes), .size = *told});
    }
    return frames;
}

/// Whole hours: those that are stored, and between them what is not.
void write_hours(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    std::uint64_t size = 0;
    const std::vector<Frame> frames = read_frames(db, by, span, size);
    writer.reserve(size + size / 8);    // and the hour that goes on, and the end of the answer
    PaddedBuffer lines;
    std::int64_t at = span.from;    // what is before it has been written
    for (const Frame& frame : frames) {
        lines.clear();
        lines.reserve(frame.size + 1);    // one more lets the end be seen
        if (net::decode_all(net::Coding::Zstd, frame.bytes, kMostBytes, lines) != net::DecodeOutcome::Ok)
            continue;
        write_rows(db, by, {.from = at, .to = frame.hour - 1}, writer);
        writer.raw(lines.view());
        at = frame.hour + kQuotaHour;
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
