// api/option_migration.cpp: one function for each old key. Rows are read and written in options.cpp.
#include "api/option_migration.h"

#include <array>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kMostItems = 50;

/// Writes at most kMostItems items of a JSON array; `write` says whether it wrote one. nullopt: no array.
using WriteItem = std::function<bool(json::Writer&, const json::View&)>;
std::optional<std::string> rewritten(std::string_view text, const WriteItem& write) {
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() != json::Type::Array) return std::nullopt;
        std::string out;
        json::Writer writer(out);
        std::size_t count = 0;
        writer.begin_array();
        document.root().each_item([&](json::View item) {
            if (write(writer, item)) ++count;
            return count < kMostItems;
        });
        writer.end_array();
        return out;
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool write_as_it_is(json::Writer& writer, const json::View& item) {
    writer.raw(item.raw());
    return true;
}

/// The first of the two members that is a text with something in it.
std::string first_text(const json::View& item, std::string_view name, std::string_view other) {
    for (const std::string_view member : {name, other}) {
        const auto value = item.find(member);
        const auto text = value ? value->as_string() : std::nullopt;
        if (text && !text->empty()) return *text;
    }
    return {};
}

bool write_question(json::Writer& writer, const json::View& item) {
    if (item.type() != json::Type::Object) return false;
    const std::string question = first_text(item, "question", "title");
    const std::string answer = first_text(item, "answer", "content");
    if (question.empty() || answer.empty()) return false;
    writer.begin_object().member("question", question).member("answer", answer).end_object();
    return true;
}

bool is_array(std::string_view text) {
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        return document.root().type() == json::Type::Array;
    } catch (const Error&) {
        return false;
    }
}

std::string uptime_group(std::string_view url, std::string_view slug) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array().begin_object().member("id", 1).member("categoryName", "old");
    writer.member("url", url).member("slug", slug).member("description", "").end_object().end_array();
    return out;
}

}    // namespace

OptionMigration migrate_console_settings(const std::map<std::string, std::string>& options) {
    OptionMigration migration;
    const auto text = [&options](const std::string& key) {
        const auto found = options.find(key);
        return found == options.end() ? std::string() : found->second;
    };
    const auto store = [&migration](const std::string& key, std::optional<std::string> value) {
        if (value) migration.stored.insert_or_assign(key, std::move(*value));
    };
    if (!text("ApiInfo").empty())
        store("console_setting.api_info", rewritten(text("ApiInfo"), &write_as_it_is));
    if (is_array(text("Announcements"))) store("console_setting.announcements", text("Announcements"));
    if (!text("FAQ").empty()) store("console_setting.faq", rewritten(text("FAQ"), &write_question));
    if (!text("UptimeKumaUrl").empty() && !text("UptimeKumaSlug").empty()) {
        store("console_setting.uptime_kuma_groups",
              uptime_group(text("UptimeKumaUrl"), text("UptimeKumaSlug")));
    }
    constexpr std::array<std::string_view, 5> kOld = {"ApiInfo", "Announcements", "FAQ", "UptimeKumaUrl",
                                                      "UptimeKumaSlug"};
    for (const std::string_view key : kOld)
        if (options.contains(std::string(key))) migration.removed.push_back(key);
    return migration;
}

}    // namespace opusclaw::api
