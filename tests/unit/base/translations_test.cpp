// Tests of base/translations.h: the embedded texts fit together, fixed texts are verbatim, the choice of the language.
#include "base/translations.h"

#include <gtest/gtest.h>

#include <set>

namespace opusclaw {
namespace {

constexpr Language kLanguages[] = {Language::English, Language::Chinese, Language::TraditionalChinese};

std::multiset<std::string> placeholders(std::string_view text) {
    std::multiset<std::string> found;
    for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2))
        found.emplace(text.substr(at, text.find("}}", at) + 2 - at));
    return found;
}

TEST(Translations, HaveTheSameKeysInEveryLanguage) {
    const auto keys = translation_keys(Language::English);
    // 99 in use and 128 reserved (spec 01 sections 19.2 and 19.3), and two of our own for 02 section 9.4.
    EXPECT_EQ(keys.size(), 229U);
    for (const Language language : kLanguages)
        EXPECT_EQ(translation_keys(language), keys) << language_name(language);
}

TEST(Translations, HaveTheSamePlaceholdersInEveryLanguage) {
    const std::set<std::string> known = {"{{.Max}}",   "{{.Min}}",      "{{.Minutes}}",
                                         "{{.Error}}", "{{.Provider}}", "{{.Model}}",
                                         "{{.Group}}", "{{.Prefix}}",   "{{.Suffix}}"};
    for (const std::string_view key : translation_keys(Language::English)) {
        const auto english = placeholders(translate(Language::English, key));
        for (const std::string& placeholder : english)
            EXPECT_TRUE(known.contains(placeholder)) << key << placeholder;
        for (const Language language : kLanguages)
            EXPECT_EQ(placeholders(translate(language, key)), english) << key;
    }
}

TEST(Translations, AreTextsAndNotKeys) {
    for (const Language language : kLanguages)
        for (const std::string_view key : translation_keys(language)) {
            const std::string text = translate(language, key);
            EXPECT_FALSE(text.empty()) << key;
            EXPECT_NE(text, key);
            EXPECT_EQ(text.find('\n'), std::string::npos) << key;
        }
}

TEST(Translate, GivesFixedTextsVerbatim) {
    EXPECT_EQ(translate(Language::English, "token.invalid"), "Invalid token");
    EXPECT_EQ(translate(Language::Chinese, "token.invalid"), "无效的令牌");
    EXPECT_EQ(translate(Language::TraditionalChinese, "token.invalid"), "無效的令牌");
    EXPECT_EQ(translate(Language::English, "common.uuid_duplicate"),
              "Please retry, the system generated a duplicate UUID!");
    EXPECT_EQ(translate(Language::Chinese,
                        Message::key("distributor.no_available_channel", {{"Model", "m"}, {"Group", "g"}})),
              "分组 g 下模型 m 无可用渠道（distributor）");
    EXPECT_EQ(
        translate(Language::English, Message::key("distributor.invalid_request", {{"Error", "no model"}})),
        "Invalid request: no model");
}

TEST(Translate, FillsPlaceholdersOnce) {
    const Message message = Message::key("distributor.token_model_forbidden",
                                         {{"Model", "{{.Model}} and {{.Error}}"}});
    EXPECT_EQ(translate(Language::English, message),
              "This token has no access to model {{.Model}} and {{.Error}}");
    EXPECT_EQ(translate(Language::English, "distributor.token_model_forbidden"),
              "This token has no access to model {{.Model}}");
}

TEST(Translate, LeavesLiteralsAndUnknownKeysAsTheyAre) {
    EXPECT_EQ(translate(Language::English, Message::literal("token.invalid {{.Model}}")),
              "token.invalid {{.Model}}");
    EXPECT_EQ(translate(Language::English, "no.such_key"), "no.such_key");
}

TEST(LanguageOfTag, TakesPrefixesAtASubtag) {
    for (const std::string_view tag : {"en", "EN", "en-US", "en_GB", " en "})
        EXPECT_EQ(language_of_tag(tag), Language::English) << tag;
    for (const std::string_view tag : {"zh", "zh-CN", "ZH-cn", "zh-Hans-HK", "zh_CN", "zh-SG", "zh-TWX"})
        EXPECT_EQ(language_of_tag(tag), Language::Chinese) << tag;
    for (const std::string_view tag : {"zh-TW", "ZH-tw", "zh_TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN"})
        EXPECT_EQ(language_of_tag(tag), Language::TraditionalChinese) << tag;
    for (const std::string_view tag : {"", "fr", "english", "zhx", "e", "*"})
        EXPECT_FALSE(language_of_tag(tag)) << tag;
}

struct HeaderCase {
    std::string_view header;
    Language language;
};
constexpr HeaderCase kHeaderCases[] = {
    {"", Language::English},
    {"fr", Language::English},
    {"*", Language::English},
    {"zh", Language::Chinese},
    {"zh-CN", Language::Chinese},
    {"zh-TW,zh;q=0.9", Language::TraditionalChinese},
    {"zh-CN;q=0.8,zh-HK", Language::TraditionalChinese},
    {"zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese},
    {"en-US,en;q=0.9,zh-CN;q=0.8", Language::English},
    {"en;q=0.5, zh;q=0.9", Language::Chinese},
    {"fr-FR, fr;q=0.9, zh;q=0.4, en;q=0.3", Language::Chinese},
    {"zh;q=0, en", Language::English},
    {"zh;q=0", Language::English},
    {"en, zh", Language::English},
    {"zh, en", Language::Chinese},
    {"zh;q=2, en;q=0.1", Language::English},
    {"zh;q=abc, en;q=0.1", Language::English},
    {"zh ; Q = 0.7", Language::Chinese},
    {"zh;level=1;q=0.2,en;q=0.3", Language::English},
    {",,;,zh", Language::Chinese},
};

TEST(ChooseLanguage, TakesTheBestSupportedEntryOfTheHeader) {
    for (const HeaderCase& c : kHeaderCases) EXPECT_EQ(choose_language(c.header), c.language) << c.header;
}

TEST(ChooseLanguage, LooksAtTheUsersSettingFirst) {
    EXPECT_EQ(choose_language("zh-CN", "en"), Language::Chinese);
    EXPECT_EQ(choose_language("zh-TW", "zh-CN"), Language::TraditionalChinese);
    EXPECT_EQ(choose_language("en", "zh"), Language::English);
    EXPECT_EQ(choose_language("", "zh"), Language::Chinese);
    EXPECT_EQ(choose_language("fr", "zh"), Language::Chinese);
    EXPECT_EQ(choose_language("fr", "de"), Language::English);
}

TEST(ChooseLanguage, SurvivesAHugeHeader) {
    std::string header;
    for (int i = 0; i < 100'000; ++i) header += "x,";
    EXPECT_EQ(choose_language(header + "zh"), Language::English);
}

}    // namespace
}    // namespace opusclaw
