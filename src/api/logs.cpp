// api/logs.cpp: the log of requests and of what administrators did (spec 03 section 14.2): everybody's for administrators, a
// user's own for himself.
#include <algorithm>
#include <array>
#include <string>

#include "api/log_json.h"
#include "api/pattern_check.h"
#include "api/route.h"
#include "store/logs.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kMostOwnRows = 10'000;

/// What both lists filter by.
store::LogFilter read_filter(const Request& request) {
    store::LogFilter filter;
    filter.type = request.integer("type");
    filter.from = request.integer("start_timestamp");
    filter.to = request.integer("end_timestamp");
    filter.model_name = request.text("model_name");
    filter.token_name = request.text("token_name");
    filter.group = request.text("group");
    filter.request_id = request.text("request_id");
    check_pattern(filter.model_name);
    return filter;
}

Task<store::LogPage> read_logs(const store::LogFilter& filter, Page page, const Services& services) {
    co_await services.flusher.caught_up();
    co_return co_await services.database.read(
        [&](store::Reader& db) { return store::list_logs(db, filter, page.offset(), page.size); });
}

Task<Reply> list_logs(const Request& request, const Services& services) {
    const Page page = request.page();
    store::LogFilter filter = read_filter(request);
    filter.username = request.text("username");
    filter.channel_id = request.integer("channel");
    const store::LogPage list = co_await read_logs(filter, page, services);
    const auto channels = services.catalog.current();
    co_return success_page(page, list.total, [&](json::Writer& writer) {
        for (const store::LogRow& row : list.rows) {
            const catalog::Channel* const channel = channels->find(ChannelId{row.channel_id});
            write_log(writer, row, channel == nullptr ? std::string_view() : std::string_view(channel->name));
        }
    });
}

Task<Reply> list_own_logs(const Request& request, const Services& services) {
    const Page page = request.page();
    store::LogFilter filter = read_filter(request);
    filter.user_id = request.caller.user->id.value;
    const store::LogPage list = co_await read_logs(filter, page, services);
    co_return success_page(page, std::min(list.total, kMostOwnRows), [&](json::Writer& writer) {
        std::int64_t position = page.offset();
        for (const store::LogRow& row : list.rows) write_log(writer, cleaned_log(row, ++position), "");
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/log/", Access::Admin, &list_logs},
    Route{Method::Get, "/api/log/self", Access::User, &list_own_logs},
};

}    // namespace

std::span<const Route> log_routes() { return kRoutes; }

}    // namespace opusclaw::api
