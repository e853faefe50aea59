// tests/unit/base/json/cases.h: reads the case files of tests/data/json and the texts in them. A case gives a text as it is
// (`text`, or a name of its own) or, where it is no valid UTF-8, as hexadecimal (`hex`).
#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json/view.h"

namespace opusclaw::json {

inline Document case_file(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA) + "/json/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("no case file " + name);
    return Document::copy(std::string(std::istreambuf_iterator<char>(file), {}));
}

inline std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

/// The text of a case, under `name` or as hexadecimal.
inline std::string text_of(const View& test_case, std::string_view name = "text") {
    if (const auto text = test_case.find(name)) return text->as_string().value();
    return bytes_of_hex(test_case.find("hex").value().as_string().value());
}

/// Calls `check(case)` for each case of a file; a file without cases fails.
template <class Check>
void each_case(const std::string& name, Check check) {
    const Document file = case_file(name);
    file.validate();
    int seen = 0;
    file.root().find("cases").value().each_item([&](const View& test_case) {
        SCOPED_TRACE(name + ": " + std::string(test_case.raw()));
        check(test_case);
        ++seen;
        return true;
    });
    EXPECT_GT(seen, 0) << name;
}

/// The code of the Error that `action` throws; empty when it throws none.
template <class Action>
std::string code_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind,
                  error.code == "json_writer_misused" ? ErrorKind::Internal : ErrorKind::InvalidRequest);
        return error.code;
    }
    return {};
}

inline constexpr std::string_view kInvalid = "invalid_json";

}    // namespace opusclaw::json
