// relay/remote_files.cpp: a round of downloads: as many coroutines as may fetch at once take the URLs in their order.
#include "relay/remote_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/log.h"

namespace opusclaw::relay {

struct RemoteFiles::Round {
    Round(net::Loop& on, settings::FetchRules by, std::vector<std::string> wanted, MissingFile kind)
        : loop(on), rules(std::move(by)), urls(std::move(wanted)), missing(kind) {}

    net::Loop& loop;
    settings::FetchRules rules;
    std::vector<std::string> urls;
    MissingFile missing;
    std::size_t next = 0;
    std::vector<FileDownload*> running;
    std::optional<FetchFailure> failure;
    std::exception_ptr fault;    // our own
    bool stopped = false;

    void stop() {
        stopped = true;
        for (FileDownload* const download : running) download->stop();
    }
};

/// A download that can be stopped, as long as it lives.
class RemoteFiles::Running {
public:
    Running(Round& round, FileDownload& download) : round_(round), download_(download) {
        round_.running.push_back(&download_);
    }
    ~Running() { std::erase(round_.running, &download_); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    Round& round_;
    FileDownload& download_;
};

Task<std::optional<FetchFailure>> RemoteFiles::fetch(net::Exchange& exchange, std::vector<std::string> urls,
                                                     MissingFile missing) {
    // What one target can do without another may need.
    std::erase_if(urls, [this, missing](const std::string& url) {
        const auto kept = files_.find(url);
        return kept != files_.end() && (missing == MissingFile::IsEmpty || !kept->second.base64.empty());
    });
    Round round(exchange.loop(), settings::FetchRules::of(settings_), std::move(urls), missing);
    Round* const watched = &round;
    const net::ClientWatch watch(exchange, [watched] { watched->stop(); });
    net::TaskGroup tasks(round.loop);
    for (std::size_t count = std::min(kAtOnce, round.urls.size()); count > 0; --count)
        tasks.start(fetch_some(round));
    co_await tasks.join();
    if (exchange.client_gone())
        throw_error(ErrorKind::ClientGone, "client_gone", "the client left while files were fetched");
    if (round.fault) std::rethrow_exception(round.fault);
    co_return std::move(round.failure);
}

Task<> RemoteFiles::fetch_some(Round& round) {
    while (!round.stopped && round.next < round.urls.size()) {
        const std::string& url = round.urls[round.next++];
        try {
            co_await fetch_one(round, url);
            continue;
        } catch (...) {
            round.fault = std::current_exception();
        }
        round.stop();
    }
}

Task<> RemoteFiles::fetch_one(Round& round, const std::string& url) {
    const settings::EnvironmentSettings& environment = services_.environment;
    const bool skip = environment.tls_insecure_skip_verify;
    const std::size_t limit = environment.file_download_bytes;
    FileDownload fetching(round.loop,
                          {.client = client_,
                           .workers = services_.workers,
                           .rules = round.rules,
                           .settings = settings_,
                           .limits = {.bytes = limit},
                           .check = skip ? net::CertificateCheck::Skip : net::CertificateCheck::Verify},
                          url);
    Download download;
    {
        const Running running(round, fetching);
        download = co_await fetching.run();
    }
    if (round.stopped) co_return;
    dialect::FetchedFile file;
    if (download.why.empty()) {
        std::string base64 = co_await encoded(download);
        file = {.mime = download.mime, .base64 = std::move(base64)};
        if (bytes_ + file.base64.size() > kMostFilesInFull * (limit + limit / 2))
            download.why = fmt::format("the files exceed the maximum allowed size together: {}MB",
                                       kMostFilesInFull * limit >> 20);
    }
    if (!download.why.empty()) {
        if (!download.detail.empty()) log::debug("a file was not fetched: {}", download.detail);
        if (round.missing == MissingFile::EndsIt) {
            if (!round.failure) round.failure = FetchFailure{url, std::move(download.why)};
            round.stop();
            co_return;
        }
        file = {};
    }
    bytes_ += file.base64.size();
    files_.insert_or_assign(url, std::move(file));
}

Task<std::string> RemoteFiles::encoded(const Download& download) {
    constexpr std::size_t kOnLoop = std::size_t{256} << 10;
    const auto work = [&download] { return crypto::base64_encode(download.bytes.view()); };
    if (download.bytes.size() <= kOnLoop) co_return work();
    co_return co_await services_.workers.run(work);
}

void refuse_file(const FetchFailure& failure, dialect::Dialect target) {
    constexpr std::size_t kShown = 100;
    std::string text = "get file data";
    if (target == dialect::Dialect::Gemini) {
        const bool cut = failure.url.size() > kShown;
        text.append(" from '").append(failure.url.substr(0, kShown)).append(cut ? "...'" : "'");
    }
    throw_error(ErrorKind::InvalidRequest, "convert_request_failed", text + " failed: " + failure.why);
}

}    // namespace opusclaw::relay
