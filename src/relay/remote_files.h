// relay/remote_files.h: the files behind the URLs of one request (spec 04 section 22; DESIGN section 4: needs are values): each fetched
// once, however many channels the request goes to, some at the same time. One file: relay/file_download.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dialect/profile.h"
#include "net/client.h"
#include "net/server.h"
#include "relay/file_download.h"
#include "relay/services.h"

namespace opusclaw::relay {

struct FetchFailure {
    std::string url, why;
};
/// Throws Error(InvalidRequest, "convert_request_failed") with what clients of that target are told (spec 06 section 13.2).
[[noreturn]] void refuse_file(const FetchFailure& failure, dialect::Dialect target);
/// A file that cannot be had ends the fetching, or is kept without bytes.
enum class MissingFile { EndsIt, IsEmpty };

/// Lives as long as its request. One loop.
class RemoteFiles {
public:
    static constexpr std::size_t kAtOnce = 10;
    static constexpr std::size_t kMostFilesInFull = 4;    // all together: so many times the limit of one

    /// All outlive it.
    RemoteFiles(net::Client& client, const Services& services, const settings::Settings& settings)
        : client_(client), services_(services), settings_(settings) {}

    const dialect::FetchedFiles& files() const { return files_; }
    /// In Base64.
    std::size_t bytes() const { return bytes_; }
    /// Nobody needs them any more, unless a stream that said nothing is tried elsewhere: then they are fetched again.
    void let_go() {
        files_.clear();
        bytes_ = 0;
    }
    /// Fetches those of `urls` that are not there yet; what is fetched stops when the client leaves. The first that cannot be had,
    /// when that ends it. Throws Error(ClientGone), and what is our own fault.
    Task<std::optional<FetchFailure>> fetch(net::Exchange& exchange, std::vector<std::string> urls,
                                            MissingFile missing);

private:
    struct Round;
    class Running;
    Task<> fetch_some(Round& round);
    Task<> fetch_one(Round& round, const std::string& url);
    Task<std::string> encoded(const Download& download);

    net::Client& client_;
    const Services& services_;
    const settings::Settings& settings_;
    dialect::FetchedFiles files_;
    std::size_t bytes_ = 0;
};

}    // namespace opusclaw::relay
