// tests/fuzz/json_reference.h: a second reader of JSON for the fuzz target, written plainly, a byte at a time, after RFC 8259,
// so that the façade's answers can be compared with those of something that shares no code with it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::fuzz {

/// Reads one text whole. read() says whether it is JSON nested at most 512 deep; then compact() is the same without blanks
/// and with keys as plain as they can be, and keys() has the raw keys of the outermost object.
class JsonReference {
public:
    explicit JsonReference(std::string_view text) : text_(text) {}

    bool read() {
        blanks();
        return utf8() && value(0) && (blanks(), at_ == text_.size());
    }
    const std::string& compact() const { return compact_; }
    const std::vector<std::string_view>& keys() const { return keys_; }

    /// The text between the quotes of a valid string with its escapes resolved.
    static std::string meaning(std::string_view inner) {
        std::string out;
        for (std::size_t i = 0; i < inner.size(); ++i) {
            if (inner[i] != '\\') {
                out += inner[i];
                continue;
            }
            const char letter = inner[++i];
            if (letter != 'u') {
                constexpr std::string_view kLetters = "\"\\/bfnrt";
                constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
                out += kMeanings[kLetters.find(letter)];
                continue;
            }
            unsigned code = hex(inner.substr(i + 1, 4));
            i += 4;
            const bool high = code >= 0xD800 && code < 0xDC00;
            if (high && inner.substr(i + 1, 2) == "\\u") {
                const unsigned low = hex(inner.substr(i + 3, 4));
                if (low >= 0xDC00 && low < 0xE000) {
                    code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00);
                    i += 6;
                }
            }
            if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
            put(out, code);
        }
        return out;
    }

private:
    static constexpr std::size_t kDeepest = 512;

    static unsigned hex(std::string_view digits) {
        return static_cast<unsigned>(std::stoul(std::string(digits), nullptr, 16));
    }

    static void put(std::string& out, unsigned code) {
        const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
        if (code < 0x80) return byte(code);
        if (code < 0x800) {
            byte(0xC0 + code / 64);
        } else {
            if (code < 0x10000) {
                byte(0xE0 + code / 4096);
            } else {
                byte(0xF0 + code / 262144);
                byte(0x80 + code / 4096 % 64);
            }
            byte(0x80 + code / 64 % 64);
        }
        byte(0x80 + code % 64);
    }

    bool utf8() const {
        for (std::size_t i = 0; i < text_.size();) {
            const auto byte = [&](std::size_t n) -> unsigned {
                return i + n < text_.size() ? static_cast<unsigned char>(text_[i + n]) : 0u;
            };
            const auto more = [&](std::size_t n) { return byte(n) >= 0x80 && byte(n) < 0xC0; };
            const unsigned lead = byte(0);
            unsigned code = 0;
            if (lead < 0x80) {
                i += 1;
            } else if (lead >= 0xC2 && lead < 0xE0 && more(1)) {
                i += 2;
            } else if (lead >= 0xE0 && lead < 0xF0 && more(1) && more(2)) {
                code = lead % 16 * 4096 + byte(1) % 64 * 64;
                if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return false;
                i += 3;
            } else if (lead >= 0xF0 && lead < 0xF5 && more(1) && more(2) && more(3)) {
                code = lead % 8 * 262144 + byte(1) % 64 * 4096;
                if (code < 0x10000 || code > 0x10FFFF) return false;
                i += 4;
            } else {
                return false;
            }
        }
        return true;
    }

    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) { return next() == c && at_ < text_.size() ? (++at_, true) : false; }
    void blanks() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }
    bool word(std::string_view wanted) {
        if (text_.substr(at_, wanted.size()) != wanted) return false;
        at_ += wanted.size();
        compact_ += wanted;
        return true;
    }
    bool digits() {
        const std::size_t begin = at_;
        while (next() >= '0' && next() <= '9') ++at_;
        return at_ > begin;
    }

    bool number() {
        const std::size_t begin = at_;
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        compact_ += text_.substr(begin, at_ - begin);
        return true;
    }

    std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        const std::size_t begin = at_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return text_.substr(begin, at_ - 1 - begin);
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c != '\\') continue;
            const char letter = next();
            if (letter == '\0' || std::string_view("\"\\/bfnrtu").find(letter) == std::string_view::npos)
                return std::nullopt;
            ++at_;
            for (int i = 0; letter == 'u' && i < 4; ++i, ++at_)
                if (next() == '\0' ||
                    std::string_view("0123456789abcdefABCDEF").find(next()) == std::string_view::npos)
                    return std::nullopt;
        }
        return std::nullopt;
    }

    bool value(std::size_t depth) {
        switch (next()) {
            case '{': return depth < kDeepest && object(depth + 1);
            case '[': return depth < kDeepest && array(depth + 1);
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            case '"': {
                const auto inner = string();
                if (inner) compact_.append("\"").append(*inner).append("\"");
                return inner.has_value();
            }
            default: return number();
        }
    }

    bool array(std::size_t depth) {
        ++at_;
        compact_ += '[';
        blanks();
        for (bool first = true; !take(']'); first = false) {
            if (!first && !take(',')) return false;
            if (!first) compact_ += ',';
            blanks();
            if (!value(depth)) return false;
            blanks();
        }
        compact_ += ']';
        return true;
    }

    bool object(std::size_t depth) {
        ++at_;
        compact_ += '{';
        blanks();
        for (bool first = true; !take('}'); first = false) {
            if (!first && !take(',')) return false;
            if (!first) compact_ += ',';
            blanks();
            const auto key = string();
            if (!key) return false;
            if (depth == 1) keys_.push_back(*key);
            compact_.append("<").append(meaning(*key)).append(">:");
            blanks();
            if (!take(':')) return false;
            blanks();
            if (!value(depth)) return false;
            blanks();
        }
        compact_ += '}';
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string compact_;
    std::vector<std::string_view> keys_;
};

}    // namespace opusclaw::fuzz
