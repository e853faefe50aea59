// settings/option.h: what a row of the option table is, and how one is written down (see table.cpp). Reading, writing, checking
// and listing all work from these rows. Internal to settings/.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "settings/decode.h"

namespace opusclaw::settings {

/// What a value must hold beyond being readable. A stored value that does not is not used either: code may rely on it.
template <class T>
struct ValueCheck {
    std::function<bool(const T&)> holds;
    std::string demand;    // `at least 1`; refusals say "must be at least 1"
};
/// The same for a text, with the settings in force beside it.
using TextRule = std::optional<std::string> (*)(std::string_view text, const Settings& in_force);

/// Shown by GET /api/option/ before it was ever stored? († in spec 01 section 7 is OnceStored.)
enum class Listed { Always, OnceStored };
enum class Secrecy { Open, Secret };

/// Kept: the text is unreadable and the value in force stays.
enum class Applied { Set, Kept };

struct Option {
    std::string_view key;
    std::string default_text;
    std::optional<std::string> initial_shown;    // listed instead of the default until something is stored
    Listed listed = Listed::Always;
    Secrecy secrecy = Secrecy::Open;
    std::string_view area, purpose;     // for docs/OPTIONS.md, in English; the form too
    std::string form;                   // what a value looks like: `whole number, at least 1`
    std::string_view refusal_prefix;    // before the texts of refusals
    /// Puts the text's value into the settings, or leaves them as they are where decode.h says so. Throws BadValue. Empty for
    /// options that are only texts. Options without a member are read and checked all the same.
    std::function<Applied(Settings&, std::string_view, Decoding)> apply;
    TextRule text_rule = nullptr;

    KeyKind kind() const { return key.find('.') == std::string_view::npos ? KeyKind::Flat : KeyKind::Module; }
    const std::string& shown_text() const { return initial_shown ? *initial_shown : default_text; }
};

/// What both kinds of rows have in common, as a chain of calls. `Self` is the row's own type.
template <class Self>
class OptionBuilder {
public:
    Self group(std::string_view area) && { return option_.area = area, self(); }
    Self help(std::string_view purpose) && { return option_.purpose = purpose, self(); }
    Self rule(TextRule rule) && { return option_.text_rule = rule, self(); }
    Self secret() && { return option_.secrecy = Secrecy::Secret, self(); }
    Self once_stored() && { return option_.listed = Listed::OnceStored, self(); }
    Self shown_as(std::string_view text) && { return option_.initial_shown = std::string(text), self(); }
    Self prefix(std::string_view text) && { return option_.refusal_prefix = text, self(); }
    Self form(std::string_view words) && { return option_.form = words, self(); }
    operator Option() && { return std::move(option_); }    // NOLINT: rows are lists of Option

protected:
    Self self() { return std::move(static_cast<Self&>(*this)); }
    Option option_;
};

/// An option that the program stores and lists; whoever needs it asks for its text.
class TextOption : public OptionBuilder<TextOption> {
public:
    TextOption(std::string_view key, std::string_view default_text) {
        option_.key = key;
        option_.default_text = default_text;
        option_.form = "text";
    }
};
inline TextOption text_option(std::string_view key, std::string_view default_text) {
    return {key, default_text};
}

/// An option whose texts are read as a T, into a member of Settings or, when nothing asks for the value yet, only to be checked.
template <class T>
class TypedOption : public OptionBuilder<TypedOption<T>> {
public:
    TypedOption(std::string_view key, T Settings::*member, std::string default_text, Decoder<T> decode)
        : member_(member), decode_(decode) {
        this->option_.key = key;
        this->option_.default_text = std::move(default_text);
        this->option_.form = form_of(decode);
        set_apply({});
    }
    TypedOption check(ValueCheck<T> check) && {
        if constexpr (std::is_same_v<T, std::string>)
            this->option_.form = check.demand;
        else
            this->option_.form += ", " + check.demand;
        set_apply(std::move(check));
        return std::move(*this);
    }

private:
    void set_apply(ValueCheck<T> check) {
        this->option_.apply = [member = member_, decode = decode_, check = std::move(check)](
                                  Settings& settings, std::string_view text, Decoding how) {
            auto value = decode(text, how);
            if (!value) return Applied::Kept;
            if (check.holds && !check.holds(*value)) throw BadValue("must be " + check.demand);
            if (member != nullptr) settings.*member = std::move(*value);
            return Applied::Set;
        };
    }
    T Settings::*member_;
    Decoder<T> decode_;
};

template <class T>
constexpr Decoder<T> usual_decoder() {
    if constexpr (std::is_same_v<T, bool>)
        return &decode_bool;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return &decode_int;
    else if constexpr (std::is_same_v<T, double>)
        return &decode_double;
    else if constexpr (std::is_same_v<T, Quota>)
        return &decode_quota;
    else
        return &decode_text;
}

/// The default as a text, as it would be stored.
template <class T>
TypedOption<T> option(std::string_view key, T Settings::*member, std::string_view default_text,
                      Decoder<T> decode = usual_decoder<T>()) {
    return {key, member, std::string(default_text), decode};
}
inline TypedOption<bool> option(std::string_view key, bool Settings::*member, bool value) {
    return {key, member, value ? "true" : "false", &decode_bool};
}
inline TypedOption<std::int64_t> option(std::string_view key, std::int64_t Settings::*member, int value) {
    return {key, member, std::to_string(value), &decode_int};
}
inline TypedOption<Quota> option(std::string_view key, Quota Settings::*member, Quota value) {
    return {key, member, std::to_string(value.units), &decode_quota};
}

/// Options that no code asks for yet: their texts are stored, read again and refused like those of the others.
inline TypedOption<bool> checked(std::string_view key, bool value) {
    return {key, nullptr, value ? "true" : "false", &decode_bool};
}
inline TypedOption<std::int64_t> checked(std::string_view key, int value) {
    return {key, nullptr, std::to_string(value), &decode_int};
}
inline TypedOption<double> checked_number(std::string_view key, std::string_view default_text) {
    return {key, nullptr, std::string(default_text), &decode_double};
}
template <class T>
TypedOption<T> checked(std::string_view key, std::string_view default_text, Decoder<T> decode) {
    return {key, nullptr, std::string(default_text), decode};
}

// The rows, by area. They live as long as the program.
std::span<const Option> site_options();
std::span<const Option> account_options();
std::span<const Option> price_options();
std::span<const Option> relay_options();
std::span<const Option> payment_options();
std::span<const Option> module_options();
std::span<const Option> service_options();

/// All rows. Thread-safe.
std::span<const Option> all_options();
/// nullptr: no such row.
const Option* find_option(std::string_view key);

}    // namespace opusclaw::settings
