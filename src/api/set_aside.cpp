// api/set_aside.cpp: GET /api/opus/set_aside, which New API has not: settlements that the database refused, and whatever in a journal
// could not be read (DESIGN section 10), for the root user, who decides what becomes of them. Nothing here changes anything.
#include <array>

#include "api/log_json.h"
#include "api/route.h"
#include "billing/set_aside.h"

namespace opusclaw::api {
namespace {

using billing::SetAside;

std::string_view kind_of(const SetAside& item) {
    if (item.settlement) return "settlement";
    return item.file.record.file.empty() ? "segment" : "record";
}

void write_settlement(json::Writer& writer, const billing::Settlement& settlement) {
    writer.begin_object().member("user_id", settlement.user.value);
    writer.member("token_id", settlement.token.value).member("channel_id", settlement.channel.value);
    writer.member("quota", settlement.amount.units).member("settled_at", settlement.now).key("log");
    if (settlement.log)
        write_log(writer, *settlement.log, "");
    else
        writer.null();
    writer.end_object();
}

void write_item(json::Writer& writer, const SetAside& item) {
    writer.begin_object().member("name", item.file.name).member("kind", kind_of(item));
    writer.member("database", item.file.record.database).member("file", item.file.record.file);
    writer.member("sequence", static_cast<std::int64_t>(item.file.record.sequence));
    writer.member("reason", item.file.reason).member("set_aside_at", item.file.at);
    writer.member("bytes", static_cast<std::int64_t>(item.file.bytes)).key("settlement");
    if (item.settlement)
        write_settlement(writer, *item.settlement);
    else
        writer.null();
    writer.end_object();
}

Task<Reply> list_set_aside(const Request& request, const Services& services) {
    const Page page = request.page();
    const auto found = co_await services.workers.run([&services, &page] {
        return billing::list_set_aside(*services.journal, static_cast<std::size_t>(page.offset()),
                                       static_cast<std::size_t>(page.size));
    });
    co_return success_page(page, static_cast<std::int64_t>(found.total), [&found](json::Writer& writer) {
        for (const SetAside& item : found.items) write_item(writer, item);
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/opus/set_aside", Access::Root, &list_set_aside},
};

}    // namespace

std::span<const Route> set_aside_routes() { return kRoutes; }

}    // namespace opusclaw::api
