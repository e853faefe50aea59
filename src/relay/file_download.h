// relay/file_download.h: one file behind a URL that a client named (spec 04 section 22): the addresses that may be fetched, redirects,
// the fetch worker of the options, the limits of size and time. What is done with the file is up to relay/remote_files.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "net/client.h"
#include "net/loop.h"
#include "net/thread_pool.h"
#include "net/timer_wheel.h"
#include "settings/fetch_target.h"
#include "settings/settings.h"

namespace opusclaw::relay {

struct DownloadLimits {
    std::size_t bytes = std::size_t{64} << 20;
    std::chrono::milliseconds time{30'000};    // for all of it, redirects included
};

struct Download {
    std::string mime;
    PaddedBuffer bytes;
    std::string why;       // it is not there, in words for the client; empty: it is
    std::string detail;    // the cause, for the log
};

/// One fetch. Belongs to a loop; lives until run() has returned.
class FileDownload : private net::TimerEntry {
public:
    /// All outlive it.
    struct Parts {
        net::Client& client;
        net::ThreadPool& workers;
        const settings::FetchRules& rules;
        const settings::Settings& settings;    // the fetch worker
        DownloadLimits limits;
        net::CertificateCheck check = net::CertificateCheck::Verify;
    };
    FileDownload(net::Loop& loop, Parts parts, std::string url);

    /// Once. Throws nothing but what is our own fault.
    Task<Download> run();
    /// On the loop: run() ends soon, with nothing.
    void stop() noexcept;

private:
    void expired() override;
    Task<Download> follow();
    Task<Download> by_worker();
    Task<net::Call> get(const settings::FetchTarget& target);
    Task<Download> read(net::Call call, std::string_view path);
    net::Timeouts timeouts() const;
    std::string told(const Error& error) const;

    net::Loop& loop_;
    Parts parts_;
    std::string url_;
    net::Cancel cancel_;
    net::Call* call_ = nullptr;
    bool stopped_ = false, late_ = false;
};

}    // namespace opusclaw::relay
