// relay/file_download.cpp: every hop is checked, and goes to the address that was checked. Texts: spec 04 section 22.1; 01 section 17.2.
#include "relay/file_download.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/json/writer.h"
#include "base/url.h"
#include "base/version.h"
#include "relay/file_type.h"

namespace opusclaw::relay {
namespace {

constexpr int kMostRedirects = 10;

Download failed(std::string why) {
    Download download;
    download.why = std::move(why);
    return download;
}

std::string refusal(const settings::FetchTarget& target) { return "request reject: " + target.why; }

/// Where an answer sends its reader, as an absolute URL; nothing: it is no redirect.
std::optional<std::string> redirect_of(const net::ResponseHead& head, const Url& from) {
    if (head.status != 301 && head.status != 302 && head.status != 303 && head.status != 307 &&
        head.status != 308)
        return std::nullopt;
    const auto location = head.headers.find("Location");
    if (!location || location->empty()) return std::nullopt;
    const std::string to(location->substr(0, location->find('#')));
    const std::string origin = from.scheme + "://" + from.authority();
    if (to.starts_with("//")) return from.scheme + ":" + to;
    if (to.starts_with('/')) return origin + to;
    const std::size_t colon = to.find(':');
    if (colon != std::string::npos && colon < to.find_first_of("/?")) return to;
    if (to.starts_with('?')) return origin + (from.path.empty() ? "/" : from.path) + to;
    return origin + from.path.substr(0, from.path.rfind('/') + 1) + (from.path.empty() ? "/" : "") + to;
}

}    // namespace

FileDownload::FileDownload(net::Loop& loop, Parts parts, std::string url)
    : loop_(loop), parts_(parts), url_(std::move(url)) {}

Task<Download> FileDownload::run() {
    Download download;
    try {
        loop_.timers().arm(*this, parts_.limits.time);
        download = co_await (parts_.settings.worker_url.empty() ? follow() : by_worker());
    } catch (const Error& error) {
        download = failed(told(error));
        download.detail = error.what();
    }
    net::TimerWheel::disarm(*this);
    co_return download;
}

void FileDownload::stop() noexcept {
    stopped_ = true;
    cancel_.request();
    if (call_ != nullptr) call_->abort();
}

void FileDownload::expired() {
    late_ = true;
    stop();
}

std::string FileDownload::told(const Error& error) const {
    if (error.code == "body_too_large")
        return fmt::format("file size exceeds maximum allowed size: {}MB", parts_.limits.bytes >> 20);
    if (late_ || error.kind == ErrorKind::UpstreamTimeout) return "failed to download file, it took too long";
    return "failed to download file";
}

net::Timeouts FileDownload::timeouts() const {
    return {.connect = parts_.limits.time, .head = parts_.limits.time, .idle = parts_.limits.time};
}

Task<net::Call> FileDownload::get(const settings::FetchTarget& target) {
    net::HeaderLines headers;
    headers.add("User-Agent", std::string("Opusclaw/").append(version()));
    headers.add("Accept", "*/*");
    net::Target::Parts parts = target.parts;
    parts.check = parts_.check;
    const std::string path = target.url.target();
    if (stopped_) throw_error(ErrorKind::ClientGone, "client_gone", "the download was stopped");
    co_return co_await parts_.client.send(net::Target::make(std::move(parts)),
                                          {.method = "GET", .path = path, .headers = &headers, .body = {}},
                                          timeouts(), &cancel_);
}

Task<Download> FileDownload::follow() {
    std::string url = url_;
    for (int redirects = 0;; ++redirects) {
        const auto target = co_await settings::fetch_target(parts_.rules, url, parts_.workers);
        if (!target.why.empty()) {
            if (redirects == 0 || !target.refused) co_return failed(refusal(target));
            co_return failed(fmt::format("redirect to {} blocked: {}", url, target.why));
        }
        net::Call call = co_await get(target);
        auto next = redirect_of(call.head(), target.url);
        if (!next) co_return co_await read(std::move(call), target.url.path);
        if (redirects == kMostRedirects)
            co_return failed(fmt::format("stopped after {} redirects", kMostRedirects));
        url = std::move(*next);
    }
}

/// The rules hold for the file; where the worker itself is, is the operator's choice.
Task<Download> FileDownload::by_worker() {
    const settings::Settings& settings = parts_.settings;
    const auto target = co_await settings::fetch_target(parts_.rules, url_, parts_.workers);
    if (!target.why.empty()) co_return failed(refusal(target));
    if (target.url.scheme != "https" && !settings.worker_allow_http_image_request_enabled)
        co_return failed("only support https url");
    const auto worker = parse_url(join_url(settings.worker_url, "") + "/");
    if (!worker || (worker->scheme != "http" && worker->scheme != "https")) {
        Download download = failed("failed to download file");
        download.detail = "WorkerUrl is no http URL";
        co_return download;
    }
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("url", url_).member("key", settings.worker_valid_key).end_object();
    net::HeaderLines headers;
    headers.add("Content-Type", "application/json");
    const net::Target::Parts parts{.tls = worker->scheme == "https",
                                   .host = worker->host,
                                   .port = worker->port,
                                   .proxy = std::nullopt,
                                   .check = parts_.check,
                                   .address = {}};
    const std::string path = worker->target();
    const std::string_view body[] = {text};
    if (stopped_) throw_error(ErrorKind::ClientGone, "client_gone", "the download was stopped");
    net::Call call = co_await parts_.client.send(
        net::Target::make(parts), {.method = "POST", .path = path, .headers = &headers, .body = body},
        timeouts(), &cancel_);
    co_return co_await read(std::move(call), target.url.path);
}

Task<Download> FileDownload::read(net::Call call, std::string_view path) {
    const net::ResponseHead& head = call.head();
    if (head.status != 200)
        co_return failed(fmt::format("failed to download file, status code: {}", head.status));
    const std::string type(head.headers.find("Content-Type").value_or(""));
    const std::string disposition(head.headers.find("Content-Disposition").value_or(""));
    Download download;
    call_ = &call;
    try {
        if (stopped_) throw_error(ErrorKind::ClientGone, "client_gone", "the download was stopped");
        co_await call.read_all(download.bytes, parts_.limits.bytes);
    } catch (...) {
        call_ = nullptr;
        throw;
    }
    call_ = nullptr;
    download.mime = file_type({.content_type = type,
                               .content_disposition = disposition,
                               .path = path,
                               .bytes = download.bytes.view()});
    co_return download;
}

}    // namespace opusclaw::relay
