// One connection of the load generator: see exchange.h. Reads go into one buffer of the thread; nothing of a response is
// kept but its first bytes when it is an error.
#include "exchange.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace opusclaw::bench {
namespace {

constexpr std::size_t kScratchBytes = 64 * 1024;
constexpr std::size_t kErrorBytes = 300;

}    // namespace

Exchange::Exchange(std::uint16_t port, std::string_view request)
    : socket_(connect_to(port)), request_(request) {}

Exchange::Outcome Exchange::begin(std::int64_t intended, Observed& seen) {
    running_ = true;
    intended_ = intended;
    sent_ = 0;
    last_stamp_ = 0;
    saw_byte_ = saw_chunk_ = in_body_ = in_stamp_ = false;
    head_.clear();
    return send_rest() ? Outcome::Running : fail("cannot send", seen);
}

bool Exchange::send_rest() {
    while (running_ && sent_ < request_.size()) {
        const std::ptrdiff_t count = send(socket_.get(), request_.data() + sent_, request_.size() - sent_,
                                          MSG_NOSIGNAL);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        sent_ += static_cast<std::size_t>(count);
    }
    return true;
}

Exchange::Outcome Exchange::advance(Observed& seen) {
    if (!send_rest()) return fail("cannot send", seen);
    return receive(seen);
}

Exchange::Outcome Exchange::receive(Observed& seen) {
    thread_local std::array<char, kScratchBytes> scratch;
    for (;;) {
        const std::ptrdiff_t count = recv(socket_.get(), scratch.data(), scratch.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return running_ ? Outcome::Running : Outcome::Idle;
        if (count <= 0) return fail("the connection was closed", seen);
        if (!running_) return fail("bytes that nobody asked for", seen);
        const std::string_view bytes(scratch.data(), static_cast<std::size_t>(count));
        try {
            if (take(bytes, monotonic_ns(), seen)) {
                running_ = false;
                return Outcome::Done;
            }
        } catch (const std::runtime_error& fault) {
            return fail(fault.what(), seen);
        }
        if (bytes.size() < scratch.size()) return Outcome::Running;
    }
}

// True when the response is complete. A status other than 200 is thrown: what is measured has to be the normal case.
bool Exchange::take(std::string_view bytes, std::int64_t now, Observed& seen) {
    seen.bytes += bytes.size();
    if (!saw_byte_ && seen.recording) seen.first.record(now - intended_);
    saw_byte_ = true;
    if (!in_body_) {
        head_.append(bytes);
        const auto head = parse_head(head_);
        if (!head) return false;
        if (head->status != 200) throw std::runtime_error(head_.substr(0, kErrorBytes));
        bytes.remove_prefix(bytes.size() - (head_.size() - head->size));
        body_ = BodyReader(*head);
        in_body_ = true;
    }
    std::uint64_t stamps = 0;
    while (!bytes.empty() && !body_.done()) {
        const auto [consumed, payload] = body_.next(bytes);
        stamps += find_stamps(payload, now, seen);
        bytes.remove_prefix(consumed);
    }
    seen.chunks += stamps;
    if (stamps > 0) ++seen.reads;
    return body_.done();
}

// A stamp is '@' and digits and may be cut anywhere. Some formats repeat the whole text at the end: only later stamps are new.
std::uint64_t Exchange::find_stamps(std::string_view payload, std::int64_t now, Observed& seen) {
    std::uint64_t found = 0;
    while (!payload.empty()) {
        if (!in_stamp_) {
            const std::size_t at = payload.find('@');
            if (at == std::string_view::npos) break;
            in_stamp_ = true;
            stamp_ = 0;
            payload.remove_prefix(at + 1);
            continue;
        }
        const char c = payload.front();
        if (c >= '0' && c <= '9') {
            stamp_ = stamp_ * 10 + (c - '0');
            payload.remove_prefix(1);
            continue;
        }
        in_stamp_ = false;
        if (stamp_ <= last_stamp_) continue;
        last_stamp_ = stamp_;
        saw_chunk_ = true;
        ++found;
        if (seen.recording) seen.chunk.record(now - stamp_);
    }
    return found;
}

Exchange::Outcome Exchange::fail(std::string_view why, Observed& seen) {
    if (running_ && seen.first_error.empty()) seen.first_error = why;
    running_ = false;
    return Outcome::Failed;
}

}    // namespace opusclaw::bench
