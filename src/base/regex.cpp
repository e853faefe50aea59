// base/regex.cpp: RE2 behind the header. What a pattern is used for, and whether a bad one is refused, is up to whoever has it. No
// exceptions: RE2 tells by a flag.
#include "base/regex.h"

#include <re2/re2.h>

#include <utility>

namespace opusclaw {
namespace {

constexpr std::int64_t kMostMemory = std::int64_t{1} << 20;    // of one pattern's automaton

re2::RE2::Options quiet() {
    re2::RE2::Options options(re2::RE2::DefaultOptions);
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}    // namespace

struct Regex::Compiled {
    explicit Compiled(std::string_view pattern) : re2(piece(pattern), quiet()) {}
    re2::RE2 re2;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

std::optional<Regex> Regex::compile(std::string_view pattern) {
    auto compiled = std::make_unique<Compiled>(pattern);
    if (!compiled->re2.ok()) return std::nullopt;
    return Regex(std::move(compiled));
}

bool Regex::found_in(std::string_view text) const {
    return re2::RE2::PartialMatch(piece(text), compiled_->re2);
}

}    // namespace opusclaw
