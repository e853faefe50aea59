// settings/decode_text.cpp: option texts that are not JSON: scalars by the two rules of spec 01 section 6.1, lists, code ranges.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "settings/decode.h"

namespace opusclaw::settings {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

std::vector<std::string> parts(std::string_view text, char separator) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(text, separator))
        if (const std::string_view word = text::trim(part); !word.empty()) out.push_back(text::lower(word));
    return out;
}

/// Refused when somebody sets it. In the table a flat number counts as 0, and one of a module is not used.
template <class T>
std::optional<T> unreadable(std::string_view demand, Decoding how) {
    if (how.source == Source::Put) throw BadValue(std::string(demand));
    return how.key == KeyKind::Flat ? std::optional(T{}) : std::nullopt;
}

/// A form's field that was cleared.
bool empty_is_zero(std::string_view text, Decoding how) { return text.empty() && how.key == KeyKind::Flat; }

constexpr std::string_view kDisplays[] = {"USD", "CNY", "TOKENS", "CUSTOM"};

}    // namespace

void leave_out(const std::vector<std::string>& bad, bool something, Decoding how) {
    if (bad.empty()) return;
    if (!something) throw BadValue("none of its entries is usable");
    if (how.left_out != nullptr) how.left_out->insert(how.left_out->end(), bad.begin(), bad.end());
}

std::optional<bool> decode_bool(std::string_view text, Decoding how) {
    if (how.key == KeyKind::Flat) return text == "true";
    if (is_one_of(text, {"1", "t", "T", "TRUE", "true", "True"})) return true;
    if (is_one_of(text, {"0", "f", "F", "FALSE", "false", "False"})) return false;
    return unreadable<bool>("must be true or false", how);
}

std::optional<std::int64_t> decode_int(std::string_view text, Decoding how) {
    if (const auto number = text::parse_int(text)) return number;
    if (how.key == KeyKind::Module) {
        const auto number = text::parse_double(text);
        constexpr double kLimit = 9.2e18;
        if (number && std::abs(*number) <= kLimit) return static_cast<std::int64_t>(*number);
    }
    return empty_is_zero(text, how) ? 0 : unreadable<std::int64_t>("must be a whole number", how);
}

std::optional<double> decode_double(std::string_view text, Decoding how) {
    if (const auto number = text::parse_double(text)) return number;
    return empty_is_zero(text, how) ? 0.0 : unreadable<double>("must be a number", how);
}

std::optional<std::string> decode_text(std::string_view text, Decoding) { return std::string(text); }

std::optional<Quota> decode_quota(std::string_view text, Decoding how) {
    const auto units = decode_int(text, how);
    return units ? std::optional(Quota{*units}) : std::nullopt;
}

std::string_view quota_display_name(QuotaDisplay display) {
    return kDisplays[static_cast<std::size_t>(display)];
}

std::optional<QuotaDisplay> decode_quota_display(std::string_view text, Decoding) {
    const auto* found = std::ranges::find(kDisplays, text);
    if (found == std::end(kDisplays)) return QuotaDisplay::Usd;
    return static_cast<QuotaDisplay>(found - std::begin(kDisplays));
}

std::optional<std::vector<std::string>> decode_comma_list(std::string_view text, Decoding) {
    return parts(text, ',');
}

std::optional<std::vector<std::string>> decode_lines(std::string_view text, Decoding) {
    return parts(text, '\n');
}

std::optional<CodeRanges> decode_code_ranges(std::string_view text, Decoding how) {
    ParsedCodeRanges parsed = parse_code_ranges(text);
    if (how.source == Source::Put && !parsed.bad.empty()) {
        std::string bad;
        for (const std::string& token : parsed.bad) bad.append(bad.empty() ? "" : ", ").append(token);
        throw BadValue("invalid http status code rules: " + bad);
    }
    leave_out(parsed.bad, !parsed.good.ranges.empty(), how);
    return std::move(parsed.good);
}

}    // namespace opusclaw::settings
