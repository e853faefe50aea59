// api/channel_multi_key.cpp: POST /api/channel/multi_key/manage (spec 03 section 6). What the actions do is in multi_key_actions.cpp;
// a channel that lost its last key gets its status back with the first that is enabled again.
#include <array>
#include <optional>
#include <string>

#include "api/channel_writes.h"
#include "api/multi_key_actions.h"
#include "api/route.h"
#include "catalog/channel.h"
#include "catalog/status_note.h"
#include "store/channels.h"

namespace opusclaw::api {
namespace {

KeySet keys_of(const std::optional<store::ChannelRow>& channel) {
    if (!channel) fail("渠道不存在");
    KeySet set{.keys = {}, .info = catalog::ChannelInfo::parse(channel->channel_info)};
    if (!set.info.multi_key) fail("该渠道不是多密钥模式");
    set.keys = catalog::stored_keys(channel->key);
    return set;
}

void write_key(json::Writer& writer, const KeySet& set, std::size_t place) {
    const auto index = static_cast<std::int64_t>(place);
    writer.begin_object().member("index", index).member("status", set.info.status_of(index));
    if (const auto state = set.info.states.find(index); state != set.info.states.end()) {
        if (state->second.time != 0) writer.member("disabled_time", state->second.time);
        if (!state->second.reason.empty()) writer.member("reason", state->second.reason);
    }
    writer.member("key_preview", key_preview(set.keys[place])).end_object();
}

Task<Reply> show_keys(const JsonBody& body, std::int64_t id, const Services& services) {
    const KeyPageWish wish{.page = body.integer("page"),
                           .page_size = body.integer("page_size"),
                           .status = body.optional_integer("status")};
    const KeySet set = keys_of(
        co_await services.database.read([id](store::Reader& db) { return store::find_channel(db, id); }));
    const KeyPage page = page_of_keys(set, wish);
    co_return success([&set, &page](json::Writer& writer) {
        writer.begin_object().key("keys").begin_array();
        for (const std::size_t place : page.places) write_key(writer, set, place);
        writer.end_array().member("total", page.total).member("page", page.page);
        writer.member("page_size", page.page_size).member("total_pages", page.total_pages);
        writer.member("enabled_count", page.enabled).member("manual_disabled_count", page.disabled);
        writer.member("auto_disabled_count", page.auto_disabled).end_object();
    });
}

/// Whether the channel went off by itself with its last key.
bool lost_all_keys(const store::ChannelRow& channel) {
    return channel.status == static_cast<int>(catalog::ChannelStatus::AutoDisabled) &&
           catalog::status_reason(channel.other_info) == catalog::kAllKeysDisabled;
}

struct Wanted {
    std::int64_t channel = 0;
    std::string name;
    KeyAction action;
};

KeyActionResult apply(store::Transaction& tx, const Wanted& wanted) {
    const auto channel = store::lock_channel(tx, wanted.channel);
    KeySet set = keys_of(channel);
    const KeyActionFunction act = find_key_action(wanted.name);
    if (act == nullptr) fail("不支持的操作");
    KeyActionResult result = act(set, wanted.action);
    set.info.size = static_cast<std::int64_t>(set.keys.size());
    store::ChannelChanges changes{.channel_info = set.info.text()};
    if (result.keys_removed) changes.key = catalog::keys_text(set.keys);
    store::update_channel(tx, channel->id, changes);
    if (result.keys_enabled && lost_all_keys(*channel)) switch_channels(tx, {*channel}, 1);
    return result;
}

Reply told(const KeyActionResult& result) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", result.message);
    writer.member_if("data", result.data).end_object();
    return reply;
}

Task<Reply> manage_keys(const Request& request, const Services& services) {
    const JsonBody body = request.json();
    const Wanted wanted{
        .channel = body.integer("channel_id"),
        .name = body.text("action"),
        .action = {.index = body.optional_integer("key_index"), .now = to_unix(services.clock.unix_now())}};
    if (wanted.name == "get_key_status") co_return co_await show_keys(body, wanted.channel, services);
    const KeyActionResult result = co_await services.database.write(
        [&wanted](store::Transaction& tx) { return apply(tx, wanted); });
    co_await services.catalog.reload();
    co_return told(result);
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/channel/multi_key/manage", Access::Admin, &manage_keys},
};

}    // namespace

std::span<const Route> channel_key_routes() { return kRoutes; }

}    // namespace opusclaw::api
