// api/channels.cpp: upstream channels for administrators, one by one (spec 03 sections 3.3 to 3.8, 3.10). Checks: new_channel.cpp,
// channel_update.cpp; lists: channel_list.cpp; tags, keys, tests and upstream model lists have files of their own.
#include <array>
#include <optional>
#include <string>

#include "api/channel_check.h"
#include "api/channel_json.h"
#include "api/channel_update.h"
#include "api/channel_writes.h"
#include "api/new_channel.h"
#include "api/route.h"
#include "base/text.h"
#include "store/abilities.h"
#include "store/channels.h"
#include "store/logs.h"

namespace opusclaw::api {
namespace {

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
    for (const store::ChannelRow& row : rows) check_columns(row, services.database.engine());
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

store::ChannelRow apply(store::Transaction& tx, const ChannelUpdate& update) {
    const auto stored = store::lock_channel(tx, update.id);
    if (!stored) fail_not_found();
    const store::ChannelChanges changes = merged(update, *stored);
    store::ChannelRow channel = store::changed(*stored, changes);
    check_columns(channel, tx.engine());
    store::update_channel(tx, update.id, changes);
    store::rebuild_abilities(tx, channel);
    return channel;
}

Task<Reply> update_channel(const Request& request, const Services& services) {
    const ChannelUpdate update = read_channel_update(request.json(), request.text("clear"));
    co_await services.flusher.caught_up();
    const store::ChannelRow channel = co_await services.database.write(
        [&update](store::Transaction& tx) { return apply(tx, update); });
    co_await services.catalog.reload();
    co_return success([&channel, &update](json::Writer& writer) {
        write_channel(writer, channel, [&update](json::Writer& more) {
            more.member_or_null("multi_key_mode", update.multi_key_mode);
            more.member_or_null("key_mode", update.key_mode);
        });
    });
}

Task<Reply> delete_channel(const Request& request, const Services& services) {
    const std::array ids = {request.id()};
    co_await services.database.write([&ids](store::Transaction& tx) { store::delete_channels(tx, ids); });
    co_await services.catalog.reload();
    co_return success();
}

Task<Reply> delete_disabled(const Request&, const Services& services) {
    const std::int64_t deleted = co_await services.database.write(
        [](store::Transaction& tx) { return store::delete_disabled_channels(tx); });
    co_await services.catalog.reload();
    co_return success([deleted](json::Writer& writer) { writer.value(deleted); });
}

Task<Reply> delete_batch(const Request& request, const Services& services) {
    const ChannelIds chosen = read_ids(request);
    co_await services.database.write(
        [&chosen](store::Transaction& tx) { store::delete_channels(tx, chosen.ids); });
    co_await services.catalog.reload();
    co_return success([&chosen](json::Writer& writer) { writer.value(chosen.sent); });
}

/// False only for what clearly says so: the default is true.
bool says_no(std::string_view text) {
    constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
    return std::ranges::find(kFalse, text) != kFalse.end();
}

store::ChannelRow copy_of(store::ChannelRow channel, const Request& request, std::int64_t now) {
    channel.name += request.query.find("suffix").value_or("_复制");
    channel.created_time = now;
    channel.test_time = channel.response_time = 0;
    channel.auto_ban = channel.auto_ban.value_or(0);    // NULL is off, and the column's default is on
    if (says_no(request.text("reset_balance"))) return channel;
    channel.balance = 0;
    channel.used_quota = 0;
    return channel;
}

Task<Reply> copy_channel(const Request& request, const Services& services) {
    const auto id = text::parse_int(request.parameters.front());
    if (!id) fail("invalid id");
    co_await services.flusher.caught_up();
    const auto stored = co_await services.database.read(
        [&id](store::Reader& db) { return store::find_channel(db, *id); });
    if (!stored) fail("获取渠道信息失败，请稍后重试");
    const store::ChannelRow copy = copy_of(*stored, request, to_unix(services.clock.unix_now()));
    check_columns(copy, services.database.engine());
    std::int64_t made = 0;
    try {
        made = co_await services.database.write(
            [&copy](store::Transaction& tx) { return store::insert_channel(tx, copy); });
    } catch (const Error& error) {
        if (error.code != "database_error") throw;
    }
    if (made == 0) fail("复制渠道失败，请稍后重试");
    co_await services.catalog.reload();
    co_return success(
        [made](json::Writer& writer) { writer.begin_object().member("id", made).end_object(); });
}

/// Step-up (spec 02 section 19): a mark in the session's cookie, at most 300 s old, of the same user.
std::optional<Reply> refuse_unverified(const Request& request, const Services& services) {
    constexpr std::int64_t kVerifiedFor = 300;
    const std::int64_t now = to_unix(services.clock.unix_now());
    const auto refusal = [](std::string_view message, std::string_view code) {
        Reply reply{.status = 403, .caching = Caching::Secret};
        json::Writer writer(reply.body);
        writer.begin_object().member("success", false).member("message", message);
        writer.member("code", code).end_object();
        return reply;
    };
    std::optional<account::Session> session;
    if (!request.caller.by_access_token)
        session = services.sessions.read(request.head.headers.find("Cookie").value_or(""), now);
    if (!session || !session->verified_at || session->verified_user != session->user)
        return refusal("需要安全验证", "VERIFICATION_REQUIRED");
    if (*session->verified_at <= 0 || *session->verified_at > now)
        return refusal("验证状态异常，请重新验证", "VERIFICATION_INVALID");
    if (now - *session->verified_at >= kVerifiedFor)
        return refusal("验证已过期，请重新验证", "VERIFICATION_EXPIRED");
    return std::nullopt;
}

store::LogRow reveal_log(const Request& request, std::int64_t channel, std::int64_t now) {
    store::LogRow row;
    row.user_id = request.caller.user->id.value;
    row.username = request.caller.user->username;
    row.created_at = now;
    row.type = static_cast<std::int64_t>(store::LogType::System);
    row.content = "查看渠道密钥信息 (渠道ID: " + std::to_string(channel) + ")";
    return row;
}

Task<Reply> reveal_key(const Request& request, const Services& services) {
    if (auto refused = refuse_unverified(request, services)) co_return std::move(*refused);
    const auto id = text::parse_int(request.parameters.front());
    if (!id) fail("渠道ID格式错误: " + request.parameters.front());
    const auto channel = co_await services.database.read(
        [&id](store::Reader& db) { return store::find_channel(db, *id); });
    if (!channel) fail("获取渠道信息失败: record not found");
    const store::LogRow row = reveal_log(request, *id, to_unix(services.clock.unix_now()));
    co_await services.database.logs().write(
        [&row](store::Transaction& tx) { store::insert_logs(tx, std::span(&row, 1)); });
    Reply reply{.caching = Caching::Secret};
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", "获取成功").key("data");
    writer.begin_object().member("key", channel->key).end_object().end_object();
    co_return reply;
}

Task<Reply> fix_abilities(const Request&, const Services& services) {
    const SingleFlight::Turn turn = services.ability_repair->enter();
    if (!turn) fail("已经有一个修复任务在运行中，请稍后再试");
    const store::AbilityRepair repair = co_await services.database.write(
        [](store::Transaction& tx) { return store::rebuild_all_abilities(tx); });
    co_await services.catalog.reload();
    co_return success([&repair](json::Writer& writer) {
        writer.begin_object().member("success", repair.repaired).member("fails", repair.failed).end_object();
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/channel/:id", Access::Admin, &show_channel},
    Route{Method::Post, "/api/channel/", Access::Admin, &create_channels},
    Route{Method::Put, "/api/channel/", Access::Admin, &update_channel},
    Route{Method::Delete, "/api/channel/disabled", Access::Admin, &delete_disabled},
    Route{Method::Delete, "/api/channel/:id", Access::Admin, &delete_channel},
    Route{Method::Post, "/api/channel/batch", Access::Admin, &delete_batch},
    Route{Method::Post, "/api/channel/copy/:id", Access::Admin, &copy_channel},
    Route{Method::Post, "/api/channel/:id/key", Access::Root, &reveal_key},
    Route{Method::Post, "/api/channel/fix", Access::Admin, &fix_abilities},
};

}    // namespace

std::span<const Route> channel_routes() { return kRoutes; }

}    // namespace opusclaw::api
