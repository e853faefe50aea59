// tests/unit/settings/console_lists_test.cpp: the front page lists' checks and messages (spec 02 section 22.3).
#include "settings/console_lists.h"

#include <gtest/gtest.h>

#include "settings/settings.h"

namespace opusclaw::settings {
namespace {

using Check = std::optional<std::string> (*)(std::string_view, const Settings&);
struct Case {
    std::string text;
    std::optional<std::string> refusal;
};

void expect_all(Check check, const std::vector<Case>& cases) {
    for (const Case& one : cases) EXPECT_EQ(check(one.text, default_settings()), one.refusal) << one.text;
}

std::string many(std::string_view item, int times) {
    std::string text = "[";
    for (int i = 0; i < times; ++i) text.append(i == 0 ? "" : ",").append(item);
    return text + "]";
}

std::string api(const std::string& url, const std::string& route, const std::string& description,
                const std::string& color) {
    return R"([{"url":")" + url + R"(","route":")" + route + R"(","description":")" + description +
           R"(","color":")" + color + R"("}])";
}

TEST(ConsoleLists, CheckApiInfo) {
    const std::string url = "https://a.example:8443/v1";
    expect_all(&check_api_info,
               {{"", std::nullopt},
                {"[]", std::nullopt},
                {api(url, "线路", "说明", "blue"), std::nullopt},
                {api("", "r", "d", "blue"), "第1个API信息缺少URL字段"},
                {R"([{"url":5,"route":"r","description":"d","color":"blue"}])", "第1个API信息缺少URL字段"},
                {api(url, "", "d", "blue"), "第1个API信息缺少线路描述字段"},
                {api(url, "r", "", "blue"), "第1个API信息缺少说明字段"},
                {api(url, "r", "d", ""), "第1个API信息缺少颜色字段"},
                {api("ftp://a", "r", "d", "blue"), "第1个API信息的URL格式不正确"},
                {api("https://a/" + std::string(500, 'x'), "r", "d", "blue"),
                 "第1个API信息的URL长度不能超过500字符"},
                {api(url, std::string(101, 'x'), "d", "blue"), "第1个API信息的线路描述长度不能超过100字符"},
                {api(url, "r", std::string(201, 'x'), "blue"), "第1个API信息的说明长度不能超过200字符"},
                {api(url, "r", "d", "beige"), "第1个API信息的颜色值不合法"},
                {api(url, "r", "<ScRipt>", "blue"), "第1个API信息包含不允许的内容"},
                {api(url, "ONLOAD=x", "d", "blue"), "第1个API信息包含不允许的内容"},
                {many("{}", 51), "API信息数量不能超过50个"}});
    for (const std::string_view malformed : {"{}", "[1]", "[", "null", "x"}) {
        const auto refusal = check_api_info(malformed, default_settings());
        ASSERT_TRUE(refusal) << malformed;
        EXPECT_TRUE(refusal->starts_with("API信息格式错误：")) << *refusal;
    }
}

TEST(ConsoleLists, CountCharactersNotBytes) {
    std::string route;
    for (int i = 0; i < 100; ++i) route += "线";
    EXPECT_EQ(check_api_info(api("http://a", route, "d", "grey"), default_settings()), std::nullopt);
}

TEST(ConsoleLists, CheckAnnouncements) {
    const auto item = [](const std::string& rest) { return R"([{"content":"c",)" + rest + "}]"; };
    expect_all(&check_announcements,
               {{item(R"("publishDate":"2026-11-24T16:25:31.5+08:00","type":"ongoing")"), std::nullopt},
                {R"([{"publishDate":"x"}])", "第1个公告缺少内容字段"},
                {R"([{"content":"c"}])", "第1个公告缺少发布日期字段"},
                {item(R"("publishDate":"")"), "第1个公告的发布日期不能为空"},
                {item(R"("publishDate":null)"), "第1个公告的发布日期不能为空"},
                {item(R"("publishDate":"2026-11-24")"), "第1个公告的发布日期格式错误"},
                {item(R"("publishDate":"2026-02-30T00:00:00Z")"), "第1个公告的发布日期格式错误"},
                {item(R"("publishDate":"2026-11-24T16:25:31Z","type":"loud")"), "第1个公告的类型值不合法"},
                {item(R"("publishDate":"2026-11-24T16:25:31Z","type":"")"), "第1个公告的类型值不合法"},
                {item(R"("publishDate":"2026-11-24T16:25:31Z","type":null)"), std::nullopt},
                {item(R"("publishDate":"2026-11-24T16:25:31Z","extra":")" + std::string(201, 'x') + "\""),
                 "第1个公告的说明长度不能超过200字符"},
                {many("{}", 101), "系统公告数量不能超过100个"}});
}

TEST(ConsoleLists, CheckQuestions) {
    expect_all(&check_faq, {{R"([{"question":"q","answer":"a"}])", std::nullopt},
                            {R"([{"question":"q","answer":"a"},{"answer":"a"}])", "第2个FAQ缺少问题字段"},
                            {R"([{"question":"q"}])", "第1个FAQ缺少答案字段"},
                            {R"([{"question":")" + std::string(201, 'q') + R"(","answer":"a"}])",
                             "第1个FAQ的问题长度不能超过200字符"},
                            {R"([{"question":"q","answer":")" + std::string(1001, 'a') + R"("}])",
                             "第1个FAQ的答案长度不能超过1000字符"},
                            {many("{}", 101), "FAQ数量不能超过100个"}});
}

TEST(ConsoleLists, CheckUptimeKumaGroups) {
    const auto group = [](const std::string& name, const std::string& url, const std::string& slug) {
        return R"({"categoryName":")" + name + R"(","url":")" + url + R"(","slug":")" + slug + R"("})";
    };
    const std::string good = group("a", "https://kuma.example", "status_1-x");
    expect_all(
        &check_uptime_kuma_groups,
        {{"[" + good + "]", std::nullopt},
         {"[" + good + "," + good + "]", "第2个分组的分类名称与其他分组重复"},
         {"[" + group("", "https://a", "s") + "]", "第1个分组缺少分类名称字段"},
         {"[" + group("a", "", "s") + "]", "第1个分组缺少URL字段"},
         {"[" + group("a", "https://a", "") + "]", "第1个分组缺少Slug字段"},
         {"[" + group("a", "a", "s") + "]", "第1个分组的URL格式不正确"},
         {"[" + group(std::string(51, 'a'), "https://a", "s") + "]", "第1个分组的分类名称长度不能超过50字符"},
         {"[" + group("a", "https://a", "s s") + "]", "第1个分组的Slug只能包含字母、数字、下划线和连字符"},
         {"[" + group("javascript:a", "https://a", "s") + "]", "第1个分组包含不允许的内容"},
         {many("{}", 21), "Uptime Kuma分组数量不能超过20个"}});
}

TEST(ConsoleLinks, HaveTheFormOfTheSpecification) {
    for (const std::string_view good :
         {"http://a", "https://a-b.example/x?y=1", "http://127.0.0.1:3000", "https://a:1/"})
        EXPECT_TRUE(is_link(good)) << good;
    for (const std::string_view bad :
         {"", "https://", "//a", "https://-a", "https://a..b", "https://a:", "https://a:123456",
          "https://a b", "https://a?x", "javascript:x", "https://u@a"})
        EXPECT_FALSE(is_link(bad)) << bad;
}

TEST(ConsoleTimes, AreSecondsSinceTheEpoch) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(parse_rfc3339("2026-11-24T16:25:31Z"), 1795537531);
    EXPECT_EQ(parse_rfc3339("2026-11-25T00:25:31.999+08:00"), 1795537531);
    EXPECT_EQ(parse_rfc3339("2026-11-24T15:25:31-01:00"), 1795537531);
    for (const std::string_view bad :
         {"", "2026-11-24T16:25:31", "2026-13-01T00:00:00Z", "2026-11-24 16:25:31Z", "2026-11-24T24:00:00Z",
          "2026-11-24T16:25:31.Z", "2026-11-24T16:25:31+0800"})
        EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
}

}    // namespace
}    // namespace opusclaw::settings
