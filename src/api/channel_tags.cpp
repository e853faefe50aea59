// api/channel_tags.cpp: what is done to all channels of a tag at once (spec 03 section 3.9).
#include <array>
#include <optional>
#include <string>

#include "api/channel_check.h"
#include "api/channel_writes.h"
#include "api/route.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "store/abilities.h"
#include "store/channels.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kNoTag = "tag不能为空";

Task<Reply> switch_tag(const Request& request, const Services& services, std::int64_t status) {
    const std::string tag = read_plain_body(request, [](const JsonBody& body) { return body.text("tag"); });
    if (tag.empty()) fail(kBadBody);
    co_await services.database.write([&tag, status](store::Transaction& tx) {
        switch_channels(tx, store::lock_channels_with_tag(tx, tag), status);
    });
    co_await services.catalog.reload();
    co_return success();
}

Task<Reply> disable_tag(const Request& request, const Services& services) {
    co_return co_await switch_tag(request, services, 2);
}

Task<Reply> enable_tag(const Request& request, const Services& services) {
    co_return co_await switch_tag(request, services, 1);
}

bool is_json(std::string_view text) {
    try {
        json::Document::copy(text).validate();
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::optional<std::string> not_empty(std::optional<std::string> text) {
    return text && text->empty() ? std::nullopt : text;
}

std::optional<std::string> trimmed(const std::optional<std::string>& text) {
    return text ? std::optional(std::string(text::trim(*text))) : std::nullopt;
}

struct TagEdit {
    std::string tag;
    store::ChannelChanges changes;
};

TagEdit read_tag_edit(const JsonBody& body) {
    TagEdit edit{.tag = body.text("tag"), .changes = {}};
    edit.changes.tag = body.optional_text("new_tag");
    if (edit.changes.tag == edit.tag) edit.changes.tag.reset();
    edit.changes.priority = body.optional_integer("priority");
    edit.changes.weight = read_weight(body);
    edit.changes.model_mapping = not_empty(body.optional_text("model_mapping"));
    edit.changes.models = not_empty(body.optional_text("models"));
    edit.changes.group = not_empty(body.optional_text("groups"));
    edit.changes.param_override = trimmed(body.optional_text("param_override"));
    edit.changes.header_override = trimmed(body.optional_text("header_override"));
    return edit;
}

void check(const TagEdit& edit) {
    const auto wrong = [](const std::optional<std::string>& text) {
        return text && !text->empty() && !is_json(*text);
    };
    if (edit.tag.empty()) fail(kNoTag);
    if (wrong(edit.changes.param_override)) fail("参数覆盖必须是合法的 JSON 格式");
    if (wrong(edit.changes.header_override)) fail("请求头覆盖必须是合法的 JSON 格式");
}

void apply(store::Transaction& tx, const TagEdit& edit) {
    const store::ChannelChanges& changes = edit.changes;
    const bool rebuild = changes.models || changes.group;
    std::vector<std::int64_t> ids;
    for (const store::ChannelRow& stored : store::lock_channels_with_tag(tx, edit.tag)) {
        const store::ChannelRow channel = store::changed(stored, changes);
        check_columns(channel, tx.engine());
        store::update_channel(tx, stored.id, changes);
        if (rebuild) store::rebuild_abilities(tx, channel);
        ids.push_back(stored.id);
    }
    if (rebuild) return;
    store::update_abilities(tx, ids,
                            {.tag = changes.tag, .priority = changes.priority, .weight = changes.weight});
}

Task<Reply> edit_tag(const Request& request, const Services& services) {
    const TagEdit edit = read_plain_body(request, read_tag_edit);
    check(edit);
    co_await services.database.write([&edit](store::Transaction& tx) { apply(tx, edit); });
    co_await services.catalog.reload();
    co_return success();
}

Task<Reply> tag_channels(const Request& request, const Services& services) {
    const ChannelIds chosen = read_ids(request);
    const auto tag = read_plain_body(request, [](const JsonBody& body) { return body.optional_text("tag"); });
    co_await services.database.write([&chosen, &tag](store::Transaction& tx) {
        store::set_channel_tag(tx, chosen.ids, tag);
        for (const store::ChannelRow& channel : store::lock_channels(tx, chosen.ids)) {
            check_columns(channel, tx.engine());
            store::rebuild_abilities(tx, channel);
        }
    });
    co_await services.catalog.reload();
    co_return success([&chosen](json::Writer& writer) { writer.value(chosen.sent); });
}

/// The longest list of models among the tag's channels.
Task<Reply> tag_models(const Request& request, const Services& services) {
    const std::string tag(request.text("tag"));
    if (tag.empty()) co_return failure(kNoTag, 400);
    std::vector<std::string> lists;
    bool failed = false;
    try {
        lists = co_await services.database.read(
            [&tag](store::Reader& db) { return store::models_with_tag(db, tag); });
    } catch (const Error& error) {
        if (error.code != "database_error") throw;
        failed = true;
    }
    if (failed) co_return failure(translate(request.language, "common.database_error"), 500);
    std::string longest;
    std::size_t most = 0;
    for (std::string& models : lists) {
        const std::size_t entries = models.empty() ? 0 : text::split(models, ',').size();
        if (entries <= most) continue;
        most = entries;
        longest = std::move(models);
    }
    co_return success_text(longest);
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/channel/tag/disabled", Access::Admin, &disable_tag},
    Route{Method::Post, "/api/channel/tag/enabled", Access::Admin, &enable_tag},
    Route{Method::Put, "/api/channel/tag", Access::Admin, &edit_tag},
    Route{Method::Post, "/api/channel/batch/tag", Access::Admin, &tag_channels},
    Route{Method::Get, "/api/channel/tag/models", Access::Admin, &tag_models},
};

}    // namespace

std::span<const Route> channel_tag_routes() { return kRoutes; }

}    // namespace opusclaw::api
