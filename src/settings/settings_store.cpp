// settings/settings_store.cpp: loading, checking, storing and swapping of options (spec 01 section 6). What a key means stands in
// its row of the table; which texts belong together in option_texts.cpp.
#include "settings/settings_store.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/error.h"
#include "base/log.h"
#include "settings/option.h"
#include "store/options.h"

namespace opusclaw::settings {

namespace {

[[noreturn]] void refuse(std::string text) {
    throw Error(ErrorKind::InvalidRequest, "invalid_option", Message::literal(std::move(text)));
}

std::string_view text_or_default(const OptionTexts& texts, const Option& row) {
    const auto found = texts.find(row.key);
    return found == texts.end() ? std::string_view(row.default_text) : std::string_view(found->second);
}

/// The first of them, and how many there are.
std::string listed(const std::vector<std::string>& entries) {
    constexpr std::size_t kMost = 10;
    std::string names;
    for (const std::string& entry : std::span(entries).first(std::min(entries.size(), kMost)))
        names.append(names.empty() ? "" : ", ").append(entry);
    if (entries.size() > kMost) names.append(", … (").append(std::to_string(entries.size())).append(")");
    return names;
}

void apply_stored(Settings& settings, const Option& row, std::string_view text) {
    std::vector<std::string> left_out;
    try {
        if (row.apply(settings, text, {row.kind(), Source::Stored, &left_out}) == Applied::Kept)
            log::warning("option {}: the stored value is unreadable and is not used", row.key);
        if (!left_out.empty())
            log::warning("option {}: entries of the stored value are not used: {}", row.key,
                         listed(left_out));
    } catch (const BadValue& bad) {
        // The text may be a secret; what is wrong with it is not.
        log::warning("option {}: the stored value is not used: {}", row.key,
                     row.secrecy == Secrecy::Secret ? "refused" : bad.what());
    }
}

/// Changes in `settings` what differs between the two sets of texts.
void apply_changes(Settings& settings, const OptionTexts& before, const OptionTexts& after) {
    for (const Option& row : all_options()) {
        if (!row.apply) continue;
        const std::string_view text = text_or_default(after, row);
        if (text != text_or_default(before, row)) apply_stored(settings, row, text);
    }
}

}    // namespace

SettingsStore::SettingsStore(store::Database& database)
    : database_(database), state_(std::make_shared<const State>(State{default_settings(), {}, {}})) {}

void SettingsStore::load() {
    database_.read_now([this](store::Reader& reader) { refresh(reader); });
}

Task<> SettingsStore::reload() {
    co_await database_.read([this](store::Reader& reader) { refresh(reader); });
}

void SettingsStore::refresh(store::Reader& reader) {
    const std::lock_guard lock(refreshing_);
    OptionTexts rows;
    for (store::OptionRow& row : store::all_options(reader))
        rows.insert_or_assign(std::move(row.key), std::move(row.value));
    swap_in(std::move(rows));
}

void SettingsStore::swap_in(OptionTexts rows) {
    const StatePtr before = state();
    if (rows == before->stored) return;
    auto next = std::make_shared<State>();
    next->in_force = with_twins(rows);
    next->stored = std::move(rows);
    next->settings = before->settings;
    apply_changes(next->settings, before->in_force, next->in_force);
    {
        const std::lock_guard lock(mutex_);
        state_ = std::move(next);
    }
    version_.fetch_add(1, std::memory_order_release);
}

SettingsStore::StatePtr SettingsStore::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Snapshot SettingsStore::current() const {
    StatePtr held = state();
    const Settings* settings = &held->settings;
    return Snapshot(std::move(held), settings);
}

void SettingsStore::check(std::string_view key, std::string_view text) const {
    if (key.empty() || key.find('\0') != std::string_view::npos || text.find('\0') != std::string_view::npos)
        throw Error(ErrorKind::InvalidRequest, "invalid_params", Message::literal("无效的参数"));
    const Option* row = find_option(key);
    if (row == nullptr) return;
    const Snapshot in_force = current();
    try {
        // The rule first: it knows the texts that dashboards show.
        if (row->text_rule != nullptr)
            if (auto problem = row->text_rule(text, *in_force)) refuse(std::move(*problem));
        Settings scratch = *in_force;
        if (row->apply) row->apply(scratch, text, {row->kind(), Source::Put});
    } catch (const BadValue& bad) {
        refuse(std::string(row->refusal_prefix) + bad.what());
    }
}

Task<> SettingsStore::put(std::string key, std::string text) {
    check(key, text);
    co_await database_.write([&key, &text](store::Transaction& tx) {
        for (const auto& [row_key, row_text] : rows_to_store(key, text))
            store::put_option(tx, row_key, row_text);
    });
    co_await reload();
}

OptionTexts SettingsStore::visible_texts() const {
    const StatePtr held = state();
    OptionTexts texts;
    for (const Option& row : all_options())
        if (row.listed == Listed::Always) texts.emplace(row.key, row.shown_text());
    for (const auto& [key, text] : held->in_force) texts.insert_or_assign(key, text);
    std::erase_if(texts, [](const auto& entry) { return is_hidden_key(entry.first); });
    return texts;
}

std::vector<std::string> SettingsStore::configured_secrets() const {
    const StatePtr held = state();
    std::vector<std::string> keys;
    for (const auto& [key, text] : held->in_force)
        if (is_hidden_key(key) && !text.empty()) keys.push_back(key);
    return keys;
}

const Snapshot& SettingsView::current() {
    const std::uint64_t version = store_.version();
    if (snapshot_ == nullptr || version != version_) {
        // The version is read first: a swap in between only makes the next call look again.
        version_ = version;
        snapshot_ = store_.current();
    }
    return snapshot_;
}

}    // namespace opusclaw::settings
