// store/channels.h: table `channels` (spec 01 section 2.3; 03 section 2): rows one by one. Lists and searches are in
// channel_lists.h, what is derived in abilities.h. Writers change named columns only, never a whole row.
#pragma once

#include <span>

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
/// The row, which nobody else can change until the transaction ends.
std::optional<ChannelRow> lock_channel(Transaction& tx, std::int64_t id);
std::vector<ChannelRow> lock_channels(Transaction& tx, std::span<const std::int64_t> ids);
std::vector<ChannelRow> lock_channels_with_tag(Transaction& tx, std::string_view tag);

/// The column `models` of each channel of the tag.
std::vector<std::string> models_with_tag(Reader& db, std::string_view tag);

/// Inserts the channel and its ability rows (group x model); gives the id. Absent numbers get the column's default.
std::int64_t insert_channel(Transaction& tx, const ChannelRow& channel);

/// What an update writes: absent members stay as they are in the database.
struct ChannelChanges {
    std::optional<std::int64_t> type, status, weight, priority, auto_ban;
    std::optional<std::string> key, name, base_url, other, models, group, settings, other_info, channel_info;
    std::optional<std::string> openai_organization, test_model, model_mapping, status_code_mapping, tag;
    std::optional<std::string> setting, param_override, header_override, remark;
};
/// Leaves abilities to the caller.
void update_channel(Transaction& tx, std::int64_t id, const ChannelChanges& changes);
/// The columns of a channel that a reader of the row finds after update_channel().
ChannelRow changed(ChannelRow row, const ChannelChanges& changes);
/// nullopt: no tag (NULL).
void set_channel_tag(Transaction& tx, std::span<const std::int64_t> ids,
                     const std::optional<std::string>& tag);
/// Outcome of a test: milliseconds and unix seconds.
void set_channel_tested(Transaction& tx, std::int64_t id, std::int64_t response_ms, std::int64_t now);

/// Rows and their abilities; how many rows there were.
std::int64_t delete_channels(Transaction& tx, std::span<const std::int64_t> ids);
/// All of status 2 and 3.
std::int64_t delete_disabled_channels(Transaction& tx);

/// used_quota += used.
struct ChannelUsage {
    std::int64_t id = 0, used = 0;
};
/// Rising by id, without equal ones.
void add_channel_usage(Transaction& tx, std::span<const ChannelUsage> channels);

/// The columns of ChannelRow, for the other files of store.
std::span<const Column<ChannelRow>> channel_columns();

}    // namespace opusclaw::store
