// catalog/health.cpp: writes status, other_info and channel_info only, so that counters and edits made meanwhile stay.
#include "catalog/health.h"

#include <algorithm>
#include <array>
#include <optional>

#include "catalog/channel.h"
#include "catalog/channel_keys.h"
#include "catalog/status_note.h"
#include "store/abilities.h"
#include "store/channels.h"

namespace opusclaw::catalog {
namespace {

constexpr auto kEnabled = static_cast<std::int64_t>(ChannelStatus::Enabled);
constexpr auto kAutoDisabled = static_cast<std::int64_t>(ChannelStatus::AutoDisabled);

std::optional<std::int64_t> place_of(const std::vector<std::string>& keys, const std::string& key) {
    const auto found = std::ranges::find(keys, key);
    return found == keys.end() ? std::nullopt : std::optional<std::int64_t>(found - keys.begin());
}

void store_changes(store::Transaction& tx, std::int64_t id, const store::ChannelChanges& changes) {
    store::update_channel(tx, id, changes);
    if (!changes.status) return;
    const std::array ids = {id};
    store::set_abilities_serving(tx, ids,
                                 *changes.status == kEnabled ? store::Serving::Yes : store::Serving::No);
}

Changed disable_key(store::Transaction& tx, const store::ChannelRow& row, ChannelInfo info,
                    const HealthChange& change) {
    const std::vector<std::string> keys = stored_keys(row.key);
    const auto place = place_of(keys, change.key);
    if (!place || !info.enabled(*place)) return Changed::Nothing;
    info.disable(
        *place,
        {.status = static_cast<int>(KeyStatus::AutoDisabled), .reason = change.reason, .time = change.now});
    store::ChannelChanges changes{.channel_info = info.text()};
    bool any = false;
    for (std::int64_t index = 0; index < static_cast<std::int64_t>(keys.size()); ++index)
        any = any || (info.enabled(index) && !keys[static_cast<std::size_t>(index)].empty());
    if (!any && row.status == kEnabled) {
        changes.status = kAutoDisabled;
        changes.other_info = with_status_note(row.other_info, kAllKeysDisabled, change.now);
    }
    store_changes(tx, row.id, changes);
    return changes.status ? Changed::Channel : Changed::Key;
}

}    // namespace

Changed disable_automatically(store::Transaction& tx, const HealthChange& change) {
    const auto row = store::lock_channel(tx, change.channel.value);
    if (!row || row->auto_ban != 1) return Changed::Nothing;
    const ChannelInfo info = ChannelInfo::parse(row->channel_info);
    if (info.multi_key) return disable_key(tx, *row, info, change);
    const bool replaced = !change.key.empty() && change.key != row->key;
    if (row->status != kEnabled || replaced) return Changed::Nothing;
    store_changes(tx, row->id,
                  {.status = kAutoDisabled,
                   .other_info = with_status_note(row->other_info, change.reason, change.now)});
    return Changed::Channel;
}

Changed enable_automatically(store::Transaction& tx, const HealthChange& change) {
    const auto row = store::lock_channel(tx, change.channel.value);
    if (!row) return Changed::Nothing;
    store::ChannelChanges changes;
    ChannelInfo info = ChannelInfo::parse(row->channel_info);
    if (info.multi_key) {
        const auto place = place_of(stored_keys(row->key), change.key);
        if (!place) return Changed::Nothing;
        if (info.enable(*place)) changes.channel_info = info.text();
    }
    if (row->status == kAutoDisabled) {
        changes.status = kEnabled;
        changes.other_info = without_status_reason(row->other_info);
    }
    if (!changes.status && !changes.channel_info) return Changed::Nothing;
    store_changes(tx, row->id, changes);
    return changes.status ? Changed::Channel : Changed::Key;
}

}    // namespace opusclaw::catalog
