// relay/sensitive_words.h: words that a prompt must not contain (spec 04 section 12; options SensitiveWords, CheckSensitive*). Sought in
// the raw bytes first, because nearly every body has none: only what may hide a word is parsed. Pure.
#pragma once

#include <bitset>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "relay/facts.h"
#include "settings/settings.h"
#include "settings/settings_store.h"

namespace opusclaw::relay {

/// Finds any of some words, whatever their ASCII letter case, in one walk. Immutable.
class WordFinder {
public:
    /// In lower case, as Settings has them.
    explicit WordFinder(const std::vector<std::string>& words);
    bool found_in(std::string_view text) const;
    /// A word has a character that JSON always escapes: raw bytes tell nothing of it.
    bool escapes() const { return escapes_; }

private:
    static constexpr std::size_t kPairs = 65'536;
    bool word_at(std::string_view text, std::size_t at) const;
    static bool anchored_in(std::string_view text, std::string_view word, std::size_t anchor);

    std::vector<std::string> words_;
    std::vector<std::size_t> anchors_;    // of few words: where their rarest byte stands
    bool escapes_ = false;
    std::bitset<kPairs> begins_;    // the first two bytes of a word, or the first and any other
    std::unordered_map<unsigned char, std::vector<std::size_t>> by_first_;
};

/// Whether the text of a request's prompt, as far as tokens are counted for it, has one of the words.
bool prompt_has(const WordFinder& finder, const Facts& facts);

/// The finder of a loop, kept as long as the settings it was made from. Not thread-safe.
class SensitiveWords {
public:
    /// Throws Error(InvalidRequest, "sensitive_words_detected").
    void check(const settings::Snapshot& settings, const Facts& facts);

private:
    settings::Snapshot of_;
    std::unique_ptr<const WordFinder> finder_;
};

}    // namespace opusclaw::relay
