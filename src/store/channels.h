// store/channels.h: tables `channels` and, derived from them, `abilities` (spec 01 sections 2.3, 2.4; 03 section 2).
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

struct ChannelRow {
    std::int64_t id = 0, type = 0;
    std::string key;
    std::optional<std::string> openai_organization, test_model;
    std::int64_t status = 1;
    std::string name;
    std::optional<std::int64_t> weight;
    std::int64_t created_time = 0, test_time = 0, response_time = 0;
    std::optional<std::string> base_url;
    std::string other;
    double balance = 0;
    std::int64_t balance_updated_time = 0;
    std::string models;               // comma list
    std::string group = "default";    // comma list
    std::int64_t used_quota = 0;
    std::optional<std::string> model_mapping, status_code_mapping;
    std::optional<std::int64_t> priority, auto_ban;
    std::string other_info;
    std::optional<std::string> tag, setting, param_override, header_override, remark;
    std::string channel_info;    // JSON text whatever the column's type
    std::string settings;
};

std::vector<ChannelRow> all_channels(Reader& db);
std::optional<ChannelRow> find_channel(Reader& db, std::int64_t id);
struct ChannelPage {
    std::vector<ChannelRow> rows;
    std::int64_t total = 0;
};
struct ChannelFilter {
    std::optional<std::int64_t> status_enabled;    // 1: enabled only, 0: others only
    std::optional<std::int64_t> type;
    std::string_view order =
        "priority";    // priority | id (spec 03 section 3.1), always id descending behind it
};
ChannelPage list_channels(Reader& db, const ChannelFilter& filter, std::int64_t offset, std::int64_t limit);
struct TypeCount {
    std::int64_t type = 0, count = 0;
};
/// Over the channels that pass the filter's status; its type is ignored (spec 03 section 3.1).
std::vector<TypeCount> count_channels_by_type(Reader& db, const ChannelFilter& filter = {});
/// Inserts the channel and its ability rows (group x model); gives the id.
std::int64_t insert_channel(Transaction& tx, const ChannelRow& channel);
void add_channel_usage(Transaction& tx, std::int64_t id, std::int64_t used);

}    // namespace opusclaw::store
