// relay/sensitive_words.cpp: few words are looked for by their rarest byte, many by the pairs of bytes that they begin with.
#include "relay/sensitive_words.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

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

/// Escapes that may stand for any character. Others stand for those that every text escapes.
bool may_hide_words(std::string_view body) {
    for (std::size_t at = body.find('\\'); at != std::string_view::npos; at = body.find('\\', at + 2)) {
        if (at + 1 >= body.size()) return false;
        if (body[at + 1] == 'u' || body[at + 1] == '/') return true;
    }
    return false;
}

/// The texts that tokens are counted of (spec 05 section 10.2), until one has a word.
class PromptTexts {
public:
    explicit PromptTexts(const WordFinder& finder) : finder_(finder) {}
    bool found() const { return found_; }

    void body(const json::View& root) {
        root.each_member([this](std::string_view key, const json::View& value) {
            if (key == "messages")
                value.each_item([this](const json::View& message) { return message_of(message); });
            if (key == "tools") value.each_item([this](const json::View& tool) { return tool_of(tool); });
            if (key == "prompt" || key == "input" || key == "instructions") text_or_items(value);
            return !found_;
        });
    }

private:
    void text(const json::View& value) {
        if (const auto plain = value.as_plain_string()) {
            found_ = found_ || finder_.found_in(*plain);
        } else if (const auto resolved = value.as_string()) {
            found_ = found_ || finder_.found_in(*resolved);
        }
    }
    void text_or_items(const json::View& value) {
        text(value);
        value.each_item([this](const json::View& item) {
            text(item);
            members(item, {"text", "output", "arguments"});
            // Items of a Responses request are messages.
            if (const auto content = item.find("content")) parts(*content);
            return !found_;
        });
    }
    void parts(const json::View& content) {
        text(content);
        content.each_item([this](const json::View& part) {
            members(part, {"text"});
            return !found_;
        });
    }
    void members(const json::View& value, std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names)
            if (const auto member = value.find(name)) text(*member);
    }
    bool message_of(const json::View& message) {
        members(message, {"role", "name"});
        if (const auto content = message.find("content")) text_or_items(*content);
        if (const auto calls = message.find("tool_calls")) {
            calls->each_item([this](const json::View& call) {
                if (const auto function = call.find("function")) members(*function, {"name", "arguments"});
                return !found_;
            });
        }
        return !found_;
    }
    bool tool_of(const json::View& tool) {
        const auto function = tool.find("function");
        if (!function) return true;
        members(*function, {"name", "description"});
        const auto parameters = function->find("parameters");
        if (parameters) found_ = found_ || finder_.found_in(parameters->raw());
        return !found_;
    }

    const WordFinder& finder_;
    bool found_ = false;
};

}    // namespace

WordFinder::WordFinder(const std::vector<std::string>& words) : words_(words) {
    std::erase_if(words_, [](const std::string& word) { return word.empty(); });
    escapes_ = std::ranges::any_of(
        words_, [](const std::string& word) { return word.find_first_of("\"\\") != std::string::npos; });
    if (words_.size() <= kFew) return;
    for (std::size_t number = 0; number < words_.size(); ++number) {
        const std::string& word = words_[number];
        by_first_[byte_of(word[0])].push_back(number);
        const unsigned first = byte_of(word[0]) * kBytes;
        if (word.size() > 1) begins_.set(first + byte_of(word[1]));
        for (unsigned second = 0; word.size() == 1 && second < kBytes; ++second) begins_.set(first + second);
    }
}

bool WordFinder::found_in(std::string_view text) const {
    if (words_.size() <= kFew) {
        return std::ranges::any_of(words_,
                                   [this, text](const std::string& word) { return anchored_in(text, word); });
    }
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

bool WordFinder::anchored_in(std::string_view text, std::string_view word) const {
    const std::size_t anchor = anchor_of(word);
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
    PromptTexts texts(finder);
    texts.body(json::view_of(body));
    return texts.found();
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
