// store/channel_lists.cpp: from a filter to WHERE and ORDER BY, in the subset that the engines share.
#include "store/channel_lists.h"

#include <array>

#include "base/text.h"
#include "store/sql.h"

namespace opusclaw::store {
namespace {

constexpr Column<TypeCount> kTypeCounts[] = {{"type", &TypeCount::type}, {"count", &TypeCount::count}};

struct TagName {
    std::string tag;
};
constexpr Column<TagName> kTagName[] = {{"tag", &TagName::tag}};

struct Where {
    std::vector<std::string> conditions;
    Parameters parameters;

    std::string sql() const {
        std::string text;
        for (const std::string& condition : conditions)
            text.append(text.empty() ? " WHERE " : " AND ").append(condition);
        return text;
    }
};

/// `%text%`, its own wildcards taken literally with ESCAPE '!'.
std::string containing(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '!' || c == '_' || c == '%') pattern += '!';
        pattern += c;
    }
    return pattern += '%';
}

void add_search(Where& where, const ChannelSearch& search, Engine engine) {
    if (!search.keyword.empty()) {
        where.conditions.emplace_back(
            R"(("id" = :id OR "name" LIKE :name ESCAPE '!' OR "key" = :key OR "base_url" LIKE :url ESCAPE '!'))");
        where.parameters.push_back({"id", text::parse_int(search.keyword).value_or(0)});
        where.parameters.push_back({"name", containing(search.keyword)});
        where.parameters.push_back({"key", search.keyword});
        where.parameters.push_back({"url", containing(search.keyword)});
    }
    if (!search.model.empty()) {
        where.conditions.emplace_back(R"("models" LIKE :model ESCAPE '!')");
        where.parameters.push_back({"model", containing(search.model)});
    }
    if (!search.group.empty()) {
        const std::string_view column = engine == Engine::Mysql ? R"(CONCAT(',', "group", ','))"
                                                                : R"((',' || "group" || ','))";
        where.conditions.emplace_back(std::string(column) + " LIKE :groups ESCAPE '!'");
        where.parameters.push_back({"groups", containing("," + search.group + ",")});
    }
}

/// What the search finds, or the tags of what it finds.
Where where_of(const ChannelFilter& filter, Engine engine) {
    Where where;
    if (filter.search) add_search(where, *filter.search, engine);
    if (filter.whole_tags) {
        where.conditions.emplace_back(R"("tag" <> '')");
        const std::string tags = "\"tag\" IN (SELECT \"tag\" FROM \"channels\"" + where.sql() + ")";
        where.conditions = {tags};
    }
    if (filter.status_enabled)
        where.conditions.emplace_back(*filter.status_enabled == 1 ? R"("status" = 1)" : R"("status" <> 1)");
    if (filter.type) {
        where.conditions.emplace_back(R"("type" = :type)");
        where.parameters.push_back({"type", *filter.type});
    }
    return where;
}

std::string order_of(const ChannelFilter& filter, std::string_view before = {}) {
    const std::string_view order = filter.order == ChannelOrder::Id
                                       ? R"("id" DESC)"
                                       : R"(COALESCE("priority", 0) DESC, "id" DESC)";
    return std::string(" ORDER BY ").append(before).append(order);
}

/// Names of the parameters of a list of tags.
const std::vector<std::string>& tag_names() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < kMostTags; ++i) names.push_back("tag" + std::to_string(i));
        return names;
    }();
    return kNames;
}

}    // namespace

ChannelPage list_channels(Reader& db, const ChannelFilter& filter, std::int64_t offset, std::int64_t limit) {
    Where where = where_of(filter, db.engine());
    ChannelPage page;
    page.total = db.integer(R"(SELECT COUNT(*) FROM "channels")" + where.sql(), where.parameters).value_or(0);
    where.parameters.push_back({"limit", limit});
    where.parameters.push_back({"offset", offset});
    page.rows = db.select<ChannelRow>(channel_columns(),
                                      "FROM \"channels\"" + where.sql() +
                                          order_of(filter, filter.whole_tags ? R"("tag", )" : "") +
                                          " LIMIT :limit OFFSET :offset",
                                      where.parameters);
    return page;
}

ChannelPage list_channels_by_tag(Reader& db, const ChannelFilter& filter, std::int64_t offset,
                                 std::int64_t limit) {
    constexpr std::string_view kTags = R"(FROM "channels" WHERE "tag" <> '')";
    ChannelPage page;
    page.total = db.integer("SELECT COUNT(DISTINCT \"tag\") " + std::string(kTags)).value_or(0);
    const auto tags = db.select<TagName>(
        kTagName, std::string(kTags) + R"( GROUP BY "tag" ORDER BY "tag" LIMIT :limit OFFSET :offset)",
        {{"limit", std::min(limit, kMostTags)}, {"offset", offset}});
    if (tags.empty()) return page;
    Where where = where_of(filter, db.engine());
    std::string in = "\"tag\" IN (";
    for (std::size_t i = 0; i < tags.size(); ++i) {
        in.append(i == 0 ? ":" : ", :").append(tag_names()[i]);
        where.parameters.push_back({tag_names()[i], tags[i].tag});
    }
    where.conditions.push_back(in + ")");
    page.rows = db.select<ChannelRow>(channel_columns(),
                                      "FROM \"channels\"" + where.sql() + order_of(filter, R"("tag", )"),
                                      where.parameters);
    return page;
}

std::vector<TypeCount> count_channels_by_type(Reader& db, const ChannelFilter& filter) {
    ChannelFilter any_type = filter;
    any_type.type.reset();
    const Where where = where_of(any_type, db.engine());
    return db.select<TypeCount>(kTypeCounts,
                                R"(FROM (SELECT "type", COUNT(*) AS "count" FROM "channels")" + where.sql() +
                                    R"( GROUP BY "type") "counts" ORDER BY "type")",
                                where.parameters);
}

}    // namespace opusclaw::store
