// store/channel_lists.h: pages of table `channels`: lists, searches, and both by tag (spec 03 sections 3.1, 3.2). Runs on a
// database thread; every filter is in SQL.
#pragma once

#include "store/channels.h"

namespace opusclaw::store {

/// Texts as people typed them; empty: any. Wildcards in them are plain characters.
struct ChannelSearch {
    std::string keyword;    // id, key, or part of name or base URL
    std::string group;      // one of the channel's groups
    std::string model;      // part of the list of models
};
enum class ChannelOrder { Priority, Id };    // highest first; always id descending behind it
struct ChannelFilter {
    std::optional<std::int64_t> status_enabled;    // 1: enabled only, 0: others only
    std::optional<std::int64_t> type;
    ChannelOrder order = ChannelOrder::Priority;
    std::optional<ChannelSearch> search;
    /// All channels of the tags that have a channel which the search finds, tag by tag; without a tag none.
    bool whole_tags = false;
};
struct ChannelPage {
    std::vector<ChannelRow> rows;
    std::int64_t total = 0;
};
ChannelPage list_channels(Reader& db, const ChannelFilter& filter, std::int64_t offset, std::int64_t limit);
/// `offset` and `limit` (at most kMostTags) count tags, sorted; the rows are all channels of these that pass the filter, tag by
/// tag; `total` counts the tags in use, whatever the filter.
inline constexpr std::int64_t kMostTags = 100;
ChannelPage list_channels_by_tag(Reader& db, const ChannelFilter& filter, std::int64_t offset,
                                 std::int64_t limit);

struct TypeCount {
    std::int64_t type = 0, count = 0;
};
/// Over the channels that pass the filter; its type is ignored.
std::vector<TypeCount> count_channels_by_type(Reader& db, const ChannelFilter& filter = {});

}    // namespace opusclaw::store
