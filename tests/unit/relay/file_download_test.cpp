// Tests of relay/file_download.h: limits, redirects, refused addresses and the fetch worker (spec 04 section 22; 01 section 17).
#include "relay/file_download.h"

#include <gtest/gtest.h>

#include "unit/net/client_server.h"

namespace opusclaw::relay {
namespace {

using net::RawServer;

/// Everything on loopback may be fetched unless a test says otherwise.
struct Fetching {
    Fetching() {
        rules.allow_private = true;
        rules.ports.clear();
    }
    Download run(const std::string& url) {
        Download download;
        net::on_loop(
            [](net::Loop& loop, Fetching* self, std::string text, Download* out) -> Task<> {
                net::Client client(loop, self->shared, net::IdleConnections::Close);
                FileDownload fetching(loop,
                                      {.client = client,
                                       .workers = self->workers,
                                       .rules = self->rules,
                                       .settings = self->settings,
                                       .limits = self->limits},
                                      std::move(text));
                *out = co_await fetching.run();
            },
            this, url, &download);
        return download;
    }
    std::string why(const std::string& url) { return run(url).why; }

    settings::FetchRules rules;
    settings::Settings settings;
    DownloadLimits limits{.bytes = std::size_t{1} << 20, .time = net::kTestPatience};
    net::ThreadPool workers{{.name = "worker", .threads = 1, .queue = 16}};
    std::shared_ptr<net::ClientShared> shared = net::Client::share({},
                                                                   workers);    // reads the system's roots
};

std::string url_of(const RawServer& server, std::string_view path = "/") {
    return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(path);
}

std::string answer(std::string_view headers, std::string_view body) {
    return "HTTP/1.1 200 OK\r\n" + std::string(headers) + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

std::string redirect(std::string_view to) {
    return "HTTP/1.1 302 Found\r\nLocation: " + std::string(to) + "\r\nContent-Length: 0\r\n\r\n";
}

TEST(FileDownload, GivesBytesAndType) {
    std::string request;
    const RawServer server({[&request](net::RawPeer& peer) {
        request = peer.read_head();
        peer.send(answer("Content-Type: image/png\r\n", "bytes"));
    }});
    Fetching fetching;
    const Download download = fetching.run(url_of(server, "/a%20b.png?sig=1#top"));
    EXPECT_EQ(download.why, "");
    EXPECT_EQ(download.bytes.view(), "bytes");
    EXPECT_EQ(download.mime, "image/png");
    EXPECT_TRUE(request.starts_with("GET /a%20b.png?sig=1 HTTP/1.1\r\n")) << request;
}

TEST(FileDownload, TellsWhatWentWrong) {
    Fetching fetching;
    const RawServer missing({net::answers_once("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")});
    EXPECT_EQ(fetching.why(url_of(missing)), "failed to download file, status code: 404");
    const RawServer cut({net::answers_once("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")});
    EXPECT_EQ(fetching.why(url_of(cut)), "failed to download file");
    fetching.rules.ports = {"443"};
    EXPECT_EQ(fetching.why(url_of(cut)),
              "request reject: port " + std::to_string(cut.port()) + " is not allowed");
    fetching.rules.ports.clear();
    fetching.rules.allow_private = false;
    EXPECT_EQ(fetching.why(url_of(cut)), "request reject: private IP address not allowed: 127.0.0.1");
    fetching.rules.enabled = false;
    EXPECT_EQ(fetching.why("ftp://127.0.0.1/a"), "request reject: invalid URL format: ftp://127.0.0.1/a");
}

TEST(FileDownload, StopsAtTheLimitOfSize) {
    Fetching fetching;
    const std::string big((std::size_t{1} << 20) + 1, 'x');
    const RawServer told({net::answers_once(answer("", big))});
    EXPECT_EQ(fetching.why(url_of(told)), "file size exceeds maximum allowed size: 1MB");
    const RawServer endless({[](net::RawPeer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string block(std::size_t{64} << 10, 'x');
        for (;;) peer.send("10000\r\n" + block + "\r\n");
    }});
    EXPECT_EQ(fetching.why(url_of(endless)), "file size exceeds maximum allowed size: 1MB");
}

TEST(FileDownload, StopsAtTheLimitOfTime) {
    Fetching fetching;
    fetching.limits.time = std::chrono::milliseconds{200};
    const RawServer silent({[](net::RawPeer& peer) { peer.await_end(); }});
    EXPECT_EQ(fetching.why(url_of(silent)), "failed to download file, it took too long");
    const RawServer dripping({[](net::RawPeer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        peer.send("x");
        peer.await_end();
    }});
    EXPECT_EQ(fetching.why(url_of(dripping)), "failed to download file, it took too long");
}

TEST(FileDownload, FollowsRedirectsThatMayBeFetched) {
    Fetching fetching;
    const RawServer file({net::answers_once(answer("Content-Type: image/gif\r\n", "GIF89a"))});
    const RawServer relative({[](net::RawPeer& peer) {
                                  peer.read_head();
                                  peer.send(redirect("c?d=1"));
                              },
                              [&file](net::RawPeer& peer) {
                                  EXPECT_TRUE(peer.read_head().starts_with("GET /a/c?d=1 "));
                                  peer.send(redirect(url_of(file)));
                              }});
    const Download download = fetching.run(url_of(relative, "/a/b"));
    EXPECT_EQ(download.why, "");
    EXPECT_EQ(download.bytes.view(), "GIF89a");
    const RawServer round({net::answers_once(redirect("/again"))});
    EXPECT_EQ(fetching.why(url_of(round)), "stopped after 10 redirects");
    EXPECT_EQ(round.connections(), 11U);
}

TEST(FileDownload, ChecksEveryRedirect) {
    Fetching fetching;
    fetching.rules.addresses = IpList::parse("169.254.0.0/16");
    const RawServer server({net::answers_once(redirect("http://169.254.169.254/latest/meta-data"))});
    EXPECT_EQ(
        fetching.why(url_of(server)),
        "redirect to http://169.254.169.254/latest/meta-data blocked: ip in blacklist: 169.254.169.254");
    const RawServer odd({net::answers_once(redirect("file:///etc/passwd"))});
    EXPECT_TRUE(fetching.why(url_of(odd)).starts_with("redirect to file:///etc/passwd blocked: "));
}

TEST(FileDownload, ChecksWhatANameStandsFor) {
    Fetching fetching;
    const RawServer server({net::answers_once(answer("", "inside"))});
    fetching.rules.allow_private = false;
    const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";
    const std::string why = fetching.why(url);
    EXPECT_TRUE(why.starts_with("request reject: private IP address not allowed: localhost resolves to "))
        << why;
    fetching.rules.domains = {"localhost"};
    EXPECT_EQ(fetching.why(url), "request reject: domain in blacklist: localhost");
    EXPECT_EQ(server.connections(), 0U);
}

TEST(FileDownload, AsksTheWorkerWhereThereIsOne) {
    Fetching fetching;
    std::string request;
    const RawServer worker({[&request](net::RawPeer& peer) {
        request = peer.read_request();
        peer.send(answer("Content-Type: image/webp\r\n", "w"));
    }});
    fetching.settings.worker_url = url_of(worker, "/fetch/");
    fetching.settings.worker_valid_key = "secret";
    EXPECT_EQ(fetching.why("http://203.0.113.7/a.png"), "only support https url");
    const Download download = fetching.run("https://203.0.113.7/a.png");
    EXPECT_EQ(download.why, "");
    EXPECT_EQ(download.mime, "image/webp");
    EXPECT_TRUE(request.starts_with("POST /fetch/ HTTP/1.1\r\n")) << request;
    EXPECT_TRUE(request.ends_with(R"({"url":"https://203.0.113.7/a.png","key":"secret"})")) << request;
    fetching.rules.allow_private = false;
    EXPECT_EQ(fetching.why("https://203.0.113.7/a.png"),
              "request reject: private IP address not allowed: 203.0.113.7");
    EXPECT_EQ(worker.connections(), 1U);
    fetching.rules.allow_private = true;
    fetching.settings.worker_url = "nonsense";
    EXPECT_EQ(fetching.why("https://203.0.113.7/a.png"), "failed to download file");
}

}    // namespace
}    // namespace opusclaw::relay
