// dialect/unicode_classes_data.h: the data behind dialect/unicode_classes.h, which scripts/make-unicode-classes makes. Nothing
// else reads it.
#pragma once

#include <cstdint>
#include <span>

namespace opusclaw::dialect {

/// Code point * 16 + class, in order; a class goes on to the next start. Class 8: upper and lower case in turn.
std::span<const std::uint32_t> unicode_class_starts();

}    // namespace opusclaw::dialect
