// relay/sensitive_words.cpp: few words are looked for by their rarest byte, many by the pairs of bytes that they begin with.
#include "relay/sensitive_words.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "dialect/prompt_texts.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kFew = 4;
constexpr unsigned kBytes = 256;

unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// How often a byte stands in usual texts, roughly: what is looked for should be rare.
int commonness(char c) {
    constexpr std::string_view kRising = "zqxjkvbpygfwmucldrhsnioate";
    if (c == ' ' || c == '"' || c == ',') return 100;
    if (is_letter(c)) return 40 + static_cast<int>(kRising.find(c));
    if (byte_of(c) >= 0xE0) return 60;    // begins most Chinese characters
    return c >= '0' && c <= '9' ? 30 : 10;
}

std::size_t anchor_of(std::string_view word) {
    const auto rarest = std::ranges::min_element(word, {}, commonness);
    return static_cast<std::size_t>(rarest - word.begin());
}

bool same(std::string_view text, std::size_t at, std::string_view word) {
    if (text.size() - at < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lower(text[at + i]) != word[i]) return false;
    return true;
}

/// An escape that may stand for any character; others stand for those that every text escapes.
bool has_hiding_escape(std::string_view body) {
    for (std::size_t at = body.find('\\'); at != std::string_view::npos; at = body.find('\\', at + 2)) {
        if (at + 1 >= body.size()) return false;
        if (body[at + 1] == 'u' || body[at + 1] == '/') return true;
    }
    return false;
}

/// The same, by pairs of bytes first: few bodies have one.
bool may_hide_words(std::string_view body) {
    constexpr std::size_t kBlock = 4096;    // no way out of the inner loop: it is done many bytes at once
    for (std::size_t begin = 0; begin + 1 < body.size(); begin += kBlock) {
        const char* const bytes = body.data() + begin;
        const std::size_t pairs = std::min(kBlock, body.size() - begin - 1);
        unsigned char found = 0;
        for (std::size_t i = 0; i < pairs; ++i) {
            const bool letter = (bytes[i + 1] == 'u') | (bytes[i + 1] == '/');
            found |= static_cast<unsigned char>((bytes[i] == '\\') & letter);
        }
        if (found != 0) return has_hiding_escape(body);    // or an escaped backslash before such a letter
    }
    return false;
}

/// JSON always writes these as escapes.
bool is_escaped(char c) { return c == '"' || c == '\\' || byte_of(c) < ' '; }

bool found_in_string(const WordFinder& finder, const json::View& text) {
    if (const auto plain = text.as_plain_string()) return finder.found_in(*plain);
    const auto resolved = text.as_string();
    return resolved && finder.found_in(*resolved);
}

bool found_in_strings(const WordFinder& finder, const json::View& value) {
    bool found = value.type() == json::Type::String && found_in_string(finder, value);
    value.each_item([&](const json::View& item) {
        found = found_in_strings(finder, item);
        return !found;
    });
    value.each_member([&](std::string_view key, const json::View& member) {
        found = finder.found_in(key) || found_in_strings(finder, member);
        return !found;
    });
    return found;
}

/// In the JSON as it is written, and in its strings as they are meant.
bool found_in_json(const WordFinder& finder, const json::View& value) {
    if (finder.found_in(value.raw())) return true;
    return value.raw().find('\\') != std::string_view::npos && found_in_strings(finder, value);
}

}    // namespace

WordFinder::WordFinder(const std::vector<std::string>& words) : words_(words) {
    std::erase_if(words_, [](const std::string& word) { return word.empty(); });
    escapes_ = std::ranges::any_of(
        words_, [](const std::string& word) { return std::ranges::any_of(word, is_escaped); });
    if (words_.size() <= kFew) {
        for (const std::string& word : words_) anchors_.push_back(anchor_of(word));
        return;
    }
    for (std::size_t number = 0; number < words_.size(); ++number) {
        const std::string& word = words_[number];
        by_first_[byte_of(word[0])].push_back(number);
        const unsigned first = byte_of(word[0]) * kBytes;
        if (word.size() > 1) begins_.set(first + byte_of(word[1]));
        for (unsigned second = 0; word.size() == 1 && second < kBytes; ++second) begins_.set(first + second);
    }
}

bool WordFinder::found_in(std::string_view text) const {
    for (std::size_t number = 0; number < anchors_.size(); ++number)
        if (anchored_in(text, words_[number], anchors_[number])) return true;
    if (!anchors_.empty()) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned first = byte_of(lower(text[at])) * kBytes;
        const unsigned second = at + 1 < text.size() ? byte_of(lower(text[at + 1])) : 0;
        if (begins_[first + second] && word_at(text, at)) return true;
    }
    return false;
}

bool WordFinder::word_at(std::string_view text, std::size_t at) const {
    const auto those = by_first_.find(byte_of(lower(text[at])));
    if (those == by_first_.end()) return false;
    return std::ranges::any_of(those->second, [&](std::size_t word) { return same(text, at, words_[word]); });
}

bool WordFinder::anchored_in(std::string_view text, std::string_view word, std::size_t anchor) {
    const char looked_for = word[anchor];
    const char upper = is_letter(looked_for) ? static_cast<char>(looked_for - 'a' + 'A') : looked_for;
    for (const char c : {looked_for, upper}) {
        for (std::size_t at = text.find(c, anchor); at != std::string_view::npos; at = text.find(c, at + 1))
            if (same(text, at - anchor, word)) return true;
        if (upper == looked_for) break;
    }
    return false;
}

bool prompt_has(const WordFinder& finder, const Facts& facts) {
    const std::string_view body = facts.peeked.text;
    if (!finder.escapes() && !may_hide_words(body) && !finder.found_in(body)) return false;
    if (body.empty()) return false;    // no JSON
    bool found = false;
    facts.form->each_prompt_text(body, [&](const json::View& text, dialect::PromptText how) {
        found = how == dialect::PromptText::Said ? found_in_string(finder, text)
                                                 : found_in_json(finder, text);
        return !found;
    });
    return found;
}

void SensitiveWords::check(const settings::Snapshot& settings, const Facts& facts) {
    if (!settings->check_sensitive_enabled || !settings->check_sensitive_on_prompt_enabled ||
        settings->sensitive_words.empty())
        return;
    if (of_ != settings) {
        finder_ = std::make_unique<const WordFinder>(settings->sensitive_words);
        of_ = settings;
    }
    if (prompt_has(*finder_, facts)) {
        throw Error(ErrorKind::InvalidRequest, "sensitive_words_detected",
                    Message::literal("sensitive_words_detected"));
    }
}

}    // namespace opusclaw::relay
