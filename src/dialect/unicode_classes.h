// dialect/unicode_classes.h: is a code point a letter (categories L*) or a number (N*)? The tables are made by
// scripts/make-unicode-classes.
#pragma once

namespace opusclaw::dialect {

bool is_letter(char32_t point);
bool is_number(char32_t point);

}    // namespace opusclaw::dialect
