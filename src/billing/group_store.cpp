// billing/group_store.cpp: a group is summed up first, so that each row is touched once.
#include "billing/group_store.h"

#include <map>
#include <vector>

#include "base/time.h"
#include "billing/quota_data.h"
#include "store/channels.h"

namespace opusclaw::billing {
namespace {

struct UserSum {
    Quota quota, used;
    std::int64_t requests = 0;
};

/// What a group changes, in id order: the same order on every node keeps row locks from crossing.
struct Sums {
    std::map<std::int64_t, UserSum> users;
    std::map<std::int64_t, Quota> tokens, channels;
    std::int64_t now = 0;
};

Sums sum_up(std::span<const Settlement> group) {
    Sums sums;
    for (const Settlement& settlement : group) {
        if (settlement.user == UserId{}) continue;    // a row without a bill
        UserSum& user = sums.users[settlement.user.value];
        user.quota += settlement.amount;
        sums.tokens[settlement.token.value] += settlement.amount;
        sums.now = std::max(sums.now, settlement.now);
        if (settlement.counts) {
            user.used += settlement.amount;
            ++user.requests;
            sums.channels[settlement.channel.value] += settlement.amount;
        }
    }
    return sums;
}

template <class Map>
std::vector<std::int64_t> keys_of(const Map& map) {
    std::vector<std::int64_t> keys;
    for (const auto& entry : map) keys.push_back(entry.first);
    return keys;
}

}    // namespace

void store_group(store::Transaction& tx, std::span<const Settlement> group, LogPlace place) {
    const Sums sums = sum_up(group);
    std::vector<store::UserUsage> users;
    for (const auto& [id, sum] : sums.users)
        users.push_back(
            {.id = id, .quota_delta = -sum.quota.units, .used = sum.used.units, .requests = sum.requests});
    store::add_user_usage(tx, users);
    std::vector<store::TokenUsage> tokens;
    for (const auto& [id, sum] : sums.tokens) tokens.push_back({.id = id, .used = sum.units});
    store::add_token_usage(tx, tokens, sums.now);
    std::vector<store::ChannelUsage> channels;
    for (const auto& [id, sum] : sums.channels) channels.push_back({.id = id, .used = sum.units});
    store::add_channel_usage(tx, channels);
    store::add_quota_data(tx, quota_data_of(group), to_unix(system_clock().unix_now()));
    if (place == LogPlace::Here) store_logs(tx, group);
}

void store_logs(store::Transaction& tx, std::span<const Settlement> group) {
    std::vector<const store::LogRow*> rows;
    rows.reserve(group.size());
    for (const Settlement& settlement : group)
        if (settlement.log) rows.push_back(&*settlement.log);
    store::insert_logs(tx, std::span<const store::LogRow* const>(rows));
}

Ledger::Balances read_balances(store::Reader& db, std::span<const Settlement> group) {
    const Sums sums = sum_up(group);
    return store::find_balances(db, keys_of(sums.users), keys_of(sums.tokens));
}

}    // namespace opusclaw::billing
