// api/channel_list.cpp: channels in pages, by filters, words and tags (spec 03 sections 3.1, 3.2).
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "api/channel_json.h"
#include "api/route.h"
#include "base/error.h"
#include "base/text.h"
#include "store/channel_lists.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kSearchPage = 20;
constexpr std::int64_t kLargestSearchPage = 1000;
constexpr std::int64_t kLargestPage = 1'000'000'000;

store::ChannelFilter read_filter(const Request& request) {
    store::ChannelFilter filter;
    const std::string status = text::lower(request.text("status"));
    if (status == "enabled" || status == "1") filter.status_enabled = 1;
    if (status == "disabled" || status == "0") filter.status_enabled = 0;
    filter.type = text::parse_int(request.text("type"));
    if (request.flag("id_sort")) filter.order = store::ChannelOrder::Id;
    return filter;
}

/// Words as every engine takes them. What cannot stand in a stored text finds nothing.
std::string words(std::string_view typed) {
    std::string text;
    for (const char c : typed) text += c == '\0' ? '\x01' : c;
    return text::clean_utf8(text);
}

struct Found {
    store::ChannelPage page;
    std::vector<store::TypeCount> counts;
};

void write_rows(json::Writer& writer, const Found& found) {
    for (const store::ChannelRow& row : found.page.rows) write_channel(writer, row);
}

void write_type_counts(json::Writer& writer, const Found& found) {
    writer.key("type_counts").begin_object();
    for (const store::TypeCount& count : found.counts) writer.member(std::to_string(count.type), count.count);
    writer.end_object();
}

/// What went wrong is in the log; the page only tells that it did.
[[noreturn]] void fail_in_words(const Error& error, const Request& request) {
    if (error.code != "database_error") throw error;
    fail(request.flag("tag_mode") ? "获取标签失败，请稍后重试" : "获取渠道列表失败，请稍后重试");
}

Task<Found> find_page(const Request& request, const Services& services) {
    const Page page = request.page();
    const store::ChannelFilter filter = read_filter(request);
    const bool by_tag = request.flag("tag_mode");
    co_await services.flusher.caught_up();
    co_return co_await services.database.read([&](store::Reader& db) {
        return Found{.page = by_tag ? store::list_channels_by_tag(db, filter, page.offset(), page.size)
                                    : store::list_channels(db, filter, page.offset(), page.size),
                     .counts = store::count_channels_by_type(db, filter)};
    });
}

Task<Reply> list_channels(const Request& request, const Services& services) {
    std::optional<Found> found;
    try {
        found = co_await find_page(request, services);
    } catch (const Error& error) {
        fail_in_words(error, request);
    }
    const bool pass_through = services.settings.current()->pass_through_request_enabled;
    co_return success_page(
        request.page(), found->page.total, [&found](json::Writer& writer) { write_rows(writer, *found); },
        [&found, pass_through](json::Writer& writer) {
            write_type_counts(writer, *found);
            writer.member("pass_through_enabled", pass_through);
        });
}

Task<Reply> search_channels(const Request& request, const Services& services) {
    store::ChannelFilter filter = read_filter(request);
    const std::string_view group = request.text("group");
    filter.search = store::ChannelSearch{.keyword = words(request.text("keyword")),
                                         .group = words(group == "null" ? "" : group),
                                         .model = words(request.text("model"))};
    filter.whole_tags = request.flag("tag_mode");
    std::int64_t size = request.integer("page_size");
    size = size <= 0 ? kSearchPage : std::min(size, kLargestSearchPage);
    const std::int64_t offset = (std::clamp<std::int64_t>(request.integer("p"), 1, kLargestPage) - 1) * size;
    co_await services.flusher.caught_up();
    const Found found = co_await services.database.read([&](store::Reader& db) {
        return Found{.page = store::list_channels(db, filter, offset, size),
                     .counts = store::count_channels_by_type(db, filter)};
    });
    co_return success([&found](json::Writer& writer) {
        writer.begin_object().key("items").begin_array();
        write_rows(writer, found);
        writer.end_array().member("total", found.page.total);
        write_type_counts(writer, found);
        writer.end_object();
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/channel/", Access::Admin, &list_channels},
    Route{Method::Get, "/api/channel/search", Access::Admin, &search_channels},
};

}    // namespace

std::span<const Route> channel_list_routes() { return kRoutes; }

}    // namespace opusclaw::api
