// tests/tokenizer/token_ids.cpp: the tokenizers of GPT models for tests in other languages. A line of the input is the name of an
// encoding, a blank and the text in hexadecimal digits; a line of the output its token ids, by blanks. Ends with its input.
#include <iostream>
#include <stdexcept>
#include <string>

#include "dialect/gpt/tokenizer.h"

namespace {

using namespace opusclaw::dialect::gpt;

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    throw std::runtime_error("not a hexadecimal digit");
}

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += static_cast<char>(value_of(digits[i]) * 16 + value_of(digits[i + 1]));
    return bytes;
}

Encoding encoding_named(std::string_view name) {
    if (name == "cl100k_base") return Encoding::Cl100kBase;
    if (name == "o200k_base") return Encoding::O200kBase;
    throw std::runtime_error("no such encoding");
}

}    // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        const std::size_t blank = line.find(' ');
        const Encoding encoding = encoding_named(std::string_view(line).substr(0, blank));
        const std::string text = from_hex(std::string_view(line).substr(blank + 1));
        const std::vector<Rank> ids = encode(encoding, text);
        if (static_cast<std::size_t>(count(encoding, text)) != ids.size())
            throw std::runtime_error("count() and encode() differ");
        for (std::size_t i = 0; i < ids.size(); ++i) std::cout << (i == 0 ? "" : " ") << ids[i];
        std::cout << '\n';
    }
}
