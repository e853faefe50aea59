// dialect/token_estimate.h: the fast token estimator (spec 05 section 10.3) and what it is fed with where a provider sends no
// usage (section 9.3). Plain functions, linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

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

/// Output of one answer, counted in passing; no text is kept.
class OutputCounter {
public:
    explicit OutputCounter(std::string_view model) : estimator_(model) {}
    void add(std::string_view text) { estimator_.add(text); }
    /// Tool calls seen in one chunk or answer; the largest number counts (spec 05 section 9.3).
    void tool_calls(std::size_t in_one_chunk);
    std::int64_t tokens() const;

private:
    TokenEstimator estimator_;
    std::size_t most_tool_calls_ = 0;
};

std::int64_t estimate_tokens(std::string_view model, std::string_view text);
/// Prompt tokens of an OpenAI Chat or Completions request body: collected text and extras (spec 05 section 10.2). Followed by
/// kJsonPadding readable bytes.
std::int64_t estimate_chat_prompt(std::string_view model, std::string_view request_body);

}    // namespace opusclaw::dialect
