// bench/tokens_main.cpp: how fast texts are counted by the tokenizers of GPT models (src/dialect/gpt), by the CPU time of the
// thread. Usage: bench_tokens [FILE...]; without files it takes texts of 1 MB in which no blank divides the work.
#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>

#include <fmt/format.h>

#include "dialect/gpt/tokenizer.h"

namespace {

using namespace opusclaw::dialect::gpt;

constexpr std::size_t kMegabyte = std::size_t{1} << 20;
constexpr int kRounds = 7;

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The quickest of some rounds; small texts are counted often in each.
void measure(const std::string& name, const std::string& text) {
    if (text.empty()) return;
    const std::size_t repeats = std::max<std::size_t>(1, kMegabyte / text.size());
    for (const auto& [encoding, title] :
         {std::pair{Encoding::Cl100kBase, "cl100k_base"}, std::pair{Encoding::O200kBase, "o200k_base"}}) {
        double best = 1e9;
        std::int64_t tokens = 0;
        for (int round = 0; round < kRounds; ++round) {
            const double begin = cpu_seconds();
            for (std::size_t i = 0; i < repeats; ++i) tokens = count(encoding, text);
            best = std::min(best, (cpu_seconds() - begin) / static_cast<double>(repeats));
        }
        const double bytes = static_cast<double>(text.size());
        std::cout << fmt::format(
            "{:<36} {:<12} {:>8} bytes {:>8} tokens {:>9.3f} ms {:>7.1f} ns/byte {:>6.1f} MB/s\n", name,
            title, text.size(), tokens, best * 1e3, best * 1e9 / bytes, bytes / best / 1e6);
    }
}

std::string random_letters() {
    std::mt19937 random(1);
    std::string text(kMegabyte, ' ');
    for (char& c : text) c = static_cast<char>('a' + random() % 26);
    return text;
}

/// The common half of the Han script, three bytes a character.
std::string random_han() {
    std::mt19937 random(1);
    std::string text;
    while (text.size() < kMegabyte) {
        const std::uint32_t point = 0x4E00 + random() % 0x2800;
        text += static_cast<char>(0xE0 | (point >> 12));
        text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (point & 0x3F));
    }
    return text;
}

}    // namespace

int main(int argc, char** argv) {
    const double begin = cpu_seconds();
    count(Encoding::O200kBase, "First use.");
    std::cout << fmt::format("first use: {:.3f} ms\n", (cpu_seconds() - begin) * 1e3);
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        measure(argv[i], std::string(std::istreambuf_iterator<char>(file), {}));
    }
    if (argc > 1) return 0;
    measure("1 MB of one letter", std::string(kMegabyte, 'a'));
    measure("1 MB of random letters", random_letters());
    measure("1 MB of random Han characters", random_han());
    measure("4 KB of random letters", random_letters().substr(0, std::size_t{4} << 10));
}
