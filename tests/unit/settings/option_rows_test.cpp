// tests/unit/settings/option_rows_test.cpp: every option against tests/data/settings/options.json, which was written from the
// specification: its default, a value that is taken, values that are refused, and whether its value is ever shown.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/json/view.h"
#include "base/log.h"
#include "settings/option.h"
#include "settings/settings_store.h"
#include "store/options.h"
#include "unit/store/temp_database.h"

namespace opusclaw::settings {
namespace {

struct Expected {
    std::string key, good;
    std::optional<std::string> initial;    // nullopt: a table of prices, held by other tests
    std::vector<std::string> bad;
    bool once_stored = false;
};

std::vector<Expected> expected_options() {
    std::ifstream file(std::string(TEST_DATA) + "/settings/options.json", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const json::Document document = json::Document::copy(text);
    std::vector<Expected> all;
    document.root().find("options")->each_item([&](json::View row) {
        Expected& one = all.emplace_back();
        one.key = row.find("key")->as_string().value();
        one.good = row.find("good")->as_string().value();
        one.initial = row.find("default")->as_string();
        one.once_stored = row.find("once_stored").has_value();
        row.find("bad")->each_item([&](json::View bad) {
            one.bad.push_back(bad.as_string().value());
            return true;
        });
        return true;
    });
    return all;
}

/// As the specification says it (02 section 22.1).
bool never_shown(std::string_view key) {
    if (key == "WaffoPancakeWebhookPublicKey" || key == "WaffoPancakeWebhookTestKey") return false;
    return key.ends_with("Token") || key.ends_with("Secret") || key.ends_with("Key") ||
           key.ends_with("secret") || key.ends_with("api_key");
}

std::string refusal(const SettingsStore& settings, std::string_view key, std::string_view text) {
    try {
        settings.check(key, text);
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "invalid_option") << key;
        EXPECT_EQ(error.kind, ErrorKind::InvalidRequest) << key;
        return error.message.text;
    }
}

void store_text(store::Database& database, std::string_view key, std::string_view text) {
    database.write_now([&](store::Transaction& tx) { store::put_option(tx, key, text); });
}

TEST(OptionRows, AreThoseOfTheSpecification) {
    std::map<std::string_view, int> seen;
    const std::vector<Expected> all = expected_options();
    for (const Expected& one : all) seen[one.key] += 1;
    for (const Option& row : all_options()) seen[row.key] += 2;
    for (const auto& [key, times] : seen)
        EXPECT_EQ(times, 3) << key << (times == 1 ? " is missing" : " is nobody's");
}

TEST(OptionRows, HaveTheDefaultsOfTheSpecification) {
    for (const Expected& one : expected_options()) {
        const Option* row = find_option(one.key);
        ASSERT_NE(row, nullptr) << one.key;
        if (one.initial) EXPECT_EQ(row->default_text, *one.initial) << one.key;
        EXPECT_EQ(row->listed == Listed::OnceStored, one.once_stored) << one.key;
        EXPECT_FALSE(row->form.empty()) << one.key;
        EXPECT_FALSE(row->purpose.empty()) << one.key;
    }
}

TEST(OptionRows, AreSecretWhereTheirNameSaysSo) {
    for (const Option& row : all_options()) {
        EXPECT_EQ(is_hidden_key(row.key), never_shown(row.key)) << row.key;
        const bool is_public = row.key == "TurnstileSiteKey";    // in each visitor's page
        EXPECT_EQ(row.secrecy == Secrecy::Secret, never_shown(row.key) && !is_public) << row.key;
    }
}

TEST(OptionRows, TakeWhatIsRightAndRefuseWhatIsNot) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    const SettingsStore settings(*database);
    for (const Expected& one : expected_options()) {
        const Option* row = find_option(one.key);
        ASSERT_NE(row, nullptr) << one.key;
        EXPECT_EQ(refusal(settings, one.key, row->default_text), "") << one.key << " and its own default";
        EXPECT_EQ(refusal(settings, one.key, one.good), "") << one.key << " = " << one.good;
        for (const std::string& bad : one.bad)
            EXPECT_NE(refusal(settings, one.key, bad), "") << one.key << " takes " << bad;
    }
}

TEST(OptionRows, AreReadAgainWithoutARestart) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    for (const Expected& one : expected_options()) store_text(*database, one.key, one.good);
    store::run_on_loop(settings.reload());
    const OptionTexts shown = settings.visible_texts();
    for (const Expected& one : expected_options()) {
        EXPECT_EQ(shown.contains(one.key), !never_shown(one.key)) << one.key;
        if (!never_shown(one.key)) EXPECT_EQ(shown.at(one.key), one.good) << one.key;
    }
    for (const std::string& key : settings.configured_secrets()) EXPECT_TRUE(never_shown(key)) << key;
    for (const auto& [key, text] : shown) EXPECT_EQ(find_option(key)->secrecy, Secrecy::Open) << key;
}

/// Rows that somebody wrote into the table by hand, each in a database of its own state: the default stays in force.
TEST(OptionRows, KeepTheirDefaultWhenTheTableHoldsNonsense) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    for (const Option& row : all_options()) store_text(*database, row.key, "\"{[nonsense");
    settings.load();
    const Settings& in_force = *settings.current();
    EXPECT_EQ(in_force.model_ratio, default_settings().model_ratio);
    EXPECT_EQ(in_force.group_ratio, default_settings().group_ratio);
    EXPECT_EQ(in_force.quota_per_unit, default_settings().quota_per_unit);
    EXPECT_EQ(in_force.smtp_port, default_settings().smtp_port);
    EXPECT_EQ(in_force.passkey_user_verification, "preferred");
    EXPECT_EQ(in_force.chats, default_settings().chats);
    EXPECT_TRUE(in_force.faq_enabled);
    EXPECT_EQ(in_force.automatic_retry_status_codes, default_settings().automatic_retry_status_codes);
    EXPECT_EQ(in_force.automatic_disable_status_codes, default_settings().automatic_disable_status_codes);
}

/// Of the right shape, but without one entry that could be used.
TEST(OptionRows, KeepTheirTablesWhenNoStoredEntryIsUsable) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    store_text(*database, "GroupRatio", R"({"vip":0.5})");
    store_text(*database, "AutomaticRetryStatusCodes", "500");
    settings.load();
    for (const Option& row : all_options()) {
        const bool of_numbers = row.form.find("to number") != std::string::npos;
        if (of_numbers) store_text(*database, row.key, R"({"default":"1","vip":"0.5"})");
    }
    store_text(*database, "GroupGroupRatio", R"({"vip":{"edit_this":"0.9"}})");
    store_text(*database, "group_ratio_setting.group_group_ratio", R"({"vip":{"edit_this":"0.9"}})");
    store_text(*database, "AutomaticRetryStatusCodes", "abc");
    store_text(*database, "AutomaticDisableStatusCodes", "abc");
    Settings expected = default_settings();
    expected.group_ratio = {{"vip", 0.5}};
    expected.automatic_retry_status_codes = {.ranges = {{500, 500}}};
    testing::internal::CaptureStdout();
    store::run_on_loop(settings.reload());
    log::flush();
    const std::string logged = testing::internal::GetCapturedStdout();
    EXPECT_TRUE(*settings.current() == expected);
    for (const std::string_view key : {"GroupRatio", "ModelRatio", "GroupGroupRatio", "TopupGroupRatio",
                                       "AutomaticRetryStatusCodes", "AutomaticDisableStatusCodes"})
        EXPECT_NE(logged.find("option " + std::string(key) + ": the stored value is not used"),
                  std::string::npos)
            << key << " in: " << logged;
}

TEST(OptionRows, TellWhichStoredEntriesAreNotUsed) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    SettingsStore settings(*database);
    store_text(*database, "ModelRatio", R"({"good":1,"bad":"1"})");
    testing::internal::CaptureStdout();
    settings.load();
    log::flush();
    EXPECT_NE(testing::internal::GetCapturedStdout().find(
                  "option ModelRatio: entries of the stored value are not used: bad"),
              std::string::npos);
    EXPECT_EQ(settings.current()->model_ratio, (NumberMap{{"good", 1}}));
}

}    // namespace
}    // namespace opusclaw::settings
