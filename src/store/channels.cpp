// store/channels.cpp: statements over tables `channels` and `abilities`. What the JSON columns mean is read in catalog.
#include "store/channels.h"

#include <set>

#include "base/text.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<ChannelRow> kColumns[] = {
    {"id", &ChannelRow::id},
    {"type", &ChannelRow::type},
    {"key", &ChannelRow::key},
    {"open_ai_organization", &ChannelRow::openai_organization},
    {"test_model", &ChannelRow::test_model},
    {"status", &ChannelRow::status},
    {"name", &ChannelRow::name},
    {"weight", &ChannelRow::weight},
    {"created_time", &ChannelRow::created_time},
    {"test_time", &ChannelRow::test_time},
    {"response_time", &ChannelRow::response_time},
    {"base_url", &ChannelRow::base_url},
    {"other", &ChannelRow::other},
    {"balance", &ChannelRow::balance},
    {"balance_updated_time", &ChannelRow::balance_updated_time},
    {"models", &ChannelRow::models},
    {"group", &ChannelRow::group},
    {"used_quota", &ChannelRow::used_quota},
    {"model_mapping", &ChannelRow::model_mapping},
    {"status_code_mapping", &ChannelRow::status_code_mapping},
    {"priority", &ChannelRow::priority},
    {"auto_ban", &ChannelRow::auto_ban},
    {"other_info", &ChannelRow::other_info},
    {"tag", &ChannelRow::tag},
    {"setting", &ChannelRow::setting},
    {"param_override", &ChannelRow::param_override},
    {"header_override", &ChannelRow::header_override},
    {"remark", &ChannelRow::remark},
    {"channel_info", &ChannelRow::channel_info},
    {"settings", &ChannelRow::settings},
};

constexpr Column<TypeCount> kTypeCounts[] = {{"type", &TypeCount::type}, {"count", &TypeCount::count}};

constexpr std::string_view kInsert =
    R"(INSERT INTO "channels" ("type", "key", "open_ai_organization", "test_model", "status", "name", "weight",)"
    R"( "created_time", "test_time", "response_time", "base_url", "other", "balance", "balance_updated_time", "models",)"
    R"( "group", "used_quota", "model_mapping", "status_code_mapping", "priority", "auto_ban", "other_info", "tag",)"
    R"( "setting", "param_override", "header_override", "remark", "channel_info", "settings"))"
    R"( VALUES (:type, :key, :organization, :test_model, :status, :name, :weight, :created_time, :test_time,)"
    R"( :response_time, :base_url, :other, :balance, :balance_updated_time, :models, :group, :used_quota, :model_mapping,)"
    R"( :status_code_mapping, :priority, :auto_ban, :other_info, :tag, :setting, :param_override, :header_override,)"
    R"( :remark, :channel_info, :settings))";

constexpr std::string_view kInsertAbility =
    R"(INSERT INTO "abilities" ("group", "model", "channel_id", "enabled", "priority", "weight", "tag"))"
    R"( VALUES (:group, :model, :channel_id, :enabled, :priority, :weight, :tag))";

Value or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(nullptr); }

std::int64_t or_default(std::int64_t value, std::int64_t initial) { return value == 0 ? initial : value; }

Parameters insert_parameters(const ChannelRow& c) {
    // Absent optional numbers take the column's default, explicit zeros stay (spec 01 section 5 item 1).
    return {{"type", c.type},
            {"key", c.key},
            {"organization", or_null(c.openai_organization)},
            {"test_model", or_null(c.test_model)},
            {"status", or_default(c.status, 1)},
            {"name", c.name},
            {"weight", c.weight.value_or(0)},
            {"created_time", c.created_time},
            {"test_time", c.test_time},
            {"response_time", c.response_time},
            {"base_url", c.base_url.value_or("")},
            {"other", c.other},
            {"balance", c.balance},
            {"balance_updated_time", c.balance_updated_time},
            {"models", c.models},
            {"group", c.group.empty() ? std::string("default") : c.group},
            {"used_quota", c.used_quota},
            {"model_mapping", or_null(c.model_mapping)},
            {"status_code_mapping", c.status_code_mapping.value_or("")},
            {"priority", c.priority.value_or(0)},
            {"auto_ban", c.auto_ban.value_or(1)},
            {"other_info", c.other_info},
            {"tag", or_null(c.tag)},
            {"setting", or_null(c.setting)},
            {"param_override", or_null(c.param_override)},
            {"header_override", or_null(c.header_override)},
            {"remark", or_null(c.remark)},
            {"channel_info", Blob{c.channel_info.empty() ? "{}" : c.channel_info}},
            {"settings", c.settings}};
}

std::set<std::string> names_in(std::string_view list) {
    std::set<std::string> names;
    for (const std::string_view part : text::split(list, ','))
        if (const std::string_view name = text::trim(part); !name.empty()) names.emplace(name);
    return names;
}

void insert_abilities(Transaction& tx, std::int64_t id, const ChannelRow& channel) {
    std::vector<Parameters> rows;
    for (const std::string& group : names_in(channel.group.empty() ? "default" : channel.group))
        for (const std::string& model : names_in(channel.models))
            rows.push_back({{"group", group},
                            {"model", model},
                            {"channel_id", id},
                            {"enabled", or_default(channel.status, 1) == 1},
                            {"priority", channel.priority.value_or(0)},
                            {"weight", channel.weight.value_or(0)},
                            {"tag", or_null(channel.tag)}});
    tx.execute_many(kInsertAbility, rows);
}

struct Where {
    std::string sql;
    Parameters parameters;
};

Where where(const ChannelFilter& filter) {
    Where out;
    const auto add = [&out](std::string_view condition) {
        out.sql.append(out.sql.empty() ? " WHERE " : " AND ").append(condition);
    };
    if (filter.status_enabled == 1)
        add(R"("status" = 1)");
    else if (filter.status_enabled)
        add(R"("status" <> 1)");
    if (filter.type) {
        add(R"("type" = :type)");
        out.parameters.push_back({"type", *filter.type});
    }
    return out;
}

}    // namespace

std::vector<ChannelRow> all_channels(Reader& db) {
    return db.select<ChannelRow>(kColumns, R"(FROM "channels" ORDER BY "id")");
}

std::optional<ChannelRow> find_channel(Reader& db, std::int64_t id) {
    return db.select_one<ChannelRow>(kColumns, R"(FROM "channels" WHERE "id" = :id)", {{"id", id}});
}

ChannelPage list_channels(Reader& db, const ChannelFilter& filter, std::int64_t offset, std::int64_t limit) {
    Where wanted = where(filter);
    ChannelPage page;
    page.total = db.integer(R"(SELECT COUNT(*) FROM "channels")" + wanted.sql, wanted.parameters).value_or(0);
    const std::string_view order = filter.order == "id" ? R"("id" DESC)"
                                                        : R"(COALESCE("priority", 0) DESC, "id" DESC)";
    wanted.parameters.push_back({"limit", limit});
    wanted.parameters.push_back({"offset", offset});
    page.rows = db.select<ChannelRow>(
        kColumns,
        "FROM \"channels\"" + wanted.sql + " ORDER BY " + std::string(order) + " LIMIT :limit OFFSET :offset",
        wanted.parameters);
    return page;
}

std::vector<TypeCount> count_channels_by_type(Reader& db, const ChannelFilter& filter) {
    const Where wanted = where({.status_enabled = filter.status_enabled});
    return db.select<TypeCount>(kTypeCounts,
                                R"(FROM (SELECT "type", COUNT(*) AS "count" FROM "channels")" + wanted.sql +
                                    R"( GROUP BY "type") "counts" ORDER BY "type")",
                                wanted.parameters);
}

std::int64_t insert_channel(Transaction& tx, const ChannelRow& channel) {
    const std::int64_t id = tx.insert(kInsert, insert_parameters(channel));
    insert_abilities(tx, id, channel);
    return id;
}

void add_channel_usage(Transaction& tx, std::int64_t id, std::int64_t used) {
    tx.execute(
        "UPDATE \"channels\" SET " + add_to_int64(tx.engine(), "used_quota", "used") + " WHERE \"id\" = :id",
        {{"used", used}, {"id", id}});
}

}    // namespace opusclaw::store
