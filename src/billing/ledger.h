// billing/ledger.h: what may be spent now (DESIGN section 10). Per user and token: `known` (the balance the database gave), `pending`
// (journalled, not yet in `known`), `held`; spendable = known - pending - held. The only place that changes a balance for
// relayed requests; the flusher (billing/flusher.h) brings `pending` into the database. Thread-safe: one lock per shard of users.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "billing/settlement.h"
#include "net/task.h"
#include "settings/settings.h"
#include "store/balances.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/tokens.h"
#include "store/users.h"

namespace opusclaw::billing {

enum class TokenKind { Limited, Unlimited };

class Ledger;

/// An amount held for one request. Dropping it gives everything back. Move-only; any thread.
class Hold {
public:
    Hold() = default;
    Hold(Hold&& other) noexcept;
    Hold& operator=(Hold&& other) noexcept;
    ~Hold();
    Quota amount() const { return amount_; }
    explicit operator bool() const { return ledger_ != nullptr; }

private:
    friend class Ledger;
    Ledger* ledger_ = nullptr;
    UserId user_;
    TokenId token_;
    Quota amount_;
};

class Ledger {
public:
    /// All outlive the ledger.
    Ledger(store::Database& database, store::Journal& journal, const Clock& clock);
    ~Ledger();
    /// How long a balance that nothing is pending on is believed before it is read again: the flusher reads all others, but a stream may
    /// hold something for hours.
    static constexpr std::chrono::seconds kBelieved{60};

    struct Wish {
        UserId user;
        TokenId token;
        TokenKind kind = TokenKind::Limited;
        Quota amount;
    };
    /// Throws Error(Unavailable, "billing_unavailable") when what a new request would cost could not be written down: the disk is
    /// full, or the journal has grown to its limit because the database is away.
    void check_room() const;
    /// Holds `amount` for user and token together under one lock. Loads the account on first use. Throws Error(QuotaExhausted) 403
    /// `insufficient_user_quota` or `pre_consume_token_quota_failed` with the texts of spec 05 sections 5.2 and 5.4.
    Task<Hold> reserve(Wish wish, const settings::Settings& settings);
    /// The same without waiting; nullopt: the account is not in memory, ask reserve().
    std::optional<Hold> try_reserve(const Wish& wish, const settings::Settings& settings);
    struct Balance {
        Quota known, pending, held;
        Quota spendable() const { return known - pending - held; }
    };
    /// Turns a hold into `pending` and appends the settlement to the journal's file of that loop: it survives the end of the
    /// process from here on. Does not fail for lack of money.
    /// The user's balance behind it; nullopt: nothing was held, or it is not in memory.
    std::optional<Balance> settle(Hold hold, Settlement settlement, std::size_t loop = 0);
    /// Writes down a log row that no money belongs to, in the same way.
    void record(store::LogRow row, std::size_t loop = 0);

    /// nullopt: not in memory.
    std::optional<Balance> user_balance(UserId user) const;
    std::optional<Balance> token_balance(UserId user, TokenId token) const;
    /// False when a limited token has nothing left (spec 04 section 4.2 rule 1); loads on first use.
    Task<bool> token_has_quota(UserId user, TokenId token);
    /// The same without waiting; nullopt: the account is not in memory.
    std::optional<bool> known_to_have_quota(UserId user, TokenId token);

    // For the flusher.
    /// `group` is in the database now and `balances` were read behind it: both change in one step. On the writer's thread.
    using Balances = store::Balances;
    enum class Origin {
        Own,
        Inherited
    };    // Inherited: another process settled it, so nothing of it is pending here
    void applied(std::span<const Settlement> group, const Balances& balances, Origin origin = Origin::Own);
    /// A balance was changed by REST (top-up, edit): reads it again.
    Task<> refresh(UserId user, TokenId token = {});

private:
    friend class Hold;
    void release(UserId user, TokenId token, Quota amount) noexcept;
    Task<> load(UserId user, TokenId token);
    struct State;
    std::unique_ptr<State> state_;
};

}    // namespace opusclaw::billing
