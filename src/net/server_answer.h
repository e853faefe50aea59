// net/server_answer.h: how an answer's head is written (RFC 9112 sections 4, 6 and 9), and the pieces of one gathered write.
// No I/O. Only for net/server*.
#pragma once

#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace opusclaw::net {

enum class AnswerFraming { None, Length, Chunked, UntilClose };
struct AnswerHead {
    int status = 200;
    std::string_view lines;    // of the handler, each ending in CRLF
    AnswerFraming framing = AnswerFraming::Length;
    std::uint64_t length = 0;
    bool keep_alive = true;
    int minor_version = 1;    // of the request
};
/// Replaces the content of `out`. `date` is a whole line.
void write_answer_head(std::string& out, const AnswerHead& head, std::string_view date);

/// `Date: ...` once a second.
class DateLine {
public:
    std::string_view at(std::chrono::system_clock::time_point now);

private:
    std::chrono::sys_seconds second_{std::chrono::seconds{-1}};
    std::string line_;
};

/// Pieces for Stream::write: no allocation for the usual few. Empty ones are left out.
class WritePieces {
public:
    void add(std::string_view piece);
    void add(std::span<const std::string_view> pieces);
    std::span<iovec> all();
    std::size_t bytes() const { return bytes_; }

private:
    static constexpr std::size_t kInline = 8;
    std::array<iovec, kInline> few_;
    std::vector<iovec> many_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}    // namespace opusclaw::net
