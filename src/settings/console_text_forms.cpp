// settings/console_text_forms.cpp: the forms of links and times in the console lists (spec 02 section 22.3, RFC 3339). The
// lists themselves are checked in console_lists.cpp.
#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "settings/console_lists.h"

namespace opusclaw::settings {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_label(std::string_view label) {
    constexpr std::size_t kLongest = 63;
    if (label.empty() || label.size() > kLongest) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// The number of exactly `length` digits at the beginning of `text`, which is moved behind them; -1 when there is none.
int take_number(std::string_view& text, std::size_t length) {
    if (text.size() < length || !std::ranges::all_of(text.substr(0, length), is_digit)) return -1;
    const auto number = text::parse_int(text.substr(0, length));
    text.remove_prefix(length);
    return static_cast<int>(*number);
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text) {
    if (!take(text, ".")) return true;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits > 0;
}

/// `Z` or `+hh:mm`, to the end of the text; seconds east of UTC.
std::optional<int> read_offset(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    const bool west = text.starts_with('-');
    if (!take(text, "+-")) return std::nullopt;
    const int hours = take_number(text, 2);
    const bool colon = take(text, ":");
    const int minutes = take_number(text, 2);
    if (!colon || !text.empty() || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return std::nullopt;
    return (west ? -1 : 1) * (hours * 3600 + minutes * 60);
}

}    // namespace

bool is_link(std::string_view text) {
    const std::size_t scheme = text.starts_with("http://") ? 7 : text.starts_with("https://") ? 8 : 0;
    if (scheme == 0) return false;
    text.remove_prefix(scheme);
    const std::string_view authority = text.substr(0, text.find('/'));
    const std::size_t colon = authority.find(':');
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return false;
    const std::vector<std::string_view> labels = text::split(authority.substr(0, colon), '.');
    return std::ranges::all_of(labels, is_label);
}

std::optional<long long> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    const int y = take_number(text, 4);
    const bool dash1 = take(text, "-");
    const int m = take_number(text, 2);
    const bool dash2 = take(text, "-");
    const int d = take_number(text, 2);
    const bool t = take(text, "Tt");
    const int hour = take_number(text, 2);
    const bool colon1 = take(text, ":");
    const int minute = take_number(text, 2);
    const bool colon2 = take(text, ":");
    const int second = take_number(text, 2);
    if (y < 0 || m < 1 || d < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return std::nullopt;
    if (!dash1 || !dash2 || !t || !colon1 || !colon2 || !take_fraction(text)) return std::nullopt;
    const std::optional<int> east = read_offset(text);
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!east || !date.ok()) return std::nullopt;
    const auto days = sys_days{date}.time_since_epoch().count();
    return static_cast<long long>(days) * 86400 + hour * 3600 + minute * 60 + second - *east;
}

}    // namespace opusclaw::settings
