// dialect/token_estimate.h: counting tokens (spec 05 section 10): the fast estimator (10.3), the count by a model's tokenizer where
// it has one (10.2; dialect/gpt), and what is counted where a provider sends no usage (section 9.3). Plain functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/gpt/tokenizer.h"

namespace opusclaw::dialect {

/// The estimator, fed in pieces cut anywhere between characters; the pieces count as one text.
class TokenEstimator {
public:
    /// The model's name decides the weights.
    explicit TokenEstimator(std::string_view model);
    /// Any bytes: an invalid byte counts as one U+FFFD.
    void add(std::string_view text);
    /// ceil of the sum so far; 0 for no text.
    std::int64_t tokens() const;

private:
    const struct EstimatorWeights* weights_;
    double sum_ = 0;
    int run_ = -1;    // the kind of run the last character belongs to; -1 none
};

/// Fast: by the estimator, and no text is kept. Exact: by the tokenizer of a model that has one here.
enum class Counting : std::uint8_t { Fast, Exact };

/// The tokens of a text that comes in pieces, cut anywhere between characters.
class TokenCounter {
public:
    /// The longest text that a tokenizer counts; what is longer is estimated.
    static constexpr std::size_t kMostExact = std::size_t{1} << 20;

    TokenCounter(std::string_view model, Counting counting);
    void add(std::string_view text);
    /// By a tokenizer: work for all that was added, some 20 ns a byte, up to 200 where no blank divides it.
    std::int64_t tokens() const;
    /// The same by the estimator, whatever the model: quick, for where a tokenizer would block.
    std::int64_t estimated() const;
    /// Bytes that tokens() has to go through.
    std::size_t kept() const { return text_.size(); }

private:
    void estimate_from_now_on();

    TokenEstimator estimator_;
    std::optional<gpt::Encoding> encoding_;    // none: estimated
    std::string text_;
};

/// Output of one answer: of a stream counted in passing, of a whole answer exactly.
class OutputCounter {
public:
    explicit OutputCounter(std::string_view model, Counting counting = Counting::Fast)
        : counter_(model, counting) {}
    void add(std::string_view text) { counter_.add(text); }
    /// Bytes that tokens() has to go through; 0 for a stream.
    std::size_t kept() const { return counter_.kept(); }
    /// Tool calls seen in one chunk or answer; the largest number counts (spec 05 section 9.3).
    void tool_calls(std::size_t in_one_chunk);
    std::int64_t tokens() const;
    /// As that of TokenCounter.
    std::int64_t estimated() const;

    /// Of streams that tell each item in pieces and again whole: which parts (bits) of an item were counted. Items have numbers;
    /// kAnyItem stands for those that have none. Behind kMostItems all new ones seem counted.
    static constexpr std::int64_t kAnyItem = -1;
    static constexpr std::size_t kMostItems = 256;
    void note_counted(std::int64_t item, unsigned part);
    bool was_counted(std::int64_t item, unsigned part) const;

private:
    struct CountedItem {
        std::int64_t number;
        unsigned parts;
    };
    std::int64_t for_tool_calls() const;

    TokenCounter counter_;
    std::size_t most_tool_calls_ = 0;
    std::vector<CountedItem> items_;    // few, the newest last
};

std::int64_t estimate_tokens(std::string_view model, std::string_view text);
/// `count(text)` of spec 05 section 10.2: by the model's tokenizer, without one or above TokenCounter::kMostExact estimated.
std::int64_t count_tokens(std::string_view model, std::string_view text);

}    // namespace opusclaw::dialect
