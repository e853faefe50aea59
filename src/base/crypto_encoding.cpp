// base/crypto_encoding.cpp: hexadecimal, Base64 in its two alphabets (RFC 4648) and UUIDs (RFC 9562). Decoding is strict, so
// that one value has one spelling: sessions and signatures are compared as texts.
#include <array>

#include "base/crypto.h"

namespace opusclaw::crypto {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::int8_t, 256>;    // -1: not in the alphabet

constexpr Values values_of(std::string_view alphabet) {
    Values values{};
    values.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}
constexpr Values kStandardValues = values_of(kStandard);
constexpr Values kUrlSafeValues = values_of(kUrlSafe);

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
}

/// Without padding.
std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 |
                                    byte_at(bytes, i + 2);
        const std::size_t characters = bytes.size() - i >= 3 ? 4 : bytes.size() - i + 1;
        for (std::size_t k = 0; k < characters; ++k) out += alphabet[group >> (18 - 6 * k) & 63];
    }
    return out;
}

/// Without padding. Most of it four characters at a time: images are long.
std::optional<std::string> decode(std::string_view text, const Values& values) {
    if (text.size() % 4 == 1) return std::nullopt;
    const auto value_at = [&](std::size_t i) {
        return std::int32_t{values[static_cast<unsigned char>(text[i])]};
    };
    const std::size_t groups = text.size() / 4;
    std::string out;
    out.reserve(groups * 3 + 2);
    out.resize(groups * 3);
    std::int32_t all = 0;    // negative when one of the values is
    char* to = out.data();
    for (std::size_t i = 0; i < groups * 4; i += 4, to += 3) {
        const std::int32_t a = value_at(i), b = value_at(i + 1), c = value_at(i + 2), d = value_at(i + 3);
        all |= a | b | c | d;
        const std::uint32_t bits = static_cast<std::uint32_t>(a) << 18 | static_cast<std::uint32_t>(b) << 12 |
                                   static_cast<std::uint32_t>(c) << 6 | static_cast<std::uint32_t>(d);
        to[0] = static_cast<char>(bits >> 16 & 0xff);
        to[1] = static_cast<char>(bits >> 8 & 0xff);
        to[2] = static_cast<char>(bits & 0xff);
    }
    std::uint32_t bits = 0;
    int count = 0;
    for (std::size_t i = groups * 4; i < text.size(); ++i) {
        all |= value_at(i);
        bits = bits << 6 | static_cast<std::uint32_t>(value_at(i));
        count += 6;
    }
    if (all < 0) return std::nullopt;
    for (; count >= 8; count -= 8) out += static_cast<char>(bits >> (count - 8) & 0xff);
    if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
    return out;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}    // namespace

std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

std::string base64_encode(std::string_view bytes) {
    std::string out = encode(bytes, kStandard);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, kStandardValues);
}

std::string base64url_encode(std::string_view bytes) { return encode(bytes, kUrlSafe); }

std::optional<std::string> base64url_decode(std::string_view text) { return decode(text, kUrlSafeValues); }

std::string uuid_v4() {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    std::string text = hex(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    return text;
}

}    // namespace opusclaw::crypto
