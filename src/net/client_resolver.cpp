// net/client_resolver.cpp: the cache of names and its single flights. Racing the addresses is client_race.cpp's.
#include "net/client_resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "net/client_errors.h"
#include "net/wake_up.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kMostAddresses = 16;
constexpr std::size_t kSweepAbove = 1024;    // names; then expired ones are dropped

std::optional<IpAddress> address_of(const addrinfo& info) {
    if (info.ai_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, info.ai_addr, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return IpAddress::v4(bytes);
    }
    if (info.ai_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, info.ai_addr, sizeof v6);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return IpAddress::v6(bytes);
    }
    return std::nullopt;
}

}    // namespace

Resolved resolve_by_system(const std::string& name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int problem = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
    if (problem != 0) return {{}, ::gai_strerror(problem)};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    Resolved out;
    for (const addrinfo* at = found; at != nullptr && out.addresses.size() < kMostAddresses;
         at = at->ai_next) {
        const std::optional<IpAddress> address = address_of(*at);
        if (address && std::ranges::find(out.addresses, *address) == out.addresses.end())
            out.addresses.push_back(*address);
    }
    return out;
}

Addresses interleave_families(const Addresses& addresses) {
    if (addresses.empty()) return {};
    Addresses first;
    Addresses second;
    for (const IpAddress& address : addresses)
        (address.is_v4() == addresses.front().is_v4() ? first : second).push_back(address);
    Addresses out;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) out.push_back(first[i]);
        if (i < second.size()) out.push_back(second[i]);
    }
    return out;
}

/// One coroutine that waits for a look-up.
struct Resolver::Waiter {
    explicit Waiter(Loop& on) : loop(on) {}
    Loop& loop;
    WakeUp* wake = nullptr;    // only touched on the loop; null when nobody waits any more
    Resolved result;           // written before the wake-up is posted
};

struct Resolver::Entry {
    Addresses addresses;
    SteadyTime expires{};
    std::vector<std::shared_ptr<Waiter>> waiters;
    enum class State { Empty, LookingUp, Ready } state = State::Empty;
};

/// What look-ups and callers share.
struct Resolver::Book {
    Book(ResolveFunction function, std::chrono::seconds time, const Clock& with)
        : resolve(std::move(function)), keep(time), clock(with) {}

    void look_up(const std::string& host);
    void sweep();

    ResolveFunction resolve;
    std::chrono::seconds keep;
    const Clock& clock;
    std::mutex mutex;
    std::unordered_map<std::string, Entry> entries;
};

/// On a worker.
void Resolver::Book::look_up(const std::string& host) {
    Resolved resolved;
    try {
        resolved = resolve(host);
    } catch (const std::exception& problem) {
        resolved.why = problem.what();
    }
    resolved.addresses = interleave_families(resolved.addresses);
    if (resolved.addresses.empty() && resolved.why.empty()) resolved.why = "no address";
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
        const std::scoped_lock lock(mutex);
        Entry& entry = entries[host];
        waiters = std::move(entry.waiters);
        if (resolved.addresses.empty()) {
            entries.erase(host);
        } else {
            entry.waiters.clear();
            entry.addresses = resolved.addresses;
            entry.expires = clock.steady() + keep;
            entry.state = Entry::State::Ready;
        }
        // Posted under the lock: a waiter that gives up takes the lock to leave, so its loop is still there.
        for (const std::shared_ptr<Waiter>& waiter : waiters) {
            waiter->result = resolved;
            waiter->loop.post([waiter] {
                if (waiter->wake != nullptr) waiter->wake->set();
            });
        }
    }
}

/// Called with the lock held.
void Resolver::Book::sweep() {
    const SteadyTime now = clock.steady();
    std::erase_if(entries, [now](const auto& item) {
        return item.second.state == Entry::State::Ready && item.second.expires <= now;
    });
}

/// A waiter's place in the book for as long as its coroutine waits.
class Resolver::Waiting final : public Stoppable {
public:
    Waiting(Book& book, const std::string& host, std::shared_ptr<Waiter> waiter)
        : book_(book), host_(host), waiter_(std::move(waiter)), wake_(waiter_->loop) {
        waiter_->wake = &wake_;
    }
    ~Waiting() {
        waiter_->wake = nullptr;
        const std::scoped_lock lock(book_.mutex);
        const auto found = book_.entries.find(host_);
        if (found != book_.entries.end()) std::erase(found->second.waiters, waiter_);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    void stop() noexcept override { wake_.set(); }
    Task<> wait() { return wake_.wait(); }

private:
    Book& book_;
    const std::string& host_;
    std::shared_ptr<Waiter> waiter_;
    WakeUp wake_;
};

Resolver::Resolver(ThreadPool& workers, ResolveFunction resolve, std::chrono::seconds keep,
                   const Clock& clock)
    : book_(std::make_shared<Book>(std::move(resolve), keep, clock)), workers_(workers) {}

Task<Addresses> Resolver::resolve(Attempt& attempt, std::string host) {
    if (const std::optional<IpAddress> literal = IpAddress::parse(host)) co_return Addresses{*literal};
    const std::shared_ptr<Book> book = book_;
    const auto waiter = std::make_shared<Waiter>(attempt.loop());
    Waiting waiting(*book, host, waiter);
    {
        const std::scoped_lock lock(book->mutex);
        if (book->entries.size() > kSweepAbove) book->sweep();
        Entry& entry = book->entries[host];
        if (entry.state == Entry::State::Ready && entry.expires > book->clock.steady())
            co_return entry.addresses;
        if (entry.state != Entry::State::LookingUp) {
            if (!workers_.post([book, host] { book->look_up(host); })) {
                book->entries.erase(host);
                throw_error(ErrorKind::Unavailable, "queue_full", "the server is overloaded",
                            "resolving " + host);
            }
            entry.state = Entry::State::LookingUp;
        }
        entry.waiters.push_back(waiter);
    }
    {
        const Attempt::Holding holding(attempt, waiting);
        co_await waiting.wait();
    }
    attempt.check("resolving " + host);
    if (waiter->result.addresses.empty())
        throw_request_failed("cannot resolve " + host + ": " + waiter->result.why);
    co_return waiter->result.addresses;
}

void Resolver::demote(const std::string& host, const IpAddress& address) {
    const std::scoped_lock lock(book_->mutex);
    const auto found = book_->entries.find(host);
    if (found == book_->entries.end()) return;
    Addresses& addresses = found->second.addresses;
    const auto at = std::ranges::find(addresses, address);
    if (at != addresses.end()) std::rotate(at, at + 1, addresses.end());
}

}    // namespace opusclaw::net
