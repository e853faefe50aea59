// app/application.cpp: what is made when, from what, and in which order it goes again.
#include "app/application.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "api/chart_keeper.h"
#include "app/entry.h"
#include "app/jobs.h"
#include "base/crypto.h"
#include "base/environment.h"
#include "base/json/writer.h"
#include "base/log.h"
#include "base/version.h"
#include "billing/notices.h"
#include "relay/access_tokens.h"
#include "relay/auto_disabler.h"
#include "relay/channel_test_run.h"
#include "relay/channel_test_schedule.h"
#include "relay/model_limits.h"
#include "store/database.h"
#include "store/journal.h"

namespace opusclaw::app {
namespace {

constexpr std::string_view kTrustedByDefault =
    "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7,169.254.0.0/16,fe80::/10";

std::string session_secret(const settings::EnvironmentSettings& environment) {
    if (environment.session_secret == "random_string") {
        throw std::runtime_error(
            "SESSION_SECRET is still the placeholder random_string: please set it to a random text / "
            "SESSION_SECRET 仍为占位值 random_string，请改为随机字符串");
    }
    if (environment.session_secret) return *environment.session_secret;
    log::warning("SESSION_SECRET is not set: everybody has to sign in again after each start");
    constexpr std::size_t kBytes = 32;
    return crypto::random_bytes(kBytes);
}

unsigned loop_count(unsigned wanted) {
    constexpr unsigned kMost = 256;
    if (wanted > 0) return std::min(wanted, kMost);
    return std::max(1U, std::thread::hardware_concurrency());
}

/// The body of answers to requests that never became one, whoever they were for.
std::string refusal_body(const net::Refusal& refusal) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object()
        .key("error")
        .begin_object()
        .member("message", refusal.message)
        .member("type", "new_api_error");
    writer.member("param", "").member("code", refusal.code).end_object().end_object();
    return body;
}

net::ClientOptions client_options(const settings::EnvironmentSettings& environment) {
    net::ClientOptions options;
    options.max_idle = environment.relay_max_idle_connections;
    options.max_idle_per_target = environment.relay_max_idle_connections_per_host;
    return options;
}

/// A few readers do what a pool of hundreds does elsewhere: the hot path asks no database. All stay open, so that both limits
/// of a pool, of open ones and of idle ones, bound them with the writer.
store::DatabaseOptions database_options(const settings::EnvironmentSettings& environment) {
    constexpr std::size_t kSqliteReaders = 2, kServerReaders = 8;
    const bool sqlite = environment.sql_dsn.empty() || environment.sql_dsn.starts_with("local");
    const std::size_t allowed =
        std::max<std::size_t>(std::min(environment.sql_max_open, environment.sql_max_idle), 2) - 1;
    return {.dsn = environment.sql_dsn,
            .sqlite_path = environment.sqlite_path,
            .readers = std::min(sqlite ? kSqliteReaders : kServerReaders, allowed),
            .log_dsn = environment.log_sql_dsn,
            .lifetime = environment.sql_lifetime};
}

Task<> sweep_limits(api::RateLimits& limits) {
    limits.sweep(system_clock().steady());
    co_return;
}

store::JournalOptions journal_options(const settings::EnvironmentSettings& settings, std::size_t loops) {
    constexpr std::size_t kKibi = 1024;
    std::filesystem::path folder = settings.journal_folder;
    if (folder.empty()) folder = store::default_journal_folder(settings.sql_dsn, settings.sqlite_path);
    return {.folder = folder.string(),
            .loops = loops,
            .segment_bytes = settings.journal_segment_kb * kKibi,
            .most_bytes = settings.journal_max_mb * kKibi * kKibi};
}

}    // namespace

/// In the order in which they are made; they go in the opposite one.
struct Application::Parts {
    Parts(const Options& options, const Surroundings& surroundings)
        : settings_environment(surroundings.settings),
          database(database_options(settings_environment)),
          settings(database),
          sessions(session_secret(settings_environment)),
          directory(database, system_clock(), settings_environment.sync_period),
          catalog(database, target_options()),
          loops(loop_count(settings_environment.loops)),
          workers({.name = "worker", .threads = 2, .queue = 1024}),
          journal(journal_options(settings_environment, loops.size())),
          ledger(database, journal, system_clock()),
          flusher(loops[0], database, journal, ledger),
          client_shared(net::Client::share(client_options(settings_environment), workers)),
          relay_services{settings, settings_environment, directory,           catalog, ledger,
                         workers,  system_clock(),       surroundings.version},
          api_services{database,
                       settings,
                       settings_environment,
                       directory,
                       sessions,
                       catalog,
                       ledger,
                       flusher,
                       workers,
                       system_clock(),
                       surroundings.version,
                       to_unix(system_clock().unix_now())},
          disabler(loops[0], database, catalog, system_clock()),
          notices(loops[0], client_shared,
                  {database, settings, settings_environment, workers, system_clock()}),
          channel_tests(loops[0], client_shared, relay_services, database),
          test_schedule(relay_services, database,
                        [this](auto user) { return channel_tests.start(std::move(user)); }),
          jobs(loops[0], settings_environment, {database, settings, catalog}),
          port(settings_environment.port.value_or(options.port)) {
        api_services.channel_tests = &channel_tests;
        api_services.journal = &journal;
        flusher.carry(*api_services.outbox);
        relay_services.disabler = &disabler;
        relay_services.notices = &notices;
        disabler.tell(notices);
        relay_services.model_limits = &model_limits;
        relay_services.tokens = &access_tokens;
        if (settings_environment.is_slave)
            store::require_migrated(database);
        else
            store::migrate(database);
        settings.load();
        catalog.load();
        for (std::size_t index = 0; index < loops.size(); ++index) {
            entries.push_back(
                std::make_unique<Entry>(relay_services, api_services, loops[index], client_shared));
        }
    }

    catalog::TargetOptions target_options() const {
        return {.skip_certificate_check = settings_environment.tls_insecure_skip_verify,
                .http_proxy = settings_environment.http_proxy,
                .https_proxy = settings_environment.https_proxy,
                .no_proxy = settings_environment.no_proxy,
                .api_version = settings_environment.azure_default_api_version,
                .messages_models = std::make_shared<const std::vector<std::string>>(
                    settings_environment.ali_anthropic_messages_models)};
    }
    net::ServerOptions server_options();
    void add_jobs();

    settings::EnvironmentSettings settings_environment;
    store::Database database;
    settings::SettingsStore settings;
    account::Sessions sessions;
    account::Directory directory;
    catalog::Catalog catalog;
    net::Loops loops;
    net::ThreadPool workers;
    store::Journal journal;
    billing::Ledger ledger;
    billing::Flusher flusher;
    std::shared_ptr<net::ClientShared> client_shared;
    relay::Services relay_services;
    api::Services api_services;
    relay::AutoDisabler disabler;
    billing::Notices notices;
    relay::ModelLimits model_limits;
    relay::AccessTokens access_tokens;
    relay::ChannelTestRun channel_tests;
    relay::ChannelTestSchedule test_schedule;
    api::ChartKeeper chart_keeper{database, system_clock()};
    Jobs jobs;
    std::uint16_t port;
    std::vector<std::unique_ptr<Entry>> entries;
    std::unique_ptr<net::Server> server;
};

net::ServerOptions Application::Parts::server_options() {
    net::ServerOptions options;
    options.port = port;
    const std::string trusted = settings_environment.trusted_proxies.value_or(std::string(kTrustedByDefault));
    options.trust_every_peer = trusted == "*";
    options.trusted_proxies = IpList::parse(options.trust_every_peer ? "" : trusted);
    options.workers = &workers;
    options.refusal_body = refusal_body;
    const std::string& certificate = settings_environment.tls_certificate_file;
    const std::string& key = settings_environment.tls_key_file;
    if (!certificate.empty())
        options.tls = net::TlsServerFiles{.certificate = certificate, .key = key.empty() ? certificate : key};
    return options;
}

/// What one node does for all is a master's (spec 01 section 13.4).
void Application::Parts::add_jobs() {
    jobs.every(api::RateLimits::kBetweenSweeps, [this] { return sweep_limits(*api_services.rate_limits); });
    jobs.every(billing::Notices::kBetweenSteps, [this] { return notices.step(); });
    if (settings_environment.is_slave) return;
    jobs.every(api::ChartKeeper::kBetweenSteps, [this] { return chart_keeper.step(); });
    jobs.every(relay::ChannelTestSchedule::kBetweenSteps, [this] { return test_schedule.step(); });
    jobs.also([this] {
        return api_services.pricing_cache->create_missing_vendors(
            {database, settings, catalog, system_clock()});
    });
}

Surroundings read_surroundings() {
    Environment environment = Environment::of_process();
    environment.load_file(".env");
    if (const auto zone = environment.text("TZ")) {
        setenv("TZ", zone->c_str(), 1);    // where the C library looks for it; no other thread runs yet
        tzset();
    }
    Surroundings found;
    try {
        found.settings = settings::read_environment(environment);
    } catch (const std::runtime_error& error) {
        // Told behind the warnings, and to nobody who asks for the version.
        found.problem = error.what();
    }
    found.warnings = environment.warnings();
    found.version = environment.text("VERSION").value_or(std::string(version()));
    return found;
}

Application::Application(const Options& options, const Surroundings& surroundings) {
    log::start(surroundings.settings.debug ? log::Level::Debug : log::Level::Info, options.log_directory);
    log::info("Opusclaw {} starts", surroundings.version);
    // Before what may fail: a start that fails shows them, too.
    for (const std::string& warning : surroundings.warnings) log::warning("{}", warning);
    if (!surroundings.settings.redis_address.empty())
        log::warning("REDIS_CONN_STRING is set, but limits and caches of this version are each node's own");
    if (!surroundings.problem.empty()) throw std::runtime_error(surroundings.problem);
    parts_ = std::make_unique<Parts>(options, surroundings);
}

Application::~Application() = default;

void Application::start() {
    Parts& parts = *parts_;
    // The port first: what can still fail must fail before anything runs.
    parts.server = std::make_unique<net::Server>(
        parts.loops, parts.server_options(), [&parts](net::Loop& loop) {
            Entry* const entry = parts.entries[loop.index()].get();
            return [entry](net::Exchange& exchange) { return entry->handle(exchange); };
        });
    parts.flusher.recover();
    parts.loops.start();
    parts.flusher.start();
    parts.add_jobs();
    Jobs* const jobs = &parts.jobs;
    parts.loops[0].post([jobs] { jobs->start(); });
    parts.server->start();
    log::info("listening on port {}", parts.server->port());
}

void Application::stop() {
    Parts& parts = *parts_;
    log::info("stopping");
    parts.api_services.log_cleanup->stop();
    parts.server->drain(parts.settings_environment.drain_period);
    // First, or the jobs wait for a receiver that never answers.
    parts.loops[0].post([&parts] { parts.notices.ask_to_stop(); });
    net::run_and_wait(parts.loops[0], parts.jobs.stop());
    net::run_and_wait(parts.loops[0], parts.test_schedule.stop());
    net::run_and_wait(parts.loops[0], parts.channel_tests.stop());
    net::run_and_wait(parts.loops[0], parts.disabler.stop());
    net::run_and_wait(parts.loops[0], parts.notices.stop());
    parts.flusher.stop();
    parts.workers.stop();
    parts.loops.stop();
    log::info("stopped");
    log::flush();
}

}    // namespace opusclaw::app
