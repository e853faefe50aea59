// dialect/token_estimate.cpp: one pass over code points, each charged by its kind (spec 05 section 10.3). Which texts of a request
// count is decided in prompt_estimate.cpp.
#include "dialect/token_estimate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "base/block.h"
#include "base/text.h"
#include "dialect/unicode_classes.h"

namespace opusclaw::dialect {

/// By the kind of a character, in the order of Kind.
struct EstimatorWeights {
    std::array<double, 10> of;
};

namespace {

constexpr EstimatorWeights kGemini = {{1.15, 2.8, 0.68, 0.38, 1.05, 1.2, 2.5, 1.08, 1.15, 0.2}};
constexpr EstimatorWeights kClaude = {{1.13, 1.63, 1.21, 0.4, 4.52, 1.26, 2.82, 2.6, 0.89, 0.39}};
constexpr EstimatorWeights kOthers = {{1.02, 1.55, 0.85, 0.4, 2.68, 1.0, 2.0, 2.12, 0.5, 0.42}};

constexpr std::int64_t kPerToolCall = 7;    // spec 05 section 9.3

enum class Kind : std::uint8_t { Letter, Number, Cjk, Symbol, Math, Url, At, Emoji, Newline, Space };

struct Range {
    char32_t first, last;
};

template <std::size_t N>
constexpr bool within(const std::array<Range, N>& ranges, char32_t point) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [point](const Range& range) { return point >= range.first && point <= range.last; });
}

constexpr std::array kSpaces = {Range{0x09, 0x0D},     Range{0x20, 0x20},     Range{0x85, 0x85},
                                Range{0xA0, 0xA0},     Range{0x1680, 0x1680}, Range{0x2000, 0x200A},
                                Range{0x2028, 0x2029}, Range{0x202F, 0x202F}, Range{0x205F, 0x205F},
                                Range{0x3000, 0x3000}};
// The Han script, kana and Hangul syllables.
constexpr std::array kCjk = {
    Range{0x2E80, 0x2E99},   Range{0x2E9B, 0x2EF3},   Range{0x2F00, 0x2FD5},   Range{0x3005, 0x3005},
    Range{0x3007, 0x3007},   Range{0x3021, 0x3029},   Range{0x3038, 0x303B},   Range{0x3040, 0x30FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFA6D},
    Range{0xFA70, 0xFAD9},   Range{0x16FE2, 0x16FE3}, Range{0x16FF0, 0x16FF1}, Range{0x20000, 0x2A6DF},
    Range{0x2A700, 0x2EBE0}, Range{0x2F800, 0x2FA1D}, Range{0x30000, 0x323AF}};
constexpr std::array kEmoji = {Range{0x1F300, 0x1F9FF}, Range{0x2600, 0x27BF}, Range{0x1FA00, 0x1FAFF}};
constexpr std::array kMath = {Range{0x2200, 0x22FF}, Range{0x2A00, 0x2AFF}, Range{0x1D400, 0x1D7FF}};
constexpr std::u32string_view kMathCharacters = U"∑∫∂√∞≤≥≠≈±×÷∈∉∋∌⊂⊃⊆⊇∪∩∧∨¬∀∃∄∅∆∇∝∟∠∡∢°′″‴⁺⁻⁼⁽⁾₊₋₌₍₎";
constexpr std::u32string_view kUrlCharacters = U"/:?&=;#%";

Kind classify(char32_t point) {
    if (within(kSpaces, point)) return point == '\n' || point == '\t' ? Kind::Newline : Kind::Space;
    if (within(kCjk, point)) return Kind::Cjk;
    if (within(kEmoji, point)) return Kind::Emoji;
    if (is_number(point)) return Kind::Number;
    if (is_letter(point)) return Kind::Letter;
    if (within(kMath, point) || kMathCharacters.find(point) != std::u32string_view::npos) return Kind::Math;
    if (point == '@') return Kind::At;
    if (kUrlCharacters.find(point) != std::u32string_view::npos) return Kind::Url;
    return Kind::Symbol;
}

constexpr std::size_t kAscii = 128;
using AsciiKinds = std::array<Kind, kAscii>;
const AsciiKinds& ascii_kinds() {
    static const AsciiKinds kinds = [] {
        AsciiKinds made{};
        for (std::size_t point = 0; point < kAscii; ++point)
            made[point] = classify(static_cast<char32_t>(point));
        return made;
    }();
    return kinds;
}

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

constexpr int kNoRun = -1;
/// The number of the run that a character of this kind belongs to.
int run_of(Kind kind) {
    return kind == Kind::Letter || kind == Kind::Number ? static_cast<int>(kind) : kNoRun;
}

/// The kind of the character at `text[at]`, which is not ASCII; `at` moves behind it. An ill-formed byte is one U+FFFD, which
/// is a symbol.
Kind next_wide_kind(std::string_view text, std::size_t& at) {
    const unsigned char byte = byte_at(text, at);
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    const std::string_view character = text.substr(at, length);
    if (byte < 0xC2 || character.size() < length || !text::valid_utf8(character)) {
        ++at;
        return Kind::Symbol;
    }
    char32_t point = byte & (0xFFU >> (length + 1));
    for (const char follower : character.substr(1))
        point = (point << 6) | (static_cast<unsigned char>(follower) & 0x3FU);
    at += length;
    return classify(point);
}

/// A sum under way, and the run that its last character belongs to.
struct Sum {
    double value;
    int run;
};

/// The ASCII characters at the front of a block. Each one is charged that does not go on with a run, in their order: the sum is that of
/// one character after the other, to the last bit. How many they are.
std::size_t add_block(const EstimatorWeights& weights, const char* from, Sum& sum) {
    const AsciiKinds& kinds = ascii_kinds();
    const block::Bytes bytes = block::load(from);
    const std::uint32_t wide = block::bits(bytes >= kAscii);
    const std::uint32_t letters = block::bits((bytes | 0x20) - 'a' < 26);
    const std::uint32_t digits = block::bits(bytes - '0' < 10);
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(wide)), block::kBytes);
    const auto going_on = [&sum](std::uint32_t members, Kind kind) {
        return members & (members << 1 | (sum.run == static_cast<int>(kind) ? 1U : 0U));
    };
    std::uint32_t charged = ((1U << count) - 1) & ~going_on(letters, Kind::Letter) &
                            ~going_on(digits, Kind::Number);
    for (; charged != 0; charged &= charged - 1) {
        const char c = from[std::countr_zero(charged)];
        sum.value += weights.of[static_cast<std::size_t>(kinds[static_cast<unsigned char>(c)])];
    }
    if (count > 0) sum.run = run_of(kinds[static_cast<unsigned char>(from[count - 1])]);
    return count;
}

const EstimatorWeights& weights_for(std::string_view model) {
    const std::string name = text::lower(model);
    if (name.find("gemini") != std::string::npos) return kGemini;
    if (name.find("claude") != std::string::npos) return kClaude;
    return kOthers;
}

}    // namespace

TokenEstimator::TokenEstimator(std::string_view model) : weights_(&weights_for(model)) {}

void TokenEstimator::add(std::string_view text) {
    const AsciiKinds& kinds = ascii_kinds();
    Sum sum{sum_, run_};
    for (std::size_t at = 0; at < text.size();) {
        const unsigned char byte = byte_at(text, at);
        if (byte < kAscii && at + block::kBytes <= text.size()) {
            at += add_block(*weights_, text.data() + at, sum);
            continue;
        }
        const Kind kind = byte < kAscii ? kinds[byte] : next_wide_kind(text, at);
        if (byte < kAscii) ++at;
        const int run = run_of(kind);
        if (run == kNoRun || run != sum.run) sum.value += weights_->of[static_cast<std::size_t>(kind)];
        sum.run = run;
    }
    sum_ = sum.value;
    run_ = sum.run;
}

std::int64_t TokenEstimator::tokens() const { return static_cast<std::int64_t>(std::ceil(sum_)); }

TokenCounter::TokenCounter(std::string_view model, Counting counting) : estimator_(model) {
    if (counting == Counting::Exact) encoding_ = gpt::encoding_of(model);
}

void TokenCounter::add(std::string_view text) {
    if (encoding_ && text.size() > kMostExact - text_.size()) estimate_from_now_on();
    if (encoding_) {
        text_ += text;
    } else {
        estimator_.add(text);
    }
}

void TokenCounter::estimate_from_now_on() {
    encoding_.reset();
    estimator_.add(text_);
    text_ = {};
}

std::int64_t TokenCounter::tokens() const {
    return encoding_ ? gpt::count(*encoding_, text_) : estimator_.tokens();
}

std::int64_t TokenCounter::estimated() const {
    TokenEstimator estimator = estimator_;
    estimator.add(text_);
    return estimator.tokens();
}

void OutputCounter::tool_calls(std::size_t in_one_chunk) {
    most_tool_calls_ = std::max(most_tool_calls_, in_one_chunk);
}

void OutputCounter::note_counted(std::int64_t item, unsigned part) {
    const auto known = std::find_if(items_.rbegin(), items_.rend(),
                                    [item](const CountedItem& each) { return each.number == item; });
    if (known != items_.rend()) {
        known->parts |= part;
    } else if (items_.size() < kMostItems) {
        items_.push_back({item, part});
    }
}

bool OutputCounter::was_counted(std::int64_t item, unsigned part) const {
    bool known = false;
    for (const CountedItem& each : items_) {
        known = known || each.number == item;
        if ((each.number == item || each.number == kAnyItem) && (each.parts & part) != 0) return true;
    }
    return !known && items_.size() >= kMostItems;
}

std::int64_t OutputCounter::for_tool_calls() const {
    return kPerToolCall * static_cast<std::int64_t>(most_tool_calls_);
}

std::int64_t OutputCounter::tokens() const { return counter_.tokens() + for_tool_calls(); }

std::int64_t OutputCounter::estimated() const { return counter_.estimated() + for_tool_calls(); }

std::int64_t estimate_tokens(std::string_view model, std::string_view text) {
    TokenEstimator estimator(model);
    estimator.add(text);
    return estimator.tokens();
}

std::int64_t count_tokens(std::string_view model, std::string_view text) {
    const std::optional<gpt::Encoding> encoding = gpt::encoding_of(model);
    const bool exact = encoding && text.size() <= TokenCounter::kMostExact;
    return exact ? gpt::count(*encoding, text) : estimate_tokens(model, text);
}

}    // namespace opusclaw::dialect
