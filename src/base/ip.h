// base/ip.h: IP addresses and networks as values: client addresses, trusted proxies (spec 02 section 1.10), token lists (01
// section 17.4), SSRF rules (01 section 17.2). Names are resolved elsewhere (net).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address it stands for.
class IpAddress {
public:
    /// `::`, to be overwritten.
    IpAddress() = default;
    /// Reads `10.0.0.1`, `2001:db8::1`, `[2001:db8::1]` and drops a zone (`fe80::1%eth0`). No blanks, no port.
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress v4(std::array<std::uint8_t, 4> bytes);
    static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);

    bool is_v4() const { return is_v4_; }
    /// 16 bytes; an IPv4 address in its mapped form.
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    /// Shortest form (RFC 5952), no brackets.
    std::string to_string() const;
    auto operator<=>(const IpAddress&) const = default;

private:
    bool is_v4_ = false;
    std::array<std::uint8_t, 16> bytes_{};
};

/// An address with a prefix length.
class IpNetwork {
public:
    /// Reads CIDR (`10.0.0.0/8`; bits behind the prefix are ignored) or a single address. No blanks.
    static std::optional<IpNetwork> parse(std::string_view text);
    /// An IPv4 network contains IPv4 addresses only, and the other way round.
    bool contains(const IpAddress& address) const;
    std::string to_string() const;

private:
    IpNetwork(IpAddress address, int prefix) : address_(address), prefix_(prefix) {}
    IpAddress address_;
    int prefix_;    // 0 to 32 or 128
};

/// A set of networks as users write it.
class IpList {
public:
    IpList() = default;
    /// Entries separated by line ends, commas or blanks. What cannot be read, `*` too, is kept in bad() and matches nothing.
    static IpList parse(std::string_view text);
    bool contains(const IpAddress& address) const;
    /// No entry at all, bad ones included: for a token's list this means no restriction.
    bool empty() const { return networks_.empty() && bad_.empty(); }
    const std::vector<std::string>& bad() const { return bad_; }

private:
    std::vector<IpNetwork> networks_;
    std::vector<std::string> bad_;
};

/// Whether the SSRF rules count the address as private: unspecified, loopback, link-local, multicast and the reserved
/// ranges of spec 01 section 17.2.
bool is_private(const IpAddress& address);

}    // namespace opusclaw
