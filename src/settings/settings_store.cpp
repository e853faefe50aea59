// settings/settings_store.cpp: loads, checks, stores and swaps (spec 01 section 6; 02 section 22).
#include "settings/settings_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "settings/option.h"
#include "store/options.h"

namespace opusclaw::settings {
namespace {

struct Twin {
    std::string_view flat, module;
};
constexpr std::array kTwins = {Twin{"GroupRatio", "group_ratio_setting.group_ratio"},
                               Twin{"GroupGroupRatio", "group_ratio_setting.group_group_ratio"}};
constexpr std::string_view kLegacyDisplay = "DisplayInCurrencyEnabled";
constexpr std::string_view kDisplayType = "general_setting.quota_display_type";

[[noreturn]] void refuse(std::string code, std::string text) {
    throw Error(ErrorKind::InvalidRequest, std::move(code), Message::literal(std::move(text)));
}

OptionTexts read_rows(store::Reader& reader) {
    OptionTexts rows;
    for (store::OptionRow& row : store::all_options(reader)) rows.insert_or_assign(std::move(row.key), std::move(row.value));
    return rows;
}

/// Puts a stored text into the settings. False: it is bad, and nothing was changed.
bool apply_stored(Settings& settings, const Option& row, std::string_view text) {
    if (!row.apply) return true;
    try {
        row.apply(settings, text, {.key = row.kind(), .source = Source::Stored});
        return true;
    } catch (const BadValue& bad) {
        log::warning("the stored option {} is bad and not used: {}", row.key, bad.what());
        return false;
    }
}

}    // namespace

SettingsStore::SettingsStore(store::Database& database)
    : database_(database), state_(std::make_shared<const State>(State{default_settings(), {}})) {}

SettingsStore::StatePtr SettingsStore::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

/// Rows of the table over the defaults, in the order of the option table: legacy keys come before those that replace them.
/// A bad row keeps what was in force: what the same key gave before, else the default.
void SettingsStore::apply(const OptionTexts& rows) {
    const StatePtr old = state();
    if (rows == old->stored && version_.load() > 0) return;
    Settings settings = default_settings();
    for (const Option& row : all_options()) {
        const auto stored = rows.find(row.key);
        if (stored == rows.end() || apply_stored(settings, row, stored->second)) continue;
        const auto before = old->stored.find(row.key);
        if (before != old->stored.end() && before->second != stored->second) apply_stored(settings, row, before->second);
    }
    auto made = std::make_shared<const State>(State{std::move(settings), rows});
    {
        const std::lock_guard lock(mutex_);
        state_ = std::move(made);
    }
    version_.fetch_add(1, std::memory_order_release);
}

void SettingsStore::refresh(store::Reader& reader) {
    const std::lock_guard lock(refreshing_);
    apply(read_rows(reader));
}

void SettingsStore::load() {
    database_.read_now([this](store::Reader& reader) { refresh(reader); });
}

Task<> SettingsStore::reload() {
    co_await database_.read([this](store::Reader& reader) { refresh(reader); });
}

Snapshot SettingsStore::current() const {
    StatePtr held = state();
    const Settings* settings = &held->settings;
    return {std::move(held), settings};
}

void SettingsStore::check(std::string_view key, std::string_view text) const {
    if (key.empty() || key.find('\0') != std::string_view::npos || text.find('\0') != std::string_view::npos) {
        refuse("invalid_params", "无效的参数");
    }
    const Option* row = find_option(key);
    if (row == nullptr) return;
    const StatePtr held = state();
    if (row->text_rule != nullptr) {
        if (const auto refusal = row->text_rule(text, held->settings)) refuse("invalid_option", *refusal);
    }
    if (!row->apply) return;
    try {
        Settings candidate = held->settings;
        row->apply(candidate, text, {.key = row->kind(), .source = Source::Put});
    } catch (const BadValue& bad) {
        refuse("invalid_option", std::string(row->refusal_prefix) + bad.what());
    }
}

Task<> SettingsStore::put(std::string key, std::string text) {
    check(key, text);
    const auto rows = rows_to_store(key, text);
    co_await database_.write([&rows](store::Transaction& tx) {
        for (const auto& [name, value] : rows) store::put_option(tx, name, value);
    });
    co_await reload();
}

OptionTexts SettingsStore::visible_texts() const {
    OptionTexts texts;
    for (const Option& row : all_options()) {
        if (row.listed == Listed::Always) texts.emplace(row.key, row.shown_text());
    }
    for (const auto& [key, value] : state()->stored) texts.insert_or_assign(key, value);
    std::erase_if(texts, [](const auto& entry) { return is_hidden_key(entry.first); });
    return texts;
}

std::vector<std::string> SettingsStore::configured_secrets() const {
    std::vector<std::string> keys;
    const StatePtr held = state();
    for (const auto& [key, value] : held->stored) {
        if (!value.empty() && is_hidden_key(key)) keys.push_back(key);
    }
    return keys;
}

std::string SettingsStore::text(std::string_view key) const {
    const StatePtr held = state();
    if (const auto stored = held->stored.find(key); stored != held->stored.end()) return stored->second;
    const Option* row = find_option(key);
    return row == nullptr ? std::string() : row->shown_text();
}

const Snapshot& SettingsView::current() {
    const std::uint64_t version = store_.version();
    if (snapshot_ == nullptr || version != version_) {
        snapshot_ = store_.current();
        version_ = version;
    }
    return snapshot_;
}

bool is_hidden_key(std::string_view key) {
    if (key == "WaffoPancakeWebhookPublicKey" || key == "WaffoPancakeWebhookTestKey") return false;
    constexpr std::array<std::string_view, 5> kEndings = {"Token", "Secret", "Key", "secret", "api_key"};
    return std::any_of(kEndings.begin(), kEndings.end(), [key](std::string_view ending) { return key.ends_with(ending); });
}

std::vector<std::pair<std::string, std::string>> rows_to_store(std::string_view key, std::string_view text) {
    std::vector<std::pair<std::string, std::string>> rows{{std::string(key), std::string(text)}};
    for (const Twin& twin : kTwins) {
        if (key == twin.flat) rows.emplace_back(twin.module, text);
        if (key == twin.module) rows.emplace_back(twin.flat, text);
    }
    if (key == kLegacyDisplay) rows.emplace_back(kDisplayType, text == "true" ? "USD" : "TOKENS");
    return rows;
}

}    // namespace opusclaw::settings
