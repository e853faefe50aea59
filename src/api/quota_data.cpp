// api/quota_data.cpp: hourly usage for the charts of the dashboard (spec 03 section 15).
#include <array>
#include <string>
#include <vector>

#include "api/chart_lines.h"
#include "api/route.h"
#include "store/quota_data.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kLongestOwnSpan = 2'592'000;    // seconds: 30 days

store::TimeSpan read_span(const Request& request) {
    return {.from = request.integer("start_timestamp"), .to = request.integer("end_timestamp")};
}

/// `write(Reader, Writer)` writes the items on the thread that reads them: there may be many. What is still in the journal is stored
/// first, so that an answer misses nothing.
template <class Write>
Task<Reply> answer(const Services& services, Write write) {
    co_await services.flusher.caught_up();
    co_return co_await services.database.read([&write](store::Reader& db) {
        return success([&](json::Writer& writer) {
            writer.begin_array();
            write(db, writer);
            writer.end_array();
        });
    });
}

void write_rows(const std::vector<store::QuotaDataRow>& rows, json::Writer& writer) {
    for (const store::QuotaDataRow& row : rows) write_chart_line(writer, row);
}

Task<Reply> show_sums(store::ChartBy by, const Request& request, const Services& services) {
    const store::TimeSpan span = read_span(request);
    co_return co_await answer(services, [by, span](store::Reader& db, json::Writer& writer) {
        write_chart_lines(db, by, span, writer);
    });
}

Task<Reply> show_all(const Request& request, const Services& services) {
    const std::string username(request.text("username"));
    if (username.empty()) co_return co_await show_sums(store::ChartBy::Model, request, services);
    const store::TimeSpan span = read_span(request);
    co_return co_await answer(services, [&, span](store::Reader& db, json::Writer& writer) {
        write_rows(store::quota_data_of_username(db, username, span), writer);
    });
}

Task<Reply> show_users(const Request& request, const Services& services) {
    co_return co_await show_sums(store::ChartBy::Username, request, services);
}

Task<Reply> show_own(const Request& request, const Services& services) {
    const store::TimeSpan span = read_span(request);
    // Ends as far apart as numbers allow would overflow a difference.
    if (span.from < 0 || span.to < 0 || span.to - span.from > kLongestOwnSpan)
        fail("时间跨度不能超过 1 个月");
    const std::int64_t user = request.caller.user->id.value;
    co_return co_await answer(services, [span, user](store::Reader& db, json::Writer& writer) {
        write_rows(store::quota_data_of_user(db, user, span), writer);
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/data/", Access::Admin, &show_all},
    Route{Method::Get, "/api/data/users", Access::Admin, &show_users},
    Route{Method::Get, "/api/data/self", Access::User, &show_own},
};

}    // namespace

std::span<const Route> quota_data_routes() { return kRoutes; }

}    // namespace opusclaw::api
