// api/channels.cpp: upstream channels for administrators (spec 03 sections 3.1, 3.3, 3.4). Checks of new ones: new_channel.cpp.
#include <array>
#include <optional>
#include <string>

#include "api/channel_json.h"
#include "api/new_channel.h"
#include "api/route.h"
#include "base/text.h"
#include "store/channels.h"

namespace opusclaw::api {
namespace {

store::ChannelFilter read_filter(const Request& request) {
    store::ChannelFilter filter;
    const std::string status = text::lower(request.text("status"));
    if (status == "enabled" || status == "1") filter.status_enabled = 1;
    if (status == "disabled" || status == "0") filter.status_enabled = 0;
    filter.type = text::parse_int(request.text("type"));
    if (request.flag("id_sort")) filter.order = "id";
    return filter;
}

void write_type_counts(json::Writer& writer, const std::vector<store::TypeCount>& counts) {
    writer.begin_object();
    for (const store::TypeCount& count : counts) writer.member(std::to_string(count.type), count.count);
    writer.end_object();
}

struct ChannelList {
    store::ChannelPage page;
    std::vector<store::TypeCount> counts;
};

Task<Reply> list_channels(const Request& request, const Services& services) {
    const Page page = request.page();
    const store::ChannelFilter filter = read_filter(request);
    co_await services.flusher.caught_up();
    const ChannelList list = co_await services.database.read([&](store::Reader& db) {
        return ChannelList{.page = store::list_channels(db, filter, page.offset(), page.size),
                           .counts = store::count_channels_by_type(db, filter)};
    });
    const bool pass_through = services.settings.current()->pass_through_request_enabled;
    co_return success_page(
        page, list.page.total,
        [&list](json::Writer& writer) {
            for (const store::ChannelRow& row : list.page.rows) write_channel(writer, row);
        },
        [&list, pass_through](json::Writer& writer) {
            writer.key("type_counts");
            write_type_counts(writer, list.counts);
            writer.member("pass_through_enabled", pass_through);
        });
}

Task<Reply> show_channel(const Request& request, const Services& services) {
    const std::int64_t id = request.id();
    co_await services.flusher.caught_up();
    const auto channel = co_await services.database.read(
        [id](store::Reader& db) { return store::find_channel(db, id); });
    if (!channel) fail_not_found();
    co_return success([&channel](json::Writer& writer) { write_channel(writer, *channel); });
}

Task<Reply> create_channels(const Request& request, const Services& services) {
    const auto rows = read_new_channels(request.json(), to_unix(services.clock.unix_now()));
    const std::vector<std::int64_t> ids = co_await services.database.write([&rows](store::Transaction& tx) {
        std::vector<std::int64_t> made;
        for (const store::ChannelRow& row : rows) made.push_back(store::insert_channel(tx, row));
        return made;
    });
    co_await services.catalog.reload();
    co_return success([&ids](json::Writer& writer) {
        writer.begin_object().key("ids").begin_array();
        for (const std::int64_t id : ids) writer.value(id);
        writer.end_array().end_object();
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/channel/", Access::Admin, &list_channels},
    Route{Method::Get, "/api/channel/:id", Access::Admin, &show_channel},
    Route{Method::Post, "/api/channel/", Access::Admin, &create_channels},
};

}    // namespace

std::span<const Route> channel_routes() { return kRoutes; }

}    // namespace opusclaw::api
