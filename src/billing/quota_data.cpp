// billing/quota_data.cpp: sums by user, name, model and hour. The statements are store/quota_data's.
#include "billing/quota_data.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "base/log.h"

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kHour = 3600;

}    // namespace

QuotaData::QuotaData(net::Loop& loop, store::Database& database, const settings::SettingsStore& settings)
    : loop_(loop), database_(database), settings_(settings), tasks_(loop) {}

QuotaData::~QuotaData() = default;

void QuotaData::add(std::span<const Settlement> group) {
    const std::lock_guard lock(mutex_);
    for (const Settlement& settlement : group) {
        if (!settlement.in_quota_data || !settlement.log) continue;
        const store::LogRow& row = *settlement.log;
        Sum& sum =
            sums_[Key{row.user_id, row.username, row.model_name, row.created_at - row.created_at % kHour}];
        sum.tokens += row.prompt_tokens + row.completion_tokens;
        ++sum.count;
        sum.quota += Quota{row.quota};
    }
}

/// In the order of user ids, which is the map's.
std::vector<store::QuotaDataRow> QuotaData::take() {
    const std::lock_guard lock(mutex_);
    std::vector<store::QuotaDataRow> rows;
    rows.reserve(sums_.size());
    for (const auto& [key, sum] : sums_) {
        const auto& [user, username, model, hour] = key;
        rows.push_back({.user_id = user,
                        .username = username,
                        .model_name = model,
                        .created_at = hour,
                        .token_used = sum.tokens,
                        .count = sum.count,
                        .quota = sum.quota.units});
    }
    sums_.clear();
    return rows;
}

void QuotaData::give_back(std::span<const store::QuotaDataRow> rows) {
    const std::lock_guard lock(mutex_);
    for (const store::QuotaDataRow& row : rows) {
        Sum& sum = sums_[Key{row.user_id, row.username, row.model_name, row.created_at}];
        sum.tokens += row.token_used;
        sum.count += row.count;
        sum.quota += Quota{row.quota};
    }
}

Task<> QuotaData::merge() {
    const std::vector<store::QuotaDataRow> rows = take();
    if (rows.empty()) {
        co_await wait_for_others();
        co_return;
    }
    ++merging_;
    std::span<const store::QuotaDataRow> left = rows;
    std::exception_ptr failed;
    try {
        co_await store(left);
    } catch (const std::exception&) {
        failed = std::current_exception();
    }
    give_back(left);
    --merging_;
    if (failed != nullptr) std::rethrow_exception(failed);
}

Task<> QuotaData::store(std::span<const store::QuotaDataRow>& rows) {
    while (!rows.empty()) {
        const auto part = rows.first(std::min(rows.size(), kRowsAtOnce));
        co_await database_.write([part](store::Transaction& tx) { store::add_quota_data(tx, part); });
        rows = rows.subspan(part.size());
    }
}

Task<> QuotaData::wait_for_others() const {
    constexpr std::chrono::milliseconds kNap{5}, kMost{1000};
    for (std::chrono::milliseconds waited{0}; merging_ > 0 && waited < kMost; waited += kNap)
        co_await net::Loop::current().sleep(kNap);
}

void QuotaData::start() {
    loop_.post([this] { tasks_.start(run()); });
}

/// In short sleeps, so that neither a stop nor a shorter interval waits for the old one.
Task<> QuotaData::run() {
    constexpr std::chrono::milliseconds kNap{200};
    std::chrono::milliseconds waited{0};
    while (!stopping_) {
        co_await loop_.sleep(kNap);
        waited += kNap;
        const auto snapshot = settings_.current();
        if (waited < std::chrono::minutes(snapshot->data_export_interval_minutes)) continue;
        waited = std::chrono::milliseconds{0};
        try {
            co_await merge();
        } catch (const std::exception& error) {
            log::error("hourly usage could not be stored and is kept: {}", error.what());
        }
    }
}

void QuotaData::stop() {
    loop_.post([this] { stopping_ = true; });
    net::run_and_wait(loop_, tasks_.join());
    const std::vector<store::QuotaDataRow> rows = take();
    if (rows.empty()) return;
    try {
        database_.write_now([&rows](store::Transaction& tx) { store::add_quota_data(tx, rows); });
    } catch (const std::exception& error) {
        log::error("hourly usage of the last minutes is lost: {}", error.what());
    }
}

}    // namespace opusclaw::billing
