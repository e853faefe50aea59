// dialect/json_progress.h: whether text that comes in pieces is a whole JSON object yet, byte by byte and without keeping it.
#pragma once

#include <cstddef>
#include <string_view>

namespace opusclaw::dialect {

/// Counts brackets outside of strings; what stands between them is not checked.
class JsonProgress {
public:
    void add(std::string_view piece) {
        for (const char c : piece) add(c);
    }
    /// One object was opened and closed.
    bool complete() const { return opened_ && depth_ == 0; }

private:
    void add(char c) {
        if (escaped_) {
            escaped_ = false;
        } else if (in_string_) {
            escaped_ = c == '\\';
            in_string_ = c != '"';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            opened_ = opened_ || c == '{';
            ++depth_;
        } else if ((c == '}' || c == ']') && depth_ > 0) {
            --depth_;
        }
    }

    std::size_t depth_ = 0;
    bool opened_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
};

}    // namespace opusclaw::dialect
