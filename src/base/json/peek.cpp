// base/json/peek.cpp: one walk over the structural offsets of a body (scan.h). Members that nobody guards cost one step per
// structural character and no allocation; what a spelling may be taken for is decided here, what a value says is not.
#include "base/json/peek.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "base/error.h"
#include "base/json/escape.h"
#include "base/json/scalar.h"
#include "base/json/scan.h"

namespace opusclaw::json {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// Lower case in ASCII, and for the two letters outside ASCII whose case pair is inside: a parser that folds by Unicode's
/// simple folding (Go's does) takes U+017F for s and U+212A for k.
std::string folded(std::string_view text) {
    constexpr std::string_view kLongS = "\xC5\xBF";
    constexpr std::string_view kKelvin = "\xE2\x84\xAA";
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (text.starts_with(kLongS)) {
            out.push_back('s');
            text.remove_prefix(kLongS.size());
        } else if (text.starts_with(kKelvin)) {
            out.push_back('k');
            text.remove_prefix(kKelvin.size());
        } else {
            out.push_back(lower(text.front()));
            text.remove_prefix(1);
        }
    }
    return out;
}

bool is_special(char c) { return c == '\\' || static_cast<unsigned char>(c) >= 0x80; }

[[noreturn]] void refuse_key(std::string_view key, std::string_view why) {
    throw_error(ErrorKind::InvalidRequest, "duplicate_key",
                "The key \"" + std::string(key) + "\" " + std::string(why));
}

class Walk {
public:
    Walk(std::string_view text, std::span<const std::string_view> guarded, PeekResult& result)
        : text_(text), scan_(text), positions_(scan_.positions()), guarded_(guarded), result_(result) {
        for (const std::string_view key : guarded) longest_ = std::max(longest_, key.size());
        for (const std::string_view key : guarded) lengths_ |= length_bit(key.size());
    }

    void run() {
        if (at(0) != '{') refuse(0, "an object was expected");
        result_.object.begin = positions_[0];
        token_ = 1;
        result_.empty_object = at(1) == '}';
        if (result_.empty_object) {
            ++token_;
        } else {
            while (take_member()) {}
        }
        result_.object.end = positions_[token_ - 1] + std::size_t{1};
        if (token_ < scan_.count()) refuse(token_, "something follows the object");
    }

private:
    static std::uint64_t length_bit(std::size_t size) { return std::uint64_t{1} << (size & 63); }

    [[noreturn]] void refuse(std::size_t token, std::string_view what) const {
        detail::refuse(what, positions_[std::min(token, scan_.count())]);
    }

    char at(std::size_t token) const { return token < scan_.count() ? text_[positions_[token]] : '\0'; }

    /// The bytes of the scalar at `token`: up to the next structural character, without blanks.
    Range scalar(std::size_t token) const {
        const std::size_t begin = positions_[token];
        std::size_t end = positions_[token + 1];
        while (end > begin && detail::is_blank(text_[end - 1])) --end;
        return {begin, end};
    }

    Range string(std::size_t token) const {
        const Range range = scalar(token);
        if (range.size() < 2 || text_[range.end - 1] != '"') refuse(token, "a string is not closed");
        return range;
    }

    std::string_view bytes(const Range& range) const { return text_.substr(range.begin, range.size()); }

    /// Takes the member at token_ and what follows it. False: it was the last.
    bool take_member() {
        if (at(token_) != '"') refuse(token_, "a key was expected");
        const Range key = string(token_);
        if (at(token_ + 1) != ':') refuse(token_ + 1, "':' was expected");
        token_ += 2;
        const Range value = take_value();
        note(key, value);
        const char separator = at(token_);
        if (separator != ',' && separator != '}') refuse(token_, "',' or '}' was expected");
        ++token_;
        return separator == ',';
    }

    Range take_value() {
        const char c = at(token_);
        if (detail::opens(c)) return skip_container();
        if (c == '"') return string(token_++);
        if (token_ >= scan_.count()) refuse(token_, "the text ends where a value was expected");
        const Range range = scalar(token_++);
        detail::check_plain_scalar(bytes(range), range.begin);
        return range;
    }

    Range skip_container() {
        const std::size_t begin = positions_[token_];
        std::bitset<detail::kMaxDepth> in_object;
        std::size_t depth = 0;
        for (std::size_t token = token_; token < scan_.count(); ++token) {
            const char c = text_[positions_[token]];
            if (detail::opens(c)) {
                if (depth + 1 == detail::kMaxDepth) refuse(token, "nested too deep");
                in_object[depth++] = c == '{';
            } else if (detail::closes(c)) {
                if (in_object[--depth] != (c == '}')) refuse(token, "brackets do not match");
                if (depth > 0) continue;
                token_ = token + 1;
                return {begin, positions_[token] + std::size_t{1}};
            }
        }
        refuse(token_, "a bracket is not closed");
    }

    void note(const Range& key, const Range& value) {
        const std::string_view inner = detail::inner_of(bytes(key));
        if (std::find_if(inner.begin(), inner.end(), is_special) != inner.end()) {
            note_special(inner, key.begin + 1);
            return;
        }
        if ((lengths_ & length_bit(inner.size())) == 0) return;
        for (std::size_t i = 0; i < guarded_.size(); ++i) {
            if (guarded_[i].size() != inner.size()) continue;
            if (guarded_[i] == inner) {
                if (result_.find(i) != nullptr) refuse_key(guarded_[i], "appears more than once.");
                result_.note(i, Found::of(key, value));
            } else if (same_letters(guarded_[i], inner)) {
                refuse_ambiguous(i);
            }
        }
    }

    /// A key with escapes or letters outside ASCII is never a guarded one, and must not be one that others take for it.
    void note_special(std::string_view inner, std::size_t begin) const {
        detail::check_escapes(inner, begin);
        constexpr std::size_t kLongestSpelling = 6;    // "\u0041" for one letter
        if (inner.size() > longest_ * kLongestSpelling) return;
        const std::string letters = folded(detail::unescape(inner));
        for (std::size_t i = 0; i < guarded_.size(); ++i)
            if (same_letters(guarded_[i], letters)) refuse_ambiguous(i);
    }

    [[noreturn]] void refuse_ambiguous(std::size_t key) const {
        refuse_key(guarded_[key], "is spelled in another way: write it exactly so.");
    }

    std::string_view text_;
    detail::Scan scan_;
    const std::uint32_t* positions_;
    std::span<const std::string_view> guarded_;
    PeekResult& result_;
    std::size_t longest_ = 0;
    std::uint64_t lengths_ = 0;    // bit n: a guarded key has n bytes (modulo 64)
    std::size_t token_ = 0;
};

}    // namespace

std::optional<View> PeekResult::value(std::size_t key) const {
    const Found* const found = find(key);
    if (found == nullptr) return std::nullopt;
    return view_of(text.substr(found->value().begin, found->value().size()));
}

PeekResult peek(const PaddedBuffer& body, std::span<const std::string_view> guarded) {
    PeekResult result;
    if (guarded.size() > PeekResult::kMostKeys) {
        throw_error(ErrorKind::Internal, "too_many_guarded_keys",
                    "More keys are guarded than a peek has room for.");
    }
    result.text = body.view();
    Walk(result.text, guarded, result).run();
    return result;
}

}    // namespace opusclaw::json
