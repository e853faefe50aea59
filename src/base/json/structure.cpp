// base/json/structure.cpp: makes the table of a text and checks a whole text by it (RFC 8259). Scalars are scalar.cpp's.
#include "base/json/structure.h"

#include <array>
#include <bitset>

#include "base/json/escape.h"
#include "base/json/scalar.h"

namespace opusclaw::json::detail {

Structure::Structure(std::string_view text) : text_(text) {
    const Scan scan(text);
    const std::uint32_t* positions = scan.positions();
    const auto found = static_cast<std::uint32_t>(scan.count());
    tokens_ = std::make_unique_for_overwrite<Token[]>(scan.count() + 1);
    std::array<std::uint32_t, kMaxDepth> open;
    std::size_t depth = 0;
    std::uint32_t token = 0;
    do {
        const std::uint32_t offset = positions[token];
        const char c = text[offset];
        tokens_[token].offset = offset;
        if (opens(c)) {
            if (depth == kMaxDepth) refuse("nested too deep", offset);
            open[depth++] = token;
        } else if (closes(c)) {
            if (depth == 0) refuse("a value was expected", offset);
            Token& opening = tokens_[open[--depth]];
            if (text[opening.offset] + kFromOpenToClose != c) refuse("brackets do not match", offset);
            opening.close = token;
        }
        ++token;
    } while (depth > 0 && token < found);
    if (depth > 0) refuse("a bracket is not closed", tokens_[open[depth - 1]].offset);
    count_ = token;
    has_more_ = token < found;
    tokens_[count_].offset = positions[count_];
}

std::string_view Structure::up_to_next(std::uint32_t token) const {
    const std::size_t begin = tokens_[token].offset;
    std::size_t end = tokens_[token + 1].offset;
    while (end > begin && is_blank(text_[end - 1])) --end;
    return text_.substr(begin, end - begin);
}

Structure::Value Structure::value_at(std::uint32_t token) const {
    const char c = at(token);
    if (opens(c)) {
        const std::size_t begin = tokens_[token].offset;
        const std::uint32_t close = tokens_[token].close;
        return {text_.substr(begin, tokens_[close].offset + 1 - begin), token, close + 1};
    }
    if (token >= count_) refuse("the text ends where a value was expected", text_.size());
    const std::string_view raw = up_to_next(token);
    if (c == '"') {
        if (raw.size() < 2 || raw.back() != '"') refuse("a string is not closed", tokens_[token].offset);
    } else {
        check_plain_scalar(raw, tokens_[token].offset);
    }
    return {raw, token, token + 1};
}

Structure::Member Structure::member_at(std::uint32_t token) const {
    if (at(token) != '"') refuse("a key was expected", tokens_[token].offset);
    const Value key = value_at(token);
    if (at(key.next) != ':') refuse("':' was expected", tokens_[key.next].offset);
    return {inner_of(key.raw), value_at(key.next + 1)};
}

namespace {

/// One pass over the tokens. Brackets are known to match; what stands between them is checked here.
class WholeCheck {
public:
    explicit WholeCheck(const Structure& structure) : structure_(structure) {}

    void run() {
        while (token_ < structure_.count()) step();
        if (structure_.has_more())
            refuse("something follows the value", structure_.offset(structure_.count()));
    }

private:
    enum class Expect { Value, FirstItem, Key, FirstKey, Separator };

    void step() {
        const char c = structure_.at(token_);
        switch (expect_) {
            case Expect::Value: return take_value(c);
            case Expect::FirstItem: return c == ']' ? close() : take_value(c);
            case Expect::Key: return take_key();
            case Expect::FirstKey: return c == '}' ? close() : take_key();
            case Expect::Separator: return closes(c) ? close() : take_comma(c);
        }
    }

    void take_value(char c) {
        if (opens(c)) {
            in_object_[depth_++] = c == '{';
            expect_ = c == '{' ? Expect::FirstKey : Expect::FirstItem;
            ++token_;
            return;
        }
        const auto value = structure_.value_at(token_);
        if (c == '"') check_escapes(inner_of(value.raw), structure_.offset(token_));
        token_ = value.next;
        expect_ = Expect::Separator;
    }

    void take_key() {
        if (structure_.at(token_) != '"') refuse("a key was expected", structure_.offset(token_));
        const auto key = structure_.value_at(token_);
        check_escapes(inner_of(key.raw), structure_.offset(token_));
        if (structure_.at(key.next) != ':') refuse("':' was expected", structure_.offset(key.next));
        token_ = key.next + 1;
        expect_ = Expect::Value;
    }

    void take_comma(char c) {
        if (c != ',') refuse("a separator was expected", structure_.offset(token_));
        expect_ = in_object_[depth_ - 1] ? Expect::Key : Expect::Value;
        ++token_;
    }

    void close() {
        --depth_;
        ++token_;
        expect_ = Expect::Separator;
    }

    const Structure& structure_;
    std::bitset<kMaxDepth> in_object_;
    std::size_t depth_ = 0;
    std::uint32_t token_ = 0;
    Expect expect_ = Expect::Value;
};

}    // namespace

void check_whole(const Structure& structure) { WholeCheck(structure).run(); }

}    // namespace opusclaw::json::detail
