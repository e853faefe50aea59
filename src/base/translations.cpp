// base/translations.cpp: reads the embedded texts once, fills in arguments, and chooses a language by tag, by setting and by
// Accept-Language (RFC 9110 section 12.5.4).
#include "base/translations.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "base/embedded.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw {
namespace {

constexpr std::size_t kLanguages = static_cast<std::size_t>(Language::kCount);
constexpr Language kFallback = Language::Chinese;    // of a text that is missing
constexpr Language kDefault = Language::English;     // of a caller who asks for none of ours
constexpr std::size_t kMostEntries = 32;             // of a header that are looked at

struct LanguageRow {
    Language language;
    std::string_view name;    // of the data file
};
constexpr LanguageRow kRows[] = {
    {Language::English, "en"},
    {Language::Chinese, "zh"},
    {Language::TraditionalChinese, "zh-TW"},
};
static_assert(std::size(kRows) == kLanguages, "one row a language");

/// Tags that begin so, at a whole subtag, the first that fits.
struct TagRow {
    std::string_view tag;
    Language language;
};
constexpr TagRow kTags[] = {
    {"zh-tw", Language::TraditionalChinese},
    {"zh-hk", Language::TraditionalChinese},
    {"zh-mo", Language::TraditionalChinese},
    {"zh-hant", Language::TraditionalChinese},
    {"zh", Language::Chinese},
    {"en", Language::English},
};
constexpr std::size_t kLongestTag = 64;    // beyond any real one

using Texts = std::map<std::string, std::string, std::less<>>;

Texts read_texts(std::string_view name) {
    for (const EmbeddedFile& file : embedded_i18n()) {
        if (file.name != std::string(name) + ".json") continue;
        Texts texts;
        json::Document::copy(file.content).root().each_member([&](std::string_view key, json::View value) {
            texts.emplace(key, value.as_string().value_or(""));
            return true;
        });
        return texts;
    }
    throw std::logic_error("no embedded texts for a language");
}

const Texts& texts_of(Language language) {
    static const std::array<Texts, kLanguages> all = [] {
        std::array<Texts, kLanguages> made;
        for (const LanguageRow& row : kRows)
            made[static_cast<std::size_t>(row.language)] = read_texts(row.name);
        return made;
    }();
    const auto index = static_cast<std::size_t>(language);
    return all[index < kLanguages ? index : static_cast<std::size_t>(kDefault)];
}

std::string_view find_text(Language language, std::string_view key) {
    for (const Language candidate : {language, kFallback}) {
        const Texts& texts = texts_of(candidate);
        if (const auto found = texts.find(key); found != texts.end()) return found->second;
    }
    return key;
}

using Arguments = std::vector<std::pair<std::string, std::string>>;

const std::string* find_argument(const Arguments& arguments, std::string_view name) {
    const auto found = std::ranges::find(arguments, name, &Arguments::value_type::first);
    return found == arguments.end() ? nullptr : &found->second;
}

/// One walk, so that a placeholder inside an argument stays text.
std::string fill(std::string_view pattern, const Arguments& arguments) {
    constexpr std::string_view kOpen = "{{.";
    constexpr std::string_view kClose = "}}";
    std::string out;
    for (;;) {
        const std::size_t open = pattern.find(kOpen);
        const std::size_t close = open == std::string_view::npos ? open : pattern.find(kClose, open);
        if (close == std::string_view::npos) return out += pattern;
        const std::string_view name = pattern.substr(open + kOpen.size(), close - open - kOpen.size());
        const std::string* const value = find_argument(arguments, name);
        out += pattern.substr(0, open);
        out += value != nullptr ? std::string_view(*value)
                                : pattern.substr(open, close + kClose.size() - open);
        pattern.remove_prefix(close + kClose.size());
    }
}

struct Entry {
    std::string_view tag;
    double quality;
};

/// `zh-CN;q=0.8`. A quality that makes no sense counts as 0, as does `q=0` itself: not wanted.
Entry parse_entry(std::string_view text) {
    const std::vector<std::string_view> parts = text::split(text, ';');
    Entry entry{text::trim(parts[0]), 1.0};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string_view parameter = text::trim(parts[i]);
        if (parameter.size() < 2 || !text::iequals(parameter.substr(0, 2), "q=")) continue;
        const std::optional<double> quality = text::parse_double(text::trim(parameter.substr(2)));
        entry.quality = quality && *quality >= 0 && *quality <= 1 ? *quality : 0;
    }
    return entry;
}

}    // namespace

std::string translate(Language language, std::string_view key, const Arguments& arguments) {
    return fill(find_text(language, key), arguments);
}

std::string translate(Language language, const Message& message) {
    return message.is_key ? translate(language, message.text, message.arguments) : message.text;
}

std::optional<Language> language_of_tag(std::string_view tag) {
    std::string given = text::lower(text::trim(tag).substr(0, kLongestTag));
    std::ranges::replace(given, '_', '-');
    for (const TagRow& row : kTags) {
        if (!given.starts_with(row.tag)) continue;
        if (given.size() == row.tag.size() || given[row.tag.size()] == '-') return row.language;
    }
    return std::nullopt;
}

Language choose_language(std::string_view accept_language) {
    std::vector<std::string_view> parts = text::split(accept_language, ',');
    if (parts.size() > kMostEntries) parts.resize(kMostEntries);
    Language best = kDefault;
    double best_quality = 0;
    for (const std::string_view part : parts) {
        const Entry entry = parse_entry(part);
        const std::optional<Language> language = language_of_tag(entry.tag);
        if (!language || entry.quality <= best_quality) continue;
        best = *language;
        best_quality = entry.quality;
    }
    return best;
}

Language choose_language(std::string_view user_setting, std::string_view accept_language) {
    const std::optional<Language> own = language_of_tag(user_setting);
    return own ? *own : choose_language(accept_language);
}

std::string_view language_name(Language language) {
    for (const LanguageRow& row : kRows)
        if (row.language == language) return row.name;
    return {};
}

std::vector<std::string_view> translation_keys(Language language) {
    std::vector<std::string_view> keys;
    for (const auto& [key, text] : texts_of(language)) keys.emplace_back(key);
    return keys;
}

}    // namespace opusclaw
