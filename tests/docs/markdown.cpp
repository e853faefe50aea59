// tests/docs/markdown.cpp: tables and code in GitHub's Markdown. What the documents say is in the pages' own files.
#include "docs/markdown.h"

namespace opusclaw::docs {

namespace {

std::string replaced(std::string_view text, char from, std::string_view to) {
    std::string out;
    for (const char one : text) {
        if (one == from)
            out += to;
        else
            out += one;
    }
    return out;
}

}    // namespace

std::string cell(std::string_view text) { return replaced(replaced(text, '|', "\\|"), '\n', " "); }

std::string code(std::string_view text) { return text.empty() ? std::string() : "`" + cell(text) + "`"; }

std::string row(std::initializer_list<std::string> cells) {
    std::string out = "|";
    for (const std::string& one : cells) out += one.empty() ? " |" : " " + one + " |";
    return out + "\n";
}

std::string head(std::initializer_list<std::string> titles) {
    std::string line = "|";
    for (std::size_t i = 0; i < titles.size(); ++i) line += "---|";
    return row(titles) + line + "\n";
}

std::string block(std::string_view text) { return "```\n" + std::string(text) + "\n```\n"; }

}    // namespace opusclaw::docs
