// api/reply.h: the answer of a handler, and the one place that writes envelopes (spec 02 section 1.1): one function each for
// success, page and failure.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json/writer.h"

namespace opusclaw::api {

/// Who may keep an answer (spec 02 section 1.6). ByAccess: nobody, where a caller was asked for; Secret: nobody, said in
/// every way that old proxies know.
enum class Caching { ByAccess, Secret };

struct Reply {
    int status = 200;
    std::string body;                        // JSON
    std::vector<std::string> set_cookies;    // values of Set-Cookie
    Caching caching = Caching::ByAccess;
    std::int64_t retry_after_seconds = 0;    // 0: not said
};

/// Writes one value.
using WriteValue = std::function<void(json::Writer&)>;
/// Writes any number of items or members.
using WriteInside = std::function<void(json::Writer&)>;

/// `{"success":true,"message":""}`
Reply success();
/// The same with `data`.
Reply success(const WriteValue& data);
/// The same with a message that is shown as it is.
Reply success_saying(std::string_view message, const WriteValue& data);
/// `data` is a text.
Reply success_text(std::string_view data);
/// `data` is null; `message` is shown as it is.
Reply success_null(std::string_view message);
/// No data; `message` is shown as it is.
Reply success_message(std::string_view message);

/// Which rows of a list (spec 02 section 1.5).
struct Page {
    std::int64_t number = 1;
    std::int64_t size = 10;
    std::int64_t offset() const { return (number - 1) * size; }
};
/// `data` is `{"page","page_size","total","items":[...]}` with further members behind.
Reply success_page(const Page& page, std::int64_t total, const WriteInside& items,
                   const WriteInside& more = nullptr);

/// `{"success":false,"message":...}`
Reply failure(std::string_view message, int status = 200);

/// Called too often: 429 without a body (spec 02 section 1.9).
Reply too_often(std::chrono::seconds wait);

/// End the request with success:false: what a person did wrong.
[[noreturn]] void fail(std::string_view literal);
[[noreturn]] void fail_key(std::string key, std::vector<std::pair<std::string, std::string>> arguments = {});
/// `record not found` (spec 02 section 1.3).
[[noreturn]] void fail_not_found();

}    // namespace opusclaw::api
