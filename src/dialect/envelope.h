// dialect/envelope.h: opaque reasoning of one vendor carried through a client of another (spec 06 section 11.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect {

/// `oc1.` and the Base64 of a small JSON object: what a client sees in the place of its own dialect's signature.
std::string seal_opaque(const chat::Opaque& opaque);
/// nullopt: `text` is no envelope, so it is native to the client's dialect, or it is a damaged one.
std::optional<chat::Opaque> open_opaque(std::string_view text, chat::TextPool& pool);
bool is_envelope(std::string_view text);

/// A signature or the like as a client of `native` gave it: an envelope, or a value of the dialect itself. nullopt: damaged.
std::optional<chat::Opaque> read_opaque(std::string_view text, chat::OpaqueKind kind, Dialect native,
                                        chat::TextPool& pool);
/// How it is shown to a client of `native`.
std::string show_opaque(const chat::Opaque& opaque, Dialect native);

/// Whether `model` of `dialect` can read it: the same dialect and the same name up to the first digit.
bool readable_by(const chat::Opaque& opaque, Dialect dialect, std::string_view model);

}    // namespace opusclaw::dialect
