// tests/docs/markdown.h: the little Markdown that the documents made from tables need (pages.h).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace opusclaw::docs {

/// `text` as a code span; nothing for an empty text. Bars are escaped, so that it may stand in a table.
std::string code(std::string_view text);
/// Plain text of a table's cell: bars escaped, line ends as blanks.
std::string cell(std::string_view text);
/// One row of a table; the cells are Markdown already.
std::string row(std::initializer_list<std::string> cells);
/// The head of a table, with the line below it.
std::string head(std::initializer_list<std::string> titles);
/// A block of code in a list or on its own.
std::string block(std::string_view text);

}    // namespace opusclaw::docs
