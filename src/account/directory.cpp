// account/directory.cpp: sharded maps with a lifetime. A record loaded while it was being invalidated is used once and not
// kept: a generation per shard tells.
#include "account/directory.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace opusclaw::account {
namespace {

constexpr std::size_t kShards = 64;
constexpr std::size_t kLargestShard = 16'384;    // beyond it, records past their lifetime are dropped
constexpr std::size_t kMostAbsent = 512;         // of a shard; beyond it, all of them are dropped
constexpr std::size_t kLongestKey = 128;         // of column tokens.key

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
struct NumberHash {
    using is_transparent = void;
    std::size_t operator()(std::int64_t number) const noexcept { return std::hash<std::int64_t>{}(number); }
};

/// Records by key; a null record says that there is none. Thread-safe.
template <class Key, class Record, class Hash>
class Table {
public:
    using Pointer = std::shared_ptr<const Record>;

    /// nullopt: nothing is known. nullptr: there is none.
    template <class Wanted>
    std::optional<Pointer> find(const Wanted& key, SteadyTime now, std::chrono::seconds lifetime) const {
        const Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(key);
        if (found == shard.entries.end()) return std::nullopt;
        const Entry& entry = found->second;
        const auto believed = entry.record != nullptr ? lifetime : std::min(lifetime, Directory::kAbsent);
        return now - entry.loaded > believed ? std::nullopt : std::optional(entry.record);
    }
    template <class Wanted>
    std::uint64_t generation(const Wanted& key) const {
        const Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        return shard.generation;
    }
    struct Load {
        std::uint64_t generation;
        SteadyTime now;
        std::chrono::seconds lifetime;
    };
    void keep(const Key& key, Pointer record, const Load& load) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (shard.generation != load.generation) return;
        if (shard.entries.size() >= kLargestShard) {
            std::erase_if(shard.entries, [&load](const auto& entry) {
                return load.now - entry.second.loaded > load.lifetime;
            });
        }
        if (record == nullptr) make_room_for_absent(shard);
        shard.entries.insert_or_assign(key, Entry{std::move(record), load.now});
    }
    template <class Wanted>
    void forget(const Wanted& key) {
        Shard& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        ++shard.generation;
        const auto found = shard.entries.find(key);
        if (found != shard.entries.end()) shard.entries.erase(found);
    }

    /// Walks through everything: for what administrators do, not for requests.
    template <class Wanted>
    void forget_where(const Wanted& wanted) {
        for (Shard& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            ++shard.generation;
            std::erase_if(shard.entries, [&](const auto& entry) {
                return entry.second.record != nullptr && wanted(*entry.second.record);
            });
        }
    }

private:
    struct Entry {
        Pointer record;
        SteadyTime loaded;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<Key, Entry, Hash, std::equal_to<>> entries;
        std::uint64_t generation = 0;
        std::size_t absent = 0;    // entries without a record, at most
    };
    static void make_room_for_absent(Shard& shard) {
        if (shard.absent++ < kMostAbsent) return;
        std::erase_if(shard.entries, [](const auto& entry) { return entry.second.record == nullptr; });
        shard.absent = 1;
    }
    template <class Wanted>
    const Shard& shard_of(const Wanted& key) const {
        return shards_[Hash{}(key) % kShards];
    }
    template <class Wanted>
    Shard& shard_of(const Wanted& key) {
        return shards_[Hash{}(key) % kShards];
    }
    std::array<Shard, kShards> shards_;
};

}    // namespace

struct Directory::State {
    State(store::Database& from, const Clock& time, std::chrono::seconds keep)
        : database(from), clock(time), lifetime(keep) {}
    store::Database& database;
    const Clock& clock;
    std::chrono::seconds lifetime;
    Table<std::int64_t, User, NumberHash> users;
    Table<std::string, Token, TextHash> tokens;

    Task<std::shared_ptr<const User>> read_user(UserId id);
};

Task<std::shared_ptr<const User>> Directory::State::read_user(UserId id) {
    const std::uint64_t generation = users.generation(id.value);
    const auto row = co_await database.read(
        [id](store::Reader& reader) { return store::find_any_user(reader, id.value); });
    auto record = row ? std::make_shared<const User>(User::of(*row)) : nullptr;
    users.keep(id.value, record, {generation, clock.steady(), lifetime});
    co_return record;
}

Directory::Directory(store::Database& database, const Clock& clock, std::chrono::seconds lifetime)
    : state_(std::make_unique<State>(database, clock, lifetime)) {}

Directory::~Directory() = default;

std::shared_ptr<const User> Directory::cached_user(UserId id) const {
    return state_->users.find(id.value, state_->clock.steady(), state_->lifetime).value_or(nullptr);
}

std::shared_ptr<const Token> Directory::cached_token(std::string_view key) const {
    return state_->tokens.find(key, state_->clock.steady(), state_->lifetime).value_or(nullptr);
}

Task<std::shared_ptr<const User>> Directory::user(UserId id) {
    if (auto known = state_->users.find(id.value, state_->clock.steady(), state_->lifetime)) co_return *known;
    co_return co_await state_->read_user(id);
}

Task<std::shared_ptr<const User>> Directory::user_as_stored(UserId id) {
    if (state_->database.engine() == store::Engine::Sqlite) co_return co_await user(id);
    co_return co_await state_->read_user(id);
}

Task<std::shared_ptr<const Token>> Directory::token_by_key(std::string_view key) {
    if (key.size() > kLongestKey) co_return nullptr;
    if (auto known = state_->tokens.find(key, state_->clock.steady(), state_->lifetime)) co_return *known;
    const std::string name(key);
    const std::uint64_t generation = state_->tokens.generation(name);
    const auto row = co_await state_->database.read(
        [&name](store::Reader& reader) { return store::find_token_by_key(reader, name); });
    auto record = row ? std::make_shared<const Token>(Token::of(*row)) : nullptr;
    state_->tokens.keep(name, record, {generation, state_->clock.steady(), state_->lifetime});
    co_return record;
}

Task<> Directory::set_token_status(const Token& token, TokenStatus status) {
    const std::int64_t id = token.id.value;
    const std::string key = token.key;
    const std::int64_t now = to_unix(state_->clock.unix_now());
    // What was seen may be old: an edit that came in between counts.
    co_await state_->database.write([id, status, now](store::Transaction& tx) {
        const auto number = static_cast<std::int64_t>(status);
        if (status == TokenStatus::Expired)
            store::set_token_expired(tx, id, number, now);
        else
            store::set_token_exhausted(tx, id, number);
    });
    forget_token(key);
}

void Directory::forget_user(UserId id) { state_->users.forget(id.value); }

void Directory::forget_tokens_of(UserId id) {
    state_->tokens.forget_where([id](const Token& token) { return token.user_id == id; });
}

void Directory::forget_token(std::string_view key) { state_->tokens.forget(key); }

}    // namespace opusclaw::account
