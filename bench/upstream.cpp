// The simulated upstream: see upstream.h. A request's body is read and dropped but for its first and last bytes, where
// "stream" is looked for: parsing 500 KB here would only slow the measurement of others.
#include "upstream.h"

#include <sys/socket.h>

#include <algorithm>

namespace opusclaw::bench {
namespace {

constexpr std::uint64_t kListener = 0;
constexpr std::size_t kScratchBytes = 256 * 1024;
constexpr std::size_t kLookedAt = 1024;    // bytes at either end of a body in which "stream" has to stand

/// `end` becomes the last bytes of a body that has one piece more.
void keep_end(std::string& end, std::string_view piece) {
    end.append(piece.substr(piece.size() - std::min(piece.size(), kLookedAt)));
    if (end.size() > kLookedAt) end.erase(0, end.size() - kLookedAt);
}

}    // namespace

Upstream::Upstream(const UpstreamOptions& options)
    : options_(options),
      tls_(options.tls ? make_server_context() : nullptr),
      listener_(listen_on(options.port)),
      scratch_(kScratchBytes) {
    for (const Format format : {Format::Chat, Format::Messages, Format::Gemini})
        answers_.push_back({json_answer(format, options.body_bytes), StreamAnswer(format)});
    poller_.add(listener_.get(), kListener);
}

void Upstream::run() {
    for (;;) {
        const std::int64_t deadline = turns_.empty() ? -1 : turns_.front().due;
        for (const epoll_event& event : poller_.wait(deadline)) {
            if (event.data.u64 == kListener) {
                accept_all();
            } else {
                serve(event.data.u64);
            }
        }
        run_due_turns();
    }
}

void Upstream::accept_all() {
    for (;;) {
        Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.get() < 0) return;
        set_no_delay(socket.get());
        const std::uint64_t id = next_id_++;
        poller_.add(socket.get(), id);
        connections_.emplace(id, std::make_unique<Connection>(ByteStream(std::move(socket), tls_.get())));
    }
}

void Upstream::serve(std::uint64_t id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    Connection& connection = *found->second;
    if (!flush(connection) || !read_all(id, connection)) {
        connections_.erase(id);
        return;
    }
    if (connection.unsent.empty() && connection.events_left > 0 && !connection.waits_for_turn &&
        !options_.hold) {
        connection.waits_for_turn = true;    // a stream that had been held up by its reader goes on
        turns_.push_back({monotonic_ns() + options_.interval_ns, id});
    }
}

bool Upstream::read_all(std::uint64_t id, Connection& connection) {
    for (;;) {
        const std::ptrdiff_t count = connection.stream.read(scratch_.data(), scratch_.size());
        if (count < 0) return false;
        if (count == 0) return true;
        take(id, connection, {scratch_.data(), static_cast<std::size_t>(count)});
        // With TLS a short read only means the end of a record.
        if (!options_.tls && static_cast<std::size_t>(count) < scratch_.size()) return true;
    }
}

// Takes the head off `bytes`; false when it is not complete yet. Nearly always it arrives in one piece: no copy then.
bool Upstream::take_head(Connection& connection, std::string_view& bytes) {
    const std::size_t before = connection.head.size();
    if (before > 0) connection.head.append(bytes);
    const auto head = parse_head(before > 0 ? std::string_view(connection.head) : bytes);
    if (!head) {
        if (before == 0) connection.head.assign(bytes);
        return false;
    }
    bytes.remove_prefix(head->size - before);
    connection.body = BodyReader(*head);
    connection.format = format_at(head->target);
    connection.streams = wants_stream(head->target);
    connection.body_start.clear();
    connection.body_end.clear();
    connection.in_body = true;
    connection.head.clear();    // last: the target stands in it
    return true;
}

void Upstream::take(std::uint64_t id, Connection& connection, std::string_view bytes) {
    while (!bytes.empty()) {
        if (!connection.in_body && !take_head(connection, bytes)) return;
        while (!bytes.empty() && !connection.body.done()) {
            const auto [consumed, payload] = connection.body.next(bytes);
            const std::size_t room = kLookedAt - connection.body_start.size();
            connection.body_start.append(payload.substr(0, std::min(room, payload.size())));
            keep_end(connection.body_end, payload);
            bytes.remove_prefix(consumed);
        }
        if (connection.body.done()) answer(id, connection);
    }
}

void Upstream::answer(std::uint64_t id, Connection& connection) {
    connection.in_body = false;
    const Answers& answers = answers_in(connection.format);
    if (!connection.streams && !says_stream(connection.body_start) && !says_stream(connection.body_end)) {
        send(connection, answers.json);
        return;
    }
    connection.unsent.append(answers.stream.head());    // leaves with the first event
    connection.events_left = options_.chunks;
    send_event(id, connection);
}

bool Upstream::send(Connection& connection, std::string_view bytes) {
    if (!connection.unsent.empty()) {
        connection.unsent.append(bytes);
        return flush(connection);
    }
    const std::ptrdiff_t count = connection.stream.write(bytes);
    if (count < 0) return false;
    connection.unsent.assign(bytes.substr(static_cast<std::size_t>(count)));
    return connection.unsent.empty() || flush(connection);
}

bool Upstream::flush(Connection& connection) {
    while (!connection.unsent.empty()) {
        const std::ptrdiff_t count = connection.stream.write(connection.unsent);
        if (count < 0) return false;
        if (count == 0) return true;
        connection.unsent.erase(0, static_cast<std::size_t>(count));
    }
    return true;
}

bool Upstream::send_event(std::uint64_t id, Connection& connection) {
    const std::int64_t now = monotonic_ns();
    StreamAnswer& stream = answers_in(connection.format).stream;
    const bool sent = send(connection, stream.event(now));
    if (!sent) return false;
    if (--connection.events_left == 0) return send(connection, stream.tail());
    if (!options_.hold && connection.unsent.empty()) {
        connection.waits_for_turn = true;
        turns_.push_back({now + options_.interval_ns, id});
    }
    return true;
}

void Upstream::run_due_turns() {
    // Those that become due while this runs wait for the next round: reading must not starve.
    const std::int64_t now = monotonic_ns();
    for (std::size_t count = turns_.size(); count > 0 && turns_.front().due <= now; --count) {
        const Turn turn = turns_.front();
        turns_.pop_front();
        const auto found = connections_.find(turn.connection);
        if (found == connections_.end()) continue;
        found->second->waits_for_turn = false;
        if (!send_event(turn.connection, *found->second)) connections_.erase(turn.connection);
    }
}

}    // namespace opusclaw::bench
