// base/ids.cpp: request ids (spec 01 section 18.2) and random names, from the operating system's random source.
#include "base/ids.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

#include "base/crypto.h"
#include "base/time.h"
#include "base/version.h"

namespace opusclaw {
namespace {

constexpr std::string_view kAlphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// The largest multiple of 62 in a byte: bytes from here on would make the first characters likelier.
constexpr unsigned kFairBytes = 248;

// Random bytes in stock, so that an id costs no system call. One a thread; a byte is wiped when it is handed out.
class RandomStock {
public:
    unsigned char next() {
        if (used_ == stock_.size()) refill();
        const auto byte = static_cast<unsigned char>(stock_[used_]);
        stock_[used_++] = 0;
        return byte;
    }

private:
    void refill() {
        stock_ = crypto::random_bytes(kStock);
        used_ = 0;
    }

    static constexpr std::size_t kStock = 256;
    std::string stock_;
    std::size_t used_ = 0;
};

void append_alphanumerics(std::string& out, std::size_t length) {
    thread_local RandomStock stock;
    while (length > 0) {
        const unsigned byte = stock.next();
        if (byte >= kFairBytes) continue;
        out += kAlphanumerics[byte % kAlphanumerics.size()];
        --length;
    }
}

/// `YYYYMMDDhhmmss`. Written once a second and thread: requests come far more often.
std::string_view date_of(UnixSeconds second) {
    thread_local UnixSeconds written;
    thread_local std::string text;
    if (!text.empty() && written == second) return text;
    text = rfc3339(second);
    std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
    written = second;
    return text;
}

std::string_view build_mark() {
    static const std::string mark = crypto::hex(crypto::sha256(version())).substr(0, 8);
    return mark;
}

}    // namespace

std::string make_request_id() {
    const auto now = system_clock().now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(now - second).count();
    std::string id;
    id.reserve(48);
    id += date_of(second);
    id += fmt::format_int(nanoseconds).c_str();
    id += build_mark();
    append_alphanumerics(id, 8);
    return id;
}

std::string random_alphanumeric(std::size_t length) {
    std::string text;
    text.reserve(length);
    append_alphanumerics(text, length);
    return text;
}

}    // namespace opusclaw
