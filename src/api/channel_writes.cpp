// api/channel_writes.cpp: shared by channels.cpp, channel_tags.cpp and channel_multi_key.cpp.
#include "api/channel_writes.h"

#include <algorithm>
#include <utility>

#include "catalog/status_note.h"
#include "store/abilities.h"

namespace opusclaw::api {

ChannelIds read_ids(const Request& request) {
    auto ids = read_plain_body(request, [](const JsonBody& body) { return body.integers("ids"); });
    constexpr std::size_t kMostIds = 100'000;
    const std::size_t sent = ids.size();
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    if (ids.empty() || ids.size() > kMostIds) fail(kBadBody);
    return {.ids = std::move(ids), .sent = sent};
}

void switch_channels(store::Transaction& tx, const std::vector<store::ChannelRow>& channels,
                     std::int64_t status) {
    std::vector<std::int64_t> ids;
    for (const store::ChannelRow& channel : channels) {
        ids.push_back(channel.id);
        store::ChannelChanges changes{.status = status};
        if (status == 1) changes.other_info = catalog::without_status_reason(channel.other_info);
        store::update_channel(tx, channel.id, changes);
    }
    store::set_abilities_serving(tx, ids, status == 1 ? store::Serving::Yes : store::Serving::No);
}

}    // namespace opusclaw::api
