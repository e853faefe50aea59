// tests/unit/settings/settings_store_test.cpp: loading, storing and swapping of options over a real SQLite file
// (settings/settings_store.h).
#include "settings/settings_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "settings/fetch_rules.h"
#include "settings/option.h"
#include "store/options.h"
#include "unit/store/temp_database.h"

namespace opusclaw::settings {
namespace {

using store::run_on_loop;
using store::TempDatabase;

void store_rows(store::Database& database, const std::vector<std::pair<std::string, std::string>>& rows) {
    database.write_now([&](store::Transaction& tx) {
        for (const auto& [key, text] : rows) store::put_option(tx, key, text);
    });
}

void put(SettingsStore& settings, std::string key, std::string text) {
    run_on_loop(settings.put(std::move(key), std::move(text)));
}

Task<> put_refused(SettingsStore& settings, std::string key, std::string text, std::string& code) {
    try {
        co_await settings.put(std::move(key), std::move(text));
    } catch (const Error& error) {
        code = error.code;
    }
}

std::string refusal_code(SettingsStore& settings, std::string key, std::string text) {
    std::string code;
    run_on_loop(put_refused(settings, std::move(key), std::move(text), code));
    return code;
}

std::optional<std::string> stored(store::Database& database, std::string_view key) {
    return store::read_one(database, [&](store::Reader& db) -> std::optional<std::string> {
        for (store::OptionRow& row : store::all_options(db))
            if (row.key == key) return row.value;
        return std::nullopt;
    });
}

TEST(SettingsStore, StartsWithTheDefaults) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    EXPECT_EQ(*settings.current(), default_settings());
    settings.load();
    EXPECT_EQ(*settings.current(), default_settings());
    EXPECT_EQ(settings.version(), 0U) << "nothing was swapped";
    EXPECT_EQ(settings.visible_texts().at("ServerAddress"), "");
    EXPECT_FALSE(settings.visible_texts().contains("HeaderNavModules")) << "shown once stored";
    EXPECT_FALSE(settings.visible_texts().contains("SMTPToken")) << "hidden";
    EXPECT_TRUE(settings.configured_secrets().empty());
}

TEST(SettingsStore, StoresAndSwapsEveryRow) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    std::vector<std::pair<std::string, std::string>> rows;
    for (const Option& row : all_options()) rows.emplace_back(row.key, row.default_text);
    store_rows(*database, rows);
    settings.load();
    EXPECT_EQ(*settings.current(), default_settings());
    const OptionTexts texts = settings.visible_texts();
    for (const auto& [key, text] : rows)
        if (!is_hidden_key(key)) EXPECT_EQ(texts.at(key), text) << key;
}

TEST(SettingsStore, PutIsSeenAtOnceAndAfterReopening) {
    const TempDatabase file;
    {
        const auto database = file.open_migrated();
        SettingsStore settings(*database);
        const Snapshot before = settings.current();
        put(settings, "RetryTimes", "4");
        put(settings, "ModelRatio", R"({"mine":2.5})");
        put(settings, "AnyOption", "verbatim {");
        put(settings, "SMTPToken", "secret");
        EXPECT_EQ(settings.current()->retry_times, 4);
        EXPECT_EQ(settings.current()->model_ratio, (NumberMap{{"mine", 2.5}})) << "replaced, not merged";
        EXPECT_EQ(before->retry_times, 0) << "a snapshot in use stays";
        EXPECT_EQ(settings.version(), 4U);
    }
    const auto database = file.open();
    SettingsStore settings(*database);
    settings.load();
    EXPECT_EQ(settings.current()->retry_times, 4);
    EXPECT_EQ(settings.current()->smtp_token, "secret");
    EXPECT_EQ(settings.visible_texts().at("AnyOption"), "verbatim {");
    EXPECT_EQ(settings.visible_texts().at("ModelRatio"), R"({"mine":2.5})");
    EXPECT_EQ(settings.configured_secrets(), std::vector<std::string>{"SMTPToken"});
    EXPECT_EQ(settings.visible_texts().at("QuotaPerUnit"), "500000");
}

TEST(SettingsStore, RefusesBeforeStoring) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    EXPECT_EQ(refusal_code(settings, "ModelRatio", "{broken"), "invalid_option");
    EXPECT_EQ(refusal_code(settings, "GitHubOAuthEnabled", "true"), "invalid_option");
    EXPECT_EQ(refusal_code(settings, "", "x"), "invalid_params");
    EXPECT_EQ(refusal_code(settings, "Notice", std::string("a\0b", 3)), "invalid_params");
    EXPECT_EQ(stored(*database, "ModelRatio"), std::nullopt);
    EXPECT_EQ(*settings.current(), default_settings());
}

TEST(SettingsStore, AllowsASwitchOnceWhatItNeedsIsThere) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    put(settings, "GitHubClientId", "id");
    put(settings, "GitHubOAuthEnabled", "true");
    EXPECT_TRUE(settings.current()->github_oauth_enabled);
    put(settings, "EmailDomainWhitelist", " , ");
    EXPECT_EQ(refusal_code(settings, "EmailDomainRestrictionEnabled", "true"), "invalid_option");
}

TEST(SettingsStore, KeepsBothSpellingsOfAGroupTableEqual) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    put(settings, "GroupRatio", R"({"a":2})");
    EXPECT_EQ(stored(*database, "group_ratio_setting.group_ratio"), R"({"a":2})");
    put(settings, "group_ratio_setting.group_ratio", R"({"a":3})");
    EXPECT_EQ(settings.current()->group_ratio, (NumberMap{{"a", 3}}));
    EXPECT_EQ(settings.visible_texts().at("GroupRatio"), R"({"a":3})");
    put(settings, "GroupGroupRatio", R"({"u":{"g":0.5}})");
    EXPECT_EQ(settings.visible_texts().at("group_ratio_setting.group_group_ratio"), R"({"u":{"g":0.5}})");
}

TEST(SettingsStore, ReadsOldSpellingsBeforeNewOnes) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    store_rows(*database, {{"GroupRatio", R"({"a":2})"}, {"DisplayInCurrencyEnabled", "false"}});
    settings.load();
    EXPECT_EQ(settings.current()->group_ratio, (NumberMap{{"a", 2}}));
    EXPECT_EQ(settings.visible_texts().at("group_ratio_setting.group_ratio"), R"({"a":2})");
    EXPECT_EQ(settings.current()->quota_display_type, QuotaDisplay::Tokens);
    EXPECT_EQ(settings.visible_texts().at("general_setting.quota_display_type"), "TOKENS");
    store_rows(*database, {{"group_ratio_setting.group_ratio", R"({"a":5})"},
                           {"general_setting.quota_display_type", "CNY"}});
    settings.load();
    EXPECT_EQ(settings.current()->group_ratio, (NumberMap{{"a", 5}}));
    EXPECT_EQ(settings.current()->quota_display_type, QuotaDisplay::Cny);
    put(settings, "DisplayInCurrencyEnabled", "true");
    EXPECT_EQ(settings.current()->quota_display_type, QuotaDisplay::Usd);
    EXPECT_EQ(settings.visible_texts().at("general_setting.quota_display_type"), "USD");
}

TEST(SettingsStore, KeepsTheValueInForceWhenAStoredTextIsBad) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    store_rows(*database, {{"ModelRatio", "{broken"},
                           {"QuotaPerUnit", "0"},
                           {"RetryTimes", "2"},
                           {"passkey.enabled", "perhaps"},
                           {"ModelPrice", R"({"a":1})"}});
    settings.load();
    EXPECT_EQ(settings.current()->model_ratio, default_settings().model_ratio) << "never emptied";
    EXPECT_EQ(settings.current()->quota_per_unit, 500000) << "nothing is divided by zero";
    EXPECT_EQ(settings.current()->retry_times, 2) << "the others are used";
    EXPECT_FALSE(settings.current()->passkey_enabled);
    EXPECT_EQ(settings.visible_texts().at("ModelRatio"), "{broken") << "so that it can be mended";
    store_rows(*database, {{"ModelPrice", "[]"}});
    run_on_loop(settings.reload());
    EXPECT_EQ(settings.current()->model_price, (NumberMap{{"a", 1}})) << "what it had, not the default";
}

TEST(SettingsStore, ReadsTheFetchRulesInEverySpellingOfTruth) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    const auto rules = [&settings](std::string_view field, std::string_view text) {
        put(settings, "fetch_setting." + std::string(field), std::string(text));
        return FetchRules::of(*settings.current());
    };
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
        EXPECT_TRUE(rules("enable_ssrf_protection", yes).enabled) << yes;
        EXPECT_TRUE(rules("allow_private_ip", yes).allow_private) << yes;
        EXPECT_EQ(rules("domain_filter_mode", yes).domain_kind, ListKind::Allow) << yes;
        EXPECT_EQ(rules("ip_filter_mode", yes).address_kind, ListKind::Allow) << yes;
        EXPECT_TRUE(rules("apply_ip_filter_for_domain", yes).check_names) << yes;
    }
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
        EXPECT_FALSE(rules("enable_ssrf_protection", no).enabled) << no;
        EXPECT_FALSE(rules("allow_private_ip", no).allow_private) << no;
        EXPECT_EQ(rules("domain_filter_mode", no).domain_kind, ListKind::Deny) << no;
        EXPECT_EQ(rules("ip_filter_mode", no).address_kind, ListKind::Deny) << no;
        EXPECT_FALSE(rules("apply_ip_filter_for_domain", no).check_names) << no;
    }
    EXPECT_EQ(rules("domain_list", R"([" A.Example "])").domains, std::vector<std::string>{"a.example"});
    EXPECT_EQ(rules("allowed_ports", R"(["1-9"])").ports, std::vector<std::string>{"1-9"});
    EXPECT_TRUE(rules("ip_list", R"(["8.8.8.0/24"])").addresses.contains(*IpAddress::parse("8.8.8.8")));
}

TEST(SettingsStore, KeepsFetchingSafeWhenAStoredTextIsBad) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    for (const Option& row : all_options())
        if (row.key.starts_with("fetch_setting.")) store_rows(*database, {{std::string(row.key), "maybe"}});
    settings.load();
    const FetchRules rules = FetchRules::of(*settings.current());
    EXPECT_TRUE(refused_url(rules, "http://169.254.169.254/"));
    EXPECT_TRUE(addresses_count(rules, "a.example"));
    EXPECT_EQ(rules.ports, FetchRules{}.ports);
}

TEST(SettingsStore, FollowsTheTableOfAnotherNode) {
    const TempDatabase file;
    const auto here = file.open_migrated();
    const auto there = file.open();
    SettingsStore ours(*here), theirs(*there);
    put(theirs, "SystemName", "Elsewhere");
    EXPECT_EQ(ours.current()->system_name, "Opusclaw");
    run_on_loop(ours.reload());
    EXPECT_EQ(ours.current()->system_name, "Elsewhere");
    const std::uint64_t version = ours.version();
    run_on_loop(ours.reload());
    EXPECT_EQ(ours.version(), version) << "nothing new, nothing swapped";
    there->write_now([](store::Transaction& tx) { tx.execute(R"(DELETE FROM "options")"); });
    run_on_loop(ours.reload());
    EXPECT_EQ(*ours.current(), default_settings()) << "a deleted row is its default again";
}

Task<> reload_in_vain(SettingsStore& settings, std::string& code) {
    try {
        co_await settings.reload();
    } catch (const Error& error) {
        code = error.code;
    }
}

TEST(SettingsStore, KeepsWhatItHasWhileTheTableCannotBeRead) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    put(settings, "RetryTimes", "4");
    const Snapshot before = settings.current();
    store::run_all(*database, {R"(ALTER TABLE "options" RENAME TO "options_away")"});
    std::string code;
    run_on_loop(reload_in_vain(settings, code));
    EXPECT_NE(code, "");
    EXPECT_EQ(settings.current(), before);
    store::run_all(*database, {R"(ALTER TABLE "options_away" RENAME TO "options")",
                               R"(UPDATE "options" SET "value" = '5')"});
    run_on_loop(settings.reload());
    EXPECT_EQ(settings.current()->retry_times, 5);
}

Task<> put_many(SettingsStore& settings, std::string key, int from, int to) {
    for (int i = from; i < to; ++i) co_await settings.put(key, std::to_string(i));
}

TEST(SettingsStore, EndsWithWhatTheTableSaysWhenManyPut) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    std::atomic<bool> over = false;
    std::thread looking([&] {
        SettingsView view(settings);
        while (!over) EXPECT_GE(view.current()->retry_times, 0);
    });
    std::vector<Task<>> tasks;
    for (int i = 0; i < 4; ++i)
        tasks.push_back(put_many(settings, i % 2 == 0 ? "RetryTimes" : "SMTPPort", 1 + i * 20, 20 + i * 20));
    run_on_loop(std::move(tasks));
    over = true;
    looking.join();
    EXPECT_EQ(std::to_string(settings.current()->retry_times), stored(*database, "RetryTimes"));
    EXPECT_EQ(std::to_string(settings.current()->smtp_port), stored(*database, "SMTPPort"));
    SettingsView view(settings);
    EXPECT_EQ(view.current(), settings.current());
    put(settings, "RetryTimes", "77");
    EXPECT_EQ(view.current()->retry_times, 77);
}

}    // namespace
}    // namespace opusclaw::settings
