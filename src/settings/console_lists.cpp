// settings/console_lists.cpp: checks of the dashboard's front page lists, in the order and with the texts of spec 02 section
// 22.3. Lengths are in code points, N counts from 1.
#include "settings/console_lists.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "settings/settings.h"

namespace opusclaw::settings {

namespace {

/// Thrown by the checks of an item, caught by check_list(): the refusal's text.
struct Refused {
    std::string text;
};

/// One object of a list.
class Item {
public:
    Item(json::View view, std::size_t number, std::string_view what)
        : view_(view), name_("第" + std::to_string(number) + "个" + std::string(what)) {}

    /// The text of a member; empty when it is absent, empty or no text.
    std::string text(std::string_view key) const {
        const auto member = view_.find(key);
        return member ? member->as_string().value_or("") : std::string();
    }
    bool has(std::string_view key) const { return view_.find(key).has_value(); }
    bool is_text(std::string_view key) const {
        const auto member = view_.find(key);
        return member && member->type() == json::Type::String;
    }

    void demand(bool right, std::string_view refusal) const {
        if (!right) throw Refused{name_ + std::string(refusal)};
    }
    std::string required(std::string_view key, std::string_view refusal) const {
        std::string value = text(key);
        demand(!value.empty(), refusal);
        return value;
    }
    void at_most(const std::string& value, std::size_t longest, std::string_view what) const {
        demand(text::count_characters(value) <= longest,
               std::string(what) + "长度不能超过" + std::to_string(longest) + "字符");
    }
    void harmless(const std::string& value) const {
        constexpr std::string_view kForbidden[] = {
            "<script", "<iframe", "javascript:", "onload=", "onerror=", "onclick="};
        const std::string lower = text::lower(value);
        const bool found = std::ranges::any_of(
            kForbidden, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
        demand(!found, "包含不允许的内容");
    }

private:
    json::View view_;
    std::string name_;
};

struct ListRules {
    std::string_view title;    // in the message for a text that is no such list
    std::string_view count;    // in the message for too many
    std::string_view item;     // what one is called
    std::size_t most = 0;
};

template <class CheckItem>
std::optional<std::string> check_list(std::string_view text, const ListRules& rules, CheckItem check_item) {
    if (text.empty()) return std::nullopt;
    const std::string malformed = std::string(rules.title) + "格式错误：";
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        const json::View root = document.root();
        if (root.type() != json::Type::Array) return malformed + "not a JSON array";
        std::vector<json::View> items;
        bool all_objects = true;
        root.each_item([&](json::View item) {
            all_objects = all_objects && item.type() == json::Type::Object;
            items.push_back(item);
            return true;
        });
        if (!all_objects) return malformed + "not an array of objects";
        if (items.size() > rules.most)
            return std::string(rules.count) + "数量不能超过" + std::to_string(rules.most) + "个";
        for (std::size_t i = 0; i < items.size(); ++i) check_item(Item(items[i], i + 1, rules.item));
        return std::nullopt;
    } catch (const Refused& refused) {
        return refused.text;
    } catch (const Error& error) {
        return malformed + error.message.text;
    }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool is_colour(std::string_view word) {
    return is_one_of(word, {"blue", "green", "cyan", "purple", "pink", "red", "orange", "amber", "yellow",
                            "lime", "light-green", "teal", "light-blue", "indigo", "violet", "grey"});
}

bool is_slug(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '-';
    });
}

void check_api(const Item& item) {
    const std::string url = item.required("url", "缺少URL字段");
    const std::string route = item.required("route", "缺少线路描述字段");
    const std::string description = item.required("description", "缺少说明字段");
    const std::string color = item.required("color", "缺少颜色字段");
    item.demand(is_link(url), "的URL格式不正确");
    item.at_most(url, 500, "的URL");
    item.at_most(route, 100, "的线路描述");
    item.at_most(description, 200, "的说明");
    item.demand(is_colour(color), "的颜色值不合法");
    item.harmless(description);
    item.harmless(route);
}

void check_announcement(const Item& item) {
    const std::string content = item.required("content", "缺少内容字段");
    item.demand(item.has("publishDate"), "缺少发布日期字段");
    const std::string date = item.required("publishDate", "的发布日期不能为空");
    item.demand(parse_rfc3339(date).has_value(), "的发布日期格式错误");
    item.demand(!item.is_text("type") ||
                    is_one_of(item.text("type"), {"default", "ongoing", "success", "warning", "error"}),
                "的类型值不合法");
    item.at_most(content, 500, "的内容");
    item.at_most(item.text("extra"), 200, "的说明");
}

void check_question(const Item& item) {
    const std::string question = item.required("question", "缺少问题字段");
    const std::string answer = item.required("answer", "缺少答案字段");
    item.at_most(question, 200, "的问题");
    item.at_most(answer, 1000, "的答案");
}

void check_kuma_group(const Item& item, std::set<std::string>& categories) {
    const std::string category = item.required("categoryName", "缺少分类名称字段");
    item.demand(categories.insert(category).second, "的分类名称与其他分组重复");
    const std::string url = item.required("url", "缺少URL字段");
    const std::string slug = item.required("slug", "缺少Slug字段");
    const std::string description = item.text("description");
    item.demand(is_link(url), "的URL格式不正确");
    item.at_most(category, 50, "的分类名称");
    item.at_most(url, 500, "的URL");
    item.at_most(slug, 100, "的Slug");
    item.at_most(description, 200, "的描述");
    item.demand(is_slug(slug), "的Slug只能包含字母、数字、下划线和连字符");
    item.harmless(description);
    item.harmless(category);
}

}    // namespace

std::optional<std::string> check_api_info(std::string_view text, const Settings&) {
    return check_list(text, {.title = "API信息", .count = "API信息", .item = "API信息", .most = 50},
                      check_api);
}

std::optional<std::string> check_announcements(std::string_view text, const Settings&) {
    return check_list(text, {.title = "系统公告", .count = "系统公告", .item = "公告", .most = 100},
                      check_announcement);
}

std::optional<std::string> check_faq(std::string_view text, const Settings&) {
    return check_list(text, {.title = "FAQ信息", .count = "FAQ", .item = "FAQ", .most = 100}, check_question);
}

std::optional<std::string> check_uptime_kuma_groups(std::string_view text, const Settings&) {
    std::set<std::string> categories;
    return check_list(
        text, {.title = "Uptime Kuma分组配置", .count = "Uptime Kuma分组", .item = "分组", .most = 20},
        [&categories](const Item& item) { check_kuma_group(item, categories); });
}

}    // namespace opusclaw::settings
