// store/channels.cpp: statements over single rows of table `channels`. What the JSON columns mean is read in catalog.
#include "store/channels.h"

#include <algorithm>
#include <array>

#include "store/abilities.h"
#include "store/literal_sql.h"
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

constexpr std::string_view kDefaultGroup = "default";

constexpr std::string_view kInsert =
    R"(INSERT INTO "channels" ("type", "key", "open_ai_organization", "test_model", "status", "name", "weight",)"
    R"( "created_time", "test_time", "response_time", "base_url", "other", "balance", "balance_updated_time", "models",)"
    R"( "group", "used_quota", "model_mapping", "status_code_mapping", "priority", "auto_ban", "other_info", "tag",)"
    R"( "setting", "param_override", "header_override", "remark", "channel_info", "settings"))"
    R"( VALUES (:type, :key, :organization, :test_model, :status, :name, :weight, :created_time, :test_time,)"
    R"( :response_time, :base_url, :other, :balance, :balance_updated_time, :models, :group, :used_quota, :model_mapping,)"
    R"( :status_code_mapping, :priority, :auto_ban, :other_info, :tag, :setting, :param_override, :header_override,)"
    R"( :remark, :channel_info, :settings))";

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
            {"group", c.group.empty() ? std::string(kDefaultGroup) : c.group},
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

struct NamedText {
    std::string_view column;
    std::optional<std::string> ChannelChanges::*change;
    std::variant<std::string ChannelRow::*, std::optional<std::string> ChannelRow::*> member;
};
constexpr std::array kTexts = {
    NamedText{"key", &ChannelChanges::key, &ChannelRow::key},
    NamedText{"name", &ChannelChanges::name, &ChannelRow::name},
    NamedText{"base_url", &ChannelChanges::base_url, &ChannelRow::base_url},
    NamedText{"other", &ChannelChanges::other, &ChannelRow::other},
    NamedText{"models", &ChannelChanges::models, &ChannelRow::models},
    NamedText{"group", &ChannelChanges::group, &ChannelRow::group},
    NamedText{"settings", &ChannelChanges::settings, &ChannelRow::settings},
    NamedText{"other_info", &ChannelChanges::other_info, &ChannelRow::other_info},
    NamedText{"open_ai_organization", &ChannelChanges::openai_organization, &ChannelRow::openai_organization},
    NamedText{"test_model", &ChannelChanges::test_model, &ChannelRow::test_model},
    NamedText{"model_mapping", &ChannelChanges::model_mapping, &ChannelRow::model_mapping},
    NamedText{"status_code_mapping", &ChannelChanges::status_code_mapping, &ChannelRow::status_code_mapping},
    NamedText{"tag", &ChannelChanges::tag, &ChannelRow::tag},
    NamedText{"setting", &ChannelChanges::setting, &ChannelRow::setting},
    NamedText{"param_override", &ChannelChanges::param_override, &ChannelRow::param_override},
    NamedText{"header_override", &ChannelChanges::header_override, &ChannelRow::header_override},
    NamedText{"remark", &ChannelChanges::remark, &ChannelRow::remark},
};

struct NamedNumber {
    std::string_view column;
    std::optional<std::int64_t> ChannelChanges::*change;
    std::variant<std::int64_t ChannelRow::*, std::optional<std::int64_t> ChannelRow::*> member;
};
constexpr std::array kNumbers = {
    NamedNumber{"type", &ChannelChanges::type, &ChannelRow::type},
    NamedNumber{"status", &ChannelChanges::status, &ChannelRow::status},
    NamedNumber{"weight", &ChannelChanges::weight, &ChannelRow::weight},
    NamedNumber{"priority", &ChannelChanges::priority, &ChannelRow::priority},
    NamedNumber{"auto_ban", &ChannelChanges::auto_ban, &ChannelRow::auto_ban},
};

template <class Act>
void in_pieces(std::span<const std::int64_t> ids, const Act& act) {
    for (std::size_t at = 0; at < ids.size(); at += kMaxIdsInList)
        act(id_list(ids.subspan(at, std::min(kMaxIdsInList, ids.size() - at))));
}

}    // namespace

std::vector<ChannelRow> all_channels(Reader& db) {
    return db.select<ChannelRow>(kColumns, R"(FROM "channels" ORDER BY "id")");
}

std::optional<ChannelRow> find_channel(Reader& db, std::int64_t id) {
    return db.select_one<ChannelRow>(kColumns, R"(FROM "channels" WHERE "id" = :id)", {{"id", id}});
}

std::optional<ChannelRow> lock_channel(Transaction& tx, std::int64_t id) {
    return tx.select_one<ChannelRow>(
        kColumns, R"(FROM "channels" WHERE "id" = :id)" + std::string(for_update(tx.engine())), {{"id", id}});
}

std::vector<ChannelRow> lock_channels(Transaction& tx, std::span<const std::int64_t> ids) {
    std::vector<ChannelRow> rows;
    in_pieces(ids, [&tx, &rows](const IdList& list) {
        auto found = tx.select<ChannelRow>(kColumns,
                                           "FROM \"channels\" WHERE \"id\" IN " + list.sql +
                                               " ORDER BY \"id\"" + std::string(for_update(tx.engine())),
                                           list.parameters);
        std::ranges::move(found, std::back_inserter(rows));
    });
    return rows;
}

std::vector<ChannelRow> lock_channels_with_tag(Transaction& tx, std::string_view tag) {
    return tx.select<ChannelRow>(
        kColumns,
        R"(FROM "channels" WHERE "tag" = :tag ORDER BY "id")" + std::string(for_update(tx.engine())),
        {{"tag", std::string(tag)}});
}

std::int64_t insert_channel(Transaction& tx, const ChannelRow& channel) {
    const std::int64_t id = tx.insert(kInsert, insert_parameters(channel));
    ChannelRow stored = channel;
    if (stored.group.empty()) stored.group = kDefaultGroup;
    stored.status = or_default(stored.status, 1);
    insert_abilities(tx, id, stored);
    return id;
}

std::vector<std::string> models_with_tag(Reader& db, std::string_view tag) {
    constexpr Column<ChannelRow> kModels[] = {{"models", &ChannelRow::models}};
    std::vector<std::string> lists;
    for (ChannelRow& row : db.select<ChannelRow>(
             kModels, R"(FROM "channels" WHERE "tag" = :tag ORDER BY "id")", {{"tag", std::string(tag)}})) {
        lists.push_back(std::move(row.models));
    }
    return lists;
}

void update_channel(Transaction& tx, std::int64_t id, const ChannelChanges& changes) {
    std::string set;
    Parameters values;
    const auto add = [&set, &values](std::string_view column, Value value) {
        set.append(set.empty() ? "\"" : ", \"").append(column).append("\" = :").append(column);
        values.push_back({column, std::move(value)});
    };
    for (const NamedText& text : kTexts) {
        if (const auto& value = changes.*text.change) add(text.column, *value);
    }
    for (const NamedNumber& number : kNumbers) {
        if (const auto& value = changes.*number.change) add(number.column, *value);
    }
    if (changes.channel_info) add("channel_info", Blob{*changes.channel_info});
    if (set.empty()) return;
    values.push_back({"id", id});
    tx.execute("UPDATE \"channels\" SET " + set + " WHERE \"id\" = :id", values);
}

ChannelRow changed(ChannelRow row, const ChannelChanges& changes) {
    const auto put = [&row](const auto& value, const auto& member) {
        if (value) std::visit([&row, &value](auto place) { row.*place = *value; }, member);
    };
    for (const NamedText& text : kTexts) put(changes.*text.change, text.member);
    for (const NamedNumber& number : kNumbers) put(changes.*number.change, number.member);
    if (changes.channel_info) row.channel_info = *changes.channel_info;
    return row;
}

void set_channel_tag(Transaction& tx, std::span<const std::int64_t> ids,
                     const std::optional<std::string>& tag) {
    in_pieces(ids, [&tx, &tag](IdList list) {
        list.parameters.push_back({"tag", or_null(tag)});
        tx.execute(R"(UPDATE "channels" SET "tag" = :tag WHERE "id" IN )" + list.sql, list.parameters);
    });
}

void set_channel_tested(Transaction& tx, std::int64_t id, std::int64_t response_ms, std::int64_t now) {
    tx.execute(R"(UPDATE "channels" SET "response_time" = :response, "test_time" = :now WHERE "id" = :id)",
               {{"response", response_ms}, {"now", now}, {"id", id}});
}

std::int64_t delete_channels(Transaction& tx, std::span<const std::int64_t> ids) {
    std::int64_t deleted = 0;
    in_pieces(ids, [&tx, &deleted](const IdList& list) {
        deleted += tx.execute(R"(DELETE FROM "channels" WHERE "id" IN )" + list.sql, list.parameters);
    });
    delete_abilities(tx, ids);
    return deleted;
}

std::int64_t delete_disabled_channels(Transaction& tx) {
    constexpr std::string_view kDisabled = R"(FROM "channels" WHERE "status" IN (2, 3))";
    std::vector<std::int64_t> ids;
    for (const ChannelRow& row : tx.select<ChannelRow>(std::span(kColumns).first(1), kDisabled))
        ids.push_back(row.id);
    return delete_channels(tx, ids);
}

void add_channel_usage(Transaction& tx, std::span<const ChannelUsage> channels) {
    constexpr SumColumn kChanged[] = {{"used_quota"}};
    std::vector<SumRow> rows;
    for (const ChannelUsage& channel : channels)
        rows.push_back({.id = channel.id, .amounts = {channel.used}});
    add_sums(tx, {.table = "channels", .columns = kChanged, .stamped = {}}, rows);
}

std::span<const Column<ChannelRow>> channel_columns() { return kColumns; }

}    // namespace opusclaw::store
