// base/regex.h: regular expressions that operators write (DESIGN section 3): RE2's syntax, linear in time whatever the text is.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace opusclaw {

/// Compiled once. Movable; searching is thread-safe.
class Regex {
public:
    /// nullopt: the pattern is none, or larger than is sensible.
    static std::optional<Regex> compile(std::string_view pattern);
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    /// Whether it matches somewhere in `text`.
    bool found_in(std::string_view text) const;

private:
    struct Compiled;
    explicit Regex(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

}    // namespace opusclaw
