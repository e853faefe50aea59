// net/server_answer.cpp: status line, framing and connection lines of an answer. Field values were checked when HeaderLines
// took them.
#include "net/server_answer.h"

#include <charconv>
#include <cstring>

#include "base/time.h"

namespace opusclaw::net {

namespace {

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}    // namespace

void write_answer_head(std::string& out, const AnswerHead& head, std::string_view date) {
    out.assign("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(head.status));
    out.append(" ").append(reason_phrase(head.status)).append("\r\n").append(head.lines);
    if (head.framing == AnswerFraming::Length) {
        out.append("Content-Length: ");
        append_number(out, head.length);
        out.append("\r\n");
    } else if (head.framing == AnswerFraming::Chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    }
    out.append(date);
    if (!head.keep_alive) {
        out.append("Connection: close\r\n");
    } else if (head.minor_version == 0) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

std::string_view DateLine::at(std::chrono::system_clock::time_point now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != second_) {
        second_ = second;
        line_ = "Date: " + http_date(second) + "\r\n";
    }
    return line_;
}

void WritePieces::add(std::string_view piece) {
    if (piece.empty()) return;
    bytes_ += piece.size();
    // writev's type has no const; nobody writes through it.
    iovec entry{};
    const void* const begin = piece.data();
    std::memcpy(&entry.iov_base, &begin, sizeof(begin));
    entry.iov_len = piece.size();
    if (count_ < kInline) {
        few_[count_] = entry;
    } else {
        if (many_.empty()) many_.assign(few_.begin(), few_.end());
        many_.push_back(entry);
    }
    ++count_;
}

void WritePieces::add(std::span<const std::string_view> pieces) {
    for (const std::string_view piece : pieces) add(piece);
}

std::span<iovec> WritePieces::all() {
    return count_ <= kInline ? std::span<iovec>(few_.data(), count_) : std::span<iovec>(many_);
}

}    // namespace opusclaw::net
