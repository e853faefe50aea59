// base/ip.cpp: IP addresses on inet_pton and inet_ntop; comparing and matching on 16 bytes.
#include "base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace opusclaw {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kLongestText = 64;

std::string_view without_brackets(std::string_view text) {
    const bool both = text.size() >= 2 && text.starts_with('[') && text.ends_with(']');
    return both ? text.substr(1, text.size() - 2) : text;
}

/// Whether the first `bits` bits are the same.
bool same_beginning(const std::uint8_t* a, const std::uint8_t* b, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (std::memcmp(a, b, whole) != 0) return false;
    const int rest = bits % 8;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

std::optional<int> parse_prefix(std::string_view text, int longest) {
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    const bool leading_zero = text.size() > 1 && text[0] == '0';
    if (!digits || leading_zero || text.size() > 3) return std::nullopt;
    const std::optional<std::int64_t> value = text::parse_int(text);
    if (!value || *value > longest) return std::nullopt;
    return static_cast<int>(*value);
}

}    // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    text = without_brackets(text);
    if (text.size() > kLongestText || text.find('\0') != std::string_view::npos) return std::nullopt;
    if (text.find(':') == std::string_view::npos) {
        std::array<std::uint8_t, 4> bytes{};
        if (::inet_pton(AF_INET, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
        return v4(bytes);
    }
    const std::size_t zone = text.find('%');
    if (zone != std::string_view::npos && zone + 1 == text.size()) return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET6, std::string(text.substr(0, zone)).c_str(), bytes.data()) != 1)
        return std::nullopt;
    return v6(bytes);
}

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
    IpAddress address;
    address.is_v4_ = true;
    std::ranges::copy(kMapped, address.bytes_.begin());
    std::ranges::copy(bytes, address.bytes_.begin() + kMapped.size());
    return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
    IpAddress address;
    address.is_v4_ = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    address.bytes_ = bytes;
    return address;
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4_) {
        char* end = text.data();
        for (std::size_t i = kMapped.size(); i < bytes_.size(); ++i) {
            if (i > kMapped.size()) *end++ = '.';
            end = std::to_chars(end, text.data() + text.size(), bytes_[i]).ptr;
        }
        return {text.data(), end};
    }
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), static_cast<socklen_t>(text.size()));
    return text.data();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view written = text.substr(0, slash);
    const std::optional<IpAddress> address = IpAddress::parse(written);
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return IpNetwork(*address, address->is_v4() ? 32 : 128);

    // `::ffff:10.0.0.0/104` counts its bits from the front of the mapped form.
    const bool mapped = address->is_v4() && written.find(':') != std::string_view::npos;
    const std::optional<int> prefix = parse_prefix(text.substr(slash + 1),
                                                   address->is_v4() && !mapped ? 32 : 128);
    if (!prefix || (mapped && *prefix < 96)) return std::nullopt;
    return IpNetwork(*address, mapped ? *prefix - 96 : *prefix);
}

bool IpNetwork::contains(const IpAddress& address) const {
    if (address.is_v4() != address_.is_v4()) return false;
    const std::size_t skip = address.is_v4() ? kMapped.size() : 0;
    return same_beginning(address.bytes().data() + skip, address_.bytes().data() + skip, prefix_);
}

std::string IpNetwork::to_string() const { return address_.to_string() + "/" + std::to_string(prefix_); }

IpList IpList::parse(std::string_view text) {
    constexpr std::string_view kSeparators = ", \t\r\n\v\f";
    IpList list;
    for (std::size_t at = text.find_first_not_of(kSeparators); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
        const std::string_view entry = text.substr(at, end - at);
        if (const std::optional<IpNetwork> network = IpNetwork::parse(entry))
            list.networks_.push_back(*network);
        else
            list.bad_.emplace_back(entry);
        at = text.find_first_not_of(kSeparators, end);
    }
    return list;
}

bool IpList::contains(const IpAddress& address) const {
    return std::ranges::any_of(networks_,
                               [&](const IpNetwork& network) { return network.contains(address); });
}

bool is_private(const IpAddress& address) {
    static const IpList reserved = IpList::parse(
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 "
        "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "::/128 ::1 64:ff9b::/96 100::/64 2001::/23 2001:db8::/32 fc00::/7 fe80::/10 ff00::/8");
    return reserved.contains(address);
}

}    // namespace opusclaw
