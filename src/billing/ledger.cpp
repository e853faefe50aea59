// billing/ledger.cpp: accounts in shards by user. The database's figures come from the writer's thread only, so that a balance
// never holds a settlement that is pending as well.
#include "billing/ledger.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "base/error.h"
#include "billing/price.h"

namespace opusclaw::billing {
namespace {

constexpr std::size_t kShards = 64;
constexpr std::size_t kLargestShard =
    8192;    // beyond it, accounts at rest that are no longer believed are dropped

struct Purse {
    Quota known, pending, held;
    SteadyTime read{};
    bool at_rest() const { return pending == Quota{0} && held == Quota{0}; }
    Ledger::Balance balance() const { return {known, pending, held}; }
    Quota spendable() const { return known - pending - held; }
};

struct Account {
    Purse user;
    std::unordered_map<std::int64_t, Purse> tokens;
    bool at_rest() const {
        return user.at_rest() && std::all_of(tokens.begin(), tokens.end(),
                                             [](const auto& entry) { return entry.second.at_rest(); });
    }
};

struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::int64_t, Account> accounts;
};

[[noreturn]] void refuse(std::string code, std::string text) {
    throw Error(ErrorKind::QuotaExhausted, std::move(code), Message::literal(std::move(text)))
        .with_status(403);
}

/// Spec 05 sections 5.2 and 5.4.
void check_funds(const Purse& user, const Purse& token, const Ledger::Wish& wish,
                 const settings::Settings& settings) {
    const Quota left = user.spendable();
    if (left <= Quota{0})
        refuse("insufficient_user_quota", "用户额度不足, 剩余额度: " + format_quota(settings, left));
    if (left - wish.amount < Quota{0}) {
        refuse("insufficient_user_quota", "预扣费额度失败, 用户剩余额度: " + format_quota(settings, left) +
                                              ", 需要预扣费额度: " + format_quota(settings, wish.amount));
    }
    if (wish.kind == TokenKind::Limited && token.spendable() < wish.amount) {
        refuse("pre_consume_token_quota_failed",
               "token quota is not enough, token remain quota: " + format_quota(settings, token.spendable()) +
                   ", need quota: " + format_quota(settings, wish.amount));
    }
}

}    // namespace

struct Ledger::State {
    State(store::Database& from, store::Journal& to, const Clock& time)
        : database(from), journal(to), clock(time) {}

    Shard& shard(UserId user) { return shards[static_cast<std::size_t>(user.value) % kShards]; }
    /// Whether the figures of user and token are there and believed. Under the shard's lock.
    bool fresh(const Shard& shard, UserId user, TokenId token) const {
        const auto account = shard.accounts.find(user.value);
        if (account == shard.accounts.end()) return false;
        const auto purse = account->second.tokens.find(token.value);
        if (purse == account->second.tokens.end()) return false;
        const auto believed = [now = clock.steady()](const Purse& checked) {
            const bool was_read = checked.read != SteadyTime{};
            return was_read && (checked.pending != Quota{} || now - checked.read < kBelieved);
        };
        return believed(account->second.user) && believed(purse->second);
    }
    void drop_rested(Shard& shard) const {
        if (shard.accounts.size() < kLargestShard) return;
        std::erase_if(shard.accounts, [now = clock.steady()](const auto& entry) {
            return entry.second.at_rest() && now - entry.second.user.read >= kBelieved;
        });
    }

    store::Database& database;
    store::Journal& journal;
    const Clock& clock;
    std::array<Shard, kShards> shards;
};

Hold::Hold(Hold&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)),
      user_(other.user_),
      token_(other.token_),
      amount_(other.amount_) {}

Hold& Hold::operator=(Hold&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(user_, other.user_);
    std::swap(token_, other.token_);
    std::swap(amount_, other.amount_);
    return *this;
}

Hold::~Hold() {
    if (ledger_ != nullptr) ledger_->release(user_, token_, amount_);
}

Ledger::Ledger(store::Database& database, store::Journal& journal, const Clock& clock)
    : state_(std::make_unique<State>(database, journal, clock)) {}

Ledger::~Ledger() = default;

/// Reads both balances on the writer's thread and installs them there: between two groups of the flusher, never within one.
Task<> Ledger::load(UserId user, TokenId token) {
    co_await state_->database.write([this, user, token](store::Transaction& tx) {
        const std::int64_t user_ids[] = {user.value}, token_ids[] = {token.value};
        const store::Balances balances = store::find_balances(tx, user_ids, token_ids);
        Shard& shard = state_->shard(user);
        const std::lock_guard lock(shard.mutex);
        state_->drop_rested(shard);
        const SteadyTime now = state_->clock.steady();
        Account& account = shard.accounts[user.value];
        account.user.known = balances.users.empty() ? Quota{} : Quota{balances.users.front().quota};
        account.user.read = now;
        Purse& purse = account.tokens[token.value];
        purse.known = balances.tokens.empty() ? Quota{} : Quota{balances.tokens.front().remain_quota};
        purse.read = now;
    });
}

void Ledger::check_room() const {
    if (state_->journal.full())
        throw_error(ErrorKind::Unavailable, "billing_unavailable",
                    "The server cannot record new requests right now, please try again later");
}

std::optional<Hold> Ledger::try_reserve(const Wish& wish, const settings::Settings& settings) {
    Shard& shard = state_->shard(wish.user);
    const std::lock_guard lock(shard.mutex);
    if (!state_->fresh(shard, wish.user, wish.token)) return std::nullopt;
    Account& account = shard.accounts.at(wish.user.value);
    Purse& purse = account.tokens.at(wish.token.value);
    check_funds(account.user, purse, wish, settings);
    account.user.held += wish.amount;
    purse.held += wish.amount;
    std::optional<Hold> hold(std::in_place);
    hold->ledger_ = this;
    hold->user_ = wish.user;
    hold->token_ = wish.token;
    hold->amount_ = wish.amount;
    return hold;
}

Task<Hold> Ledger::reserve(Wish wish, const settings::Settings& settings) {
    while (true) {
        if (auto hold = try_reserve(wish, settings)) co_return std::move(*hold);
        co_await load(wish.user, wish.token);
    }
}

void Ledger::release(UserId user, TokenId token, Quota amount) noexcept {
    Shard& shard = state_->shard(user);
    const std::lock_guard lock(shard.mutex);
    const auto account = shard.accounts.find(user.value);
    if (account == shard.accounts.end()) return;
    account->second.user.held -= amount;
    const auto purse = account->second.tokens.find(token.value);
    if (purse != account->second.tokens.end()) purse->second.held -= amount;
}

std::optional<Ledger::Balance> Ledger::settle(Hold hold, Settlement settlement, std::size_t loop) {
    std::string record = encode_settlement(settlement);
    std::optional<Balance> behind;
    {
        // Before the flusher can see the record.
        Shard& shard = state_->shard(settlement.user);
        const std::lock_guard lock(shard.mutex);
        // Made here when a free request was never held for: pending must be there for applied() to take away.
        Account& account = shard.accounts[settlement.user.value];
        Purse& purse = account.tokens[settlement.token.value];
        if (hold) {
            account.user.held -= hold.amount_;
            purse.held -= hold.amount_;
        }
        account.user.pending += settlement.amount;
        purse.pending += settlement.amount;
        if (hold) behind = account.user.balance();
    }
    hold.ledger_ = nullptr;
    state_->journal.append(loop, std::move(record));
    return behind;
}

void Ledger::record(store::LogRow row, std::size_t loop) {
    Settlement settlement;    // of nobody: see store_group()
    settlement.counts = false;
    settlement.log = std::move(row);
    state_->journal.append(loop, encode_settlement(settlement));
}

std::optional<Ledger::Balance> Ledger::user_balance(UserId user) const {
    const Shard& shard = state_->shard(user);
    const std::lock_guard lock(shard.mutex);
    const auto account = shard.accounts.find(user.value);
    return account == shard.accounts.end() ? std::nullopt : std::optional(account->second.user.balance());
}

std::optional<Ledger::Balance> Ledger::token_balance(UserId user, TokenId token) const {
    const Shard& shard = state_->shard(user);
    const std::lock_guard lock(shard.mutex);
    const auto account = shard.accounts.find(user.value);
    if (account == shard.accounts.end()) return std::nullopt;
    const auto purse = account->second.tokens.find(token.value);
    return purse == account->second.tokens.end() ? std::nullopt : std::optional(purse->second.balance());
}

std::optional<bool> Ledger::known_to_have_quota(UserId user, TokenId token) {
    Shard& shard = state_->shard(user);
    const std::lock_guard lock(shard.mutex);
    if (!state_->fresh(shard, user, token)) return std::nullopt;
    const Purse& purse = shard.accounts.at(user.value).tokens.at(token.value);
    return purse.known - purse.pending > Quota{0};
}

Task<bool> Ledger::token_has_quota(UserId user, TokenId token) {
    while (true) {
        if (const auto known = known_to_have_quota(user, token)) co_return *known;
        co_await load(user, token);
    }
}

void Ledger::applied(std::span<const Settlement> group, const Balances& balances, Origin origin) {
    // Summed by account first: what a balance holds and what is no longer pending change under one lock.
    struct Sums {
        Quota user;
        std::unordered_map<std::int64_t, Quota> tokens;
    };
    std::unordered_map<std::int64_t, Sums> users;
    for (const Settlement& settlement : group) {
        const Quota was_pending = origin == Origin::Own ? settlement.amount : Quota{};
        Sums& sums = users[settlement.user.value];
        sums.user += was_pending;
        sums.tokens[settlement.token.value] += was_pending;
    }
    std::unordered_map<std::int64_t, std::int64_t> user_known, token_known;
    for (const auto& row : balances.users) user_known.emplace(row.id, row.quota);
    for (const auto& row : balances.tokens) token_known.emplace(row.id, row.remain_quota);
    const SteadyTime now = state_->clock.steady();
    const auto apply = [now](Purse& purse, Quota sum, const auto& known, std::int64_t id) {
        purse.pending -= sum;
        if (const auto found = known.find(id); found != known.end()) {
            purse.known = Quota{found->second};
            purse.read = now;
        }
    };
    for (const auto& [id, sums] : users) {
        Shard& shard = state_->shard(UserId{id});
        const std::lock_guard lock(shard.mutex);
        const auto account = shard.accounts.find(id);
        if (account == shard.accounts.end()) continue;
        apply(account->second.user, sums.user, user_known, id);
        for (const auto& [token, sum] : sums.tokens)
            apply(account->second.tokens[token], sum, token_known, token);
    }
}

Task<> Ledger::refresh(UserId user, TokenId token) { co_await load(user, token); }

}    // namespace opusclaw::billing
