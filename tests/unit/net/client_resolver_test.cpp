// Tests of the cache of names: one look-up at a time, expiry, demotion, failures (net/client_resolver.h).
#include "net/client_resolver.h"

#include <atomic>
#include <condition_variable>

#include "base/error.h"
#include "on_loop.h"

namespace opusclaw::net {
namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

/// A resolver function that counts, and answers when allowed to.
class Names {
public:
    Resolved operator()(const std::string& name) {
        ++asked_;
        std::unique_lock lock(mutex_);
        open_.wait(lock, [this] { return !held_; });
        if (name == "none.test") return {{}, "no such name"};
        return {addresses_, {}};
    }
    void hold() {
        const std::scoped_lock lock(mutex_);
        held_ = true;
    }
    void release() {
        const std::scoped_lock lock(mutex_);
        held_ = false;
        open_.notify_all();
    }
    int asked() const { return asked_; }
    void answer(Addresses addresses) { addresses_ = std::move(addresses); }

private:
    std::atomic<int> asked_{0};
    std::mutex mutex_;
    std::condition_variable open_;
    bool held_ = false;
    Addresses addresses_{ip("10.0.0.1"), ip("10.0.0.2")};
};

struct ResolverTest {
    explicit ResolverTest(std::size_t queue = 100)
        : workers({.name = "names", .threads = 1, .queue = queue}) {}
    ~ResolverTest() { names.release(); }
    ManualClock clock;
    Names names;
    ThreadPool workers;
    Resolver resolver{workers, std::ref(names), std::chrono::seconds(60), clock};
};

Task<> resolve_into(Loop& loop, Resolver& resolver, std::string host, Addresses& out) {
    Attempt attempt(loop, nullptr);
    out = co_await resolver.resolve(attempt, std::move(host));
}

Task<Addresses> resolve(Loop& loop, ResolverTest& test, std::string host) {
    Addresses out;
    co_await resolve_into(loop, test.resolver, std::move(host), out);
    co_return out;
}

Task<std::optional<Error>> failure(Loop& loop, ResolverTest& test, std::string host) {
    try {
        co_await resolve(loop, test, std::move(host));
    } catch (const Error& error) {
        co_return error;
    }
    co_return std::nullopt;
}

TEST(InterleaveFamilies, TakesThemInTurnStartingWithTheFirst) {
    const Addresses mixed = {ip("::1"), ip("::2"), ip("::3"), ip("10.0.0.1"), ip("10.0.0.2")};
    EXPECT_EQ(interleave_families(mixed),
              (Addresses{ip("::1"), ip("10.0.0.1"), ip("::2"), ip("10.0.0.2"), ip("::3")}));
    const Addresses four = {ip("10.0.0.1"), ip("10.0.0.2"), ip("::1")};
    EXPECT_EQ(interleave_families(four), (Addresses{ip("10.0.0.1"), ip("::1"), ip("10.0.0.2")}));
    EXPECT_TRUE(interleave_families({}).empty());
}

TEST(SystemResolver, KnowsLocalhostAndSaysWhyItKnowsNot) {
    const Resolved found = resolve_by_system("localhost");
    EXPECT_FALSE(found.addresses.empty()) << found.why;
    const Resolved missing = resolve_by_system("name with blanks");
    EXPECT_TRUE(missing.addresses.empty());
    EXPECT_FALSE(missing.why.empty());
}

TEST(Resolver, AsksNobodyForLiterals) {
    ResolverTest test;
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            EXPECT_EQ(co_await resolve(loop, with, "10.9.8.7"), Addresses{ip("10.9.8.7")});
            EXPECT_EQ(co_await resolve(loop, with, "::1"), Addresses{ip("::1")});
        },
        test);
    EXPECT_EQ(test.names.asked(), 0);
}

TEST(Resolver, KeepsAnAnswerUntilItExpires) {
    ResolverTest test;
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            const Addresses first = co_await resolve(loop, with, "a.test");
            EXPECT_EQ(first, (Addresses{ip("10.0.0.1"), ip("10.0.0.2")}));
            with.clock.advance(std::chrono::seconds(59));
            EXPECT_EQ(co_await resolve(loop, with, "a.test"), first);
            EXPECT_EQ(with.names.asked(), 1);
            with.names.answer({ip("10.0.0.3")});
            with.clock.advance(std::chrono::seconds(2));
            EXPECT_EQ(co_await resolve(loop, with, "a.test"), Addresses{ip("10.0.0.3")});
            EXPECT_EQ(with.names.asked(), 2);
        },
        test);
}

TEST(Resolver, AsksOnceForAllWhoWait) {
    ResolverTest test;
    test.names.hold();
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            std::vector<Addresses> found(10);
            TaskGroup group(loop);
            for (Addresses& out : found) group.start(resolve_into(loop, with.resolver, "a.test", out));
            with.names.release();
            co_await group.join();
            for (const Addresses& out : found) EXPECT_EQ(out.size(), 2U);
            EXPECT_EQ(with.names.asked(), 1);
        },
        test);
}

TEST(Resolver, ServesWaitersOfSeveralLoops) {
    ResolverTest test;
    test.names.hold();
    std::vector<Addresses> found(4);
    std::vector<std::thread> threads;
    for (Addresses& out : found) {
        threads.emplace_back([&test, &out] {
            on_loop([](Loop& loop, ResolverTest& with,
                       Addresses& into) -> Task<> { into = co_await resolve(loop, with, "a.test"); },
                    test, out);
        });
    }
    test.names.release();
    for (std::thread& thread : threads) thread.join();
    for (const Addresses& out : found) EXPECT_EQ(out.size(), 2U);
    EXPECT_EQ(test.names.asked(), 1);
}

TEST(Resolver, TriesAFailedAddressLast) {
    ResolverTest test;
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            co_await resolve(loop, with, "a.test");
            with.resolver.demote("a.test", ip("10.0.0.1"));
            with.resolver.demote("unknown.test", ip("10.0.0.1"));
            EXPECT_EQ(co_await resolve(loop, with, "a.test"), (Addresses{ip("10.0.0.2"), ip("10.0.0.1")}));
        },
        test);
}

TEST(Resolver, AFailureIsAnErrorAndIsNotKept) {
    ResolverTest test;
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            for (int round = 1; round <= 2; ++round) {
                const auto error = co_await failure(loop, with, "none.test");
                EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamBroken &&
                            error->code == "do_request_failed");
                if (error) EXPECT_NE(error->detail.find("no such name"), std::string::npos);
                EXPECT_EQ(with.names.asked(), round);
            }
        },
        test);
}

TEST(Resolver, AFullQueueIsUnavailable) {
    ResolverTest test(1);
    test.names.hold();
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            TaskGroup group(loop);
            std::vector<Addresses> found(2);
            group.start(resolve_into(loop, with.resolver, "a.test", found[0]));
            while (with.names.asked() == 0) std::this_thread::yield();
            group.start(resolve_into(loop, with.resolver, "b.test", found[1]));
            const auto error = co_await failure(loop, with, "c.test");
            EXPECT_TRUE(error && error->kind == ErrorKind::Unavailable);
            with.names.release();
            co_await group.join();
            EXPECT_EQ(found[1].size(), 2U);
            EXPECT_EQ((co_await resolve(loop, with, "c.test")).size(), 2U);
        },
        test);
}

TEST(Resolver, AWaiterMayGiveUpAndItsLoopEndBeforeTheAnswer) {
    ResolverTest test;
    test.names.hold();
    on_loop(
        [](Loop& loop, ResolverTest& with) -> Task<> {
            Attempt attempt(loop, nullptr);
            attempt.limit(std::chrono::milliseconds(1));
            std::optional<ErrorKind> kind;
            try {
                co_await with.resolver.resolve(attempt, "a.test");
            } catch (const Error& error) {
                kind = error.kind;
            }
            EXPECT_EQ(kind, ErrorKind::UpstreamTimeout);
        },
        test);
    test.names.release();
    test.workers.stop();
    EXPECT_EQ(test.names.asked(), 1);
}

}    // namespace
}    // namespace opusclaw::net
