// dialect/unicode_classes.cpp: the starts of classes laid out as a table of blocks. Most blocks are of one class; those are kept
// once for each class.
#include "dialect/unicode_classes.h"

#include <map>
#include <optional>
#include <span>

#include "dialect/unicode_classes_data.h"

namespace opusclaw::dialect {
namespace {

constexpr unsigned kClassBits = 4;
constexpr std::uint32_t kPairs = 8;    // in the data only: upper and lower case in turn

/// Goes through the classes of all code points in order.
class Walk {
public:
    CharacterClass next() {
        advance();
        const std::uint32_t kind = start() & kClassMask;
        const std::uint32_t behind = point_ - (start() >> kClassBits);
        ++point_;
        if (kind != kPairs) return static_cast<CharacterClass>(kind);
        return behind % 2 == 0 ? CharacterClass::Upper : CharacterClass::Lower;
    }
    /// The class of the next `count` code points if they are all of one, and passes over them; else nullopt.
    std::optional<CharacterClass> next_all(std::uint32_t count) {
        advance();
        const bool last = at_ + 1 == starts_.size();
        if (!last && starts_[at_ + 1] >> kClassBits < point_ + count) return std::nullopt;
        if ((start() & kClassMask) == kPairs) return std::nullopt;
        point_ += count;
        return static_cast<CharacterClass>(start() & kClassMask);
    }

private:
    static constexpr std::uint32_t kClassMask = (1U << kClassBits) - 1;

    std::uint32_t start() const { return starts_[at_]; }
    void advance() {
        while (at_ + 1 < starts_.size() && starts_[at_ + 1] >> kClassBits <= point_) ++at_;
    }

    std::span<const std::uint32_t> starts_ = unicode_class_starts();
    std::size_t at_ = 0;
    std::uint32_t point_ = 0;
};

}    // namespace

const CharacterClasses& CharacterClasses::get() {
    static const CharacterClasses classes;
    return classes;
}

CharacterClasses::CharacterClasses() {
    Walk walk;
    std::map<CharacterClass, std::uint16_t> plain;    // the blocks of one class; few others are equal
    for (std::uint16_t& number : block_of_) {
        number = static_cast<std::uint16_t>(blocks_.size());
        if (const auto kind = walk.next_all(kBlock)) {
            const auto [found, fresh] = plain.try_emplace(*kind, number);
            number = found->second;
            if (fresh) blocks_.emplace_back().fill(*kind);
        } else {
            for (CharacterClass& one : blocks_.emplace_back()) one = walk.next();
        }
    }
    blocks_.shrink_to_fit();
}

bool is_letter(char32_t point) { return CharacterClasses::get().of(point) >= CharacterClass::Upper; }

bool is_number(char32_t point) { return CharacterClasses::get().of(point) == CharacterClass::Number; }

}    // namespace opusclaw::dialect
