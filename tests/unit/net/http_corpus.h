// tests/unit/net/http_corpus.h: the requests of tests/data/http as bytes with the status of their answer. One format for the
// tests of the parser and for the comparison with nginx.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::net {

struct CorpusRequest {
    int status = 0;    // 200: accepted
    std::string name;
    std::string bytes;
};

inline std::string unescape(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            bytes.push_back(text[i]);
            continue;
        }
        switch (text[++i]) {
            case 'r': bytes.push_back('\r'); break;
            case 'n': bytes.push_back('\n'); break;
            case 't': bytes.push_back('\t'); break;
            case 'x':
                bytes.push_back(
                    static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
                i += 2;
                break;
            default: bytes.push_back(text[i]);
        }
    }
    return bytes;
}

inline std::vector<CorpusRequest> load_corpus(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA) + "/http/" + name);
    EXPECT_TRUE(file) << name;
    std::vector<CorpusRequest> requests;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t name_end = line.find(' ', 4);
        requests.push_back({std::stoi(line), line.substr(4, name_end - 4),
                            unescape(std::string_view(line).substr(name_end + 1))});
    }
    EXPECT_FALSE(requests.empty()) << name;
    return requests;
}

}    // namespace opusclaw::net
