// bench_flusher: what a log row costs the flusher, on whatever database it is given: settles as the relay does, applies as the
// gateway does, and prints CPU time and rate as lines of JSON. Unlike the load generator it is made of the gateway's own parts.
#include <time.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>

#include "base/ids.h"
#include "base/log.h"
#include "base/time.h"
#include "billing/flusher.h"
#include "flags.h"
#include "net/completion.h"
#include "net/loop.h"
#include "store/channels.h"
#include "store/journal_cursors.h"

namespace {

using namespace opusclaw;

// As the relay writes it for an ordinary request.
constexpr std::string_view kOther =
    R"({"model_ratio":1.25,"group_ratio":1,"completion_ratio":4,"cache_tokens":0,"cache_ratio":0.5,"model_price":-1,)"
    R"("user_group_ratio":-1,"frt":412,"request_path":"/v1/chat/completions","request_conversion":["OpenAI Compatible"],)"
    R"("billing_source":"wallet","stream_status":{"status":"ok","end_reason":"done"},"admin_info":{"use_channel":["3"]}})";
constexpr std::int64_t kChannels = 10, kModels = 8, kModelsOfUser = 3, kChannelsOfModel = 2,
                       kBalance = 2'000'000'000, kNanoseconds = 1'000'000'000;
constexpr std::int64_t kGroupOfFill = 2000;

std::int64_t cpu_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * kNanoseconds + time.tv_nsec;
}

/// The parts of a gateway that have to do with money.
class Subject {
public:
    Subject(const std::string& dsn, const std::string& folder, std::int64_t users)
        : database_({.dsn = dsn, .sqlite_path = folder + "/one-api.db", .readers = 1}),
          journal_({.folder = folder + "/journal", .loops = 1}),
          ledger_(database_, journal_, system_clock()),
          flusher_(loops_[0], database_, journal_, ledger_),
          users_(users) {
        loops_.start();
        store::migrate(database_);
        database_.write_now([this](store::Transaction& tx) { make_people(tx); });
        flusher_.recover();
    }
    void stop() {
        flusher_.stop();
        loops_.stop();
    }
    void settle(std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) settle_one();
    }
    /// Applies all that was settled, and brings the database to the disk whenever a segment may go.
    void apply() {
        while (flusher_.step()) {}
        store::JournalStream& stream = *journal_.streams()[0];
        const auto free = stream.passed(stream.written());
        if (free.empty()) return;
        const net::Completion done;
        database_.post_checkpoint([&done](bool) { done.finish(); });
        done.wait();
        stream.remove(free);
    }
    /// Throws std::runtime_error when not all of it is in the database. Not within a measurement: a gateway does not ask.
    void check() {
        const store::JournalStream& stream = *journal_.streams()[0];
        std::int64_t stored = 0;
        database_.read_now(
            [&](store::Reader& db) { stored = store::find_cursor(db, stream.id()).value_or(0); });
        if (static_cast<std::uint64_t>(stored) != stream.written())
            throw std::runtime_error("the database has not taken everything");
    }
    std::int64_t rows() {
        std::int64_t found = 0;
        database_.read_now(
            [&](store::Reader& db) { found = db.integer(R"(SELECT COUNT(*) FROM "logs")").value_or(0); });
        return found;
    }

private:
    void make_people(store::Transaction& tx) {
        for (std::int64_t i = 0; i < kChannels; ++i) {
            store::ChannelRow channel;
            channel.name = "channel";
            channel.key = "key";
            store::insert_channel(tx, channel);
        }
        for (std::int64_t i = 0; i < users_; ++i) {
            store::UserRow user;
            user.username = "user" + std::to_string(i);
            user.quota = kBalance;
            user.aff_code = random_alphanumeric(16);
            store::TokenRow token;
            token.user_id = store::insert_user(tx, user);
            token.key = random_alphanumeric(48);
            token.remain_quota = kBalance;
            store::insert_token(tx, token);
        }
    }
    void settle_one() {
        const std::int64_t user = 1 +
                                  static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(users_));
        // A user has a few models, a model a few channels.
        const std::int64_t model = (user + static_cast<std::int64_t>(random_() % kModelsOfUser)) % kModels;
        const std::int64_t channel = 1 + (model + static_cast<std::int64_t>(random_() % kChannelsOfModel)) %
                                             kChannels;
        const std::int64_t now = to_unix(system_clock().unix_now()),
                           quota = 100 + static_cast<std::int64_t>(random_() % 900);
        billing::Settlement settlement{.user = UserId{user},
                                       .token = TokenId{user},
                                       .channel = ChannelId{channel},
                                       .amount = Quota{quota},
                                       .in_quota_data = true,
                                       .now = now};
        settlement.log = store::LogRow{.user_id = user,
                                       .created_at = now,
                                       .type = static_cast<std::int64_t>(store::LogType::Consume),
                                       .username = "user" + std::to_string(user - 1),
                                       .token_name = "default",
                                       .model_name = "model-" + std::to_string(model),
                                       .quota = quota,
                                       .prompt_tokens = 1200,
                                       .completion_tokens = 300,
                                       .use_time = 2,
                                       .is_stream = true,
                                       .channel_id = channel,
                                       .token_id = user,
                                       .group = "default",
                                       .ip = "203.0.113.7",
                                       .request_id = make_request_id(),
                                       .other = std::string(kOther)};
        ledger_.settle({}, std::move(settlement));
    }

    net::Loops loops_{1};
    store::Database database_;
    store::Journal journal_;
    billing::Ledger ledger_;
    billing::Flusher flusher_;
    std::int64_t users_;
    std::mt19937_64 random_{1};    // the same rows each time
};

/// Settles and applies groups of that size; one line of JSON. CPU is that of all threads but this one.
void measure(Subject& subject, std::int64_t group, std::int64_t rows) {
    std::int64_t cpu = 0, wall = 0, settling = 0, done = 0;
    for (; done < rows; done += group) {
        const std::int64_t before = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
        subject.settle(group);
        const std::int64_t settled = cpu_ns(CLOCK_THREAD_CPUTIME_ID), all = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
        const auto begin = std::chrono::steady_clock::now();
        subject.apply();
        const auto elapsed = std::chrono::steady_clock::now() - begin;
        wall += std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
        settling += settled - before;
        cpu += (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - all) - (cpu_ns(CLOCK_THREAD_CPUTIME_ID) - settled);
    }
    subject.check();
    constexpr double kMicro = 1000.0, kSecond = 1e9;
    const auto per_row = [done](std::int64_t ns) {
        return static_cast<double>(ns) / kMicro / static_cast<double>(done);
    };
    std::cout << R"({"group":)" << group << R"(,"rows":)" << done << R"(,"cpu_us":)" << per_row(cpu)
              << R"(,"settle_us":)" << per_row(settling) << R"(,"rate":)"
              << static_cast<double>(done) * kSecond / static_cast<double>(wall) << "}" << std::endl;
}

int run(const bench::Flags& flags) {
    flags.only({"dsn", "folder", "users", "fill", "rows", "group"});
    log::start(log::Level::Error, std::nullopt);
    Subject subject(flags.text("dsn", ""), flags.text("folder", "."), flags.number("users", 20));
    for (std::int64_t left = flags.number("fill", 0); left > 0; left -= kGroupOfFill) {
        subject.settle(kGroupOfFill);
        subject.apply();
    }
    subject.check();
    std::cout << R"({"there":)" << subject.rows() << "}" << std::endl;
    for (const std::string& group : flags.all("group"))
        measure(subject, std::stoll(group), flags.number("rows", 20'000));
    subject.stop();
    return 0;
}

}    // namespace

int main(int count, char** arguments) {
    try {
        return run(opusclaw::bench::Flags(count, arguments));
    } catch (const std::exception& fault) {
        std::cerr << "bench_flusher: " << fault.what() << '\n';
        return 1;
    }
}
