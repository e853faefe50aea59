// api/request.h: what a handler gets: the head, who asks, the path's parameters, query and body; and how numbers, pages and ids
// are read from them (spec 02 sections 1.3, 1.5; 03 section 1.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/caller.h"
#include "account/session.h"
#include "api/json_body.h"
#include "api/reply.h"
#include "base/translations.h"
#include "base/url.h"
#include "net/http.h"
#include "store/tokens.h"

namespace opusclaw::net {
class Client;
class Exchange;
}    // namespace opusclaw::net

namespace opusclaw::api {

/// Lives as long as its handler runs.
struct Request {
    const net::RequestHead& head;
    account::ApiCaller caller = {};              // its user is null on public routes
    std::vector<std::string> parameters = {};    // what stood at `:name`, in order, decoded
    QueryParameters query = {};
    std::string_view body = {};
    Language language = Language::English;
    // For calls to upstreams: the client of this loop, and what tells when the caller has left.
    net::Client* client = nullptr;
    net::Exchange* exchange = nullptr;
    std::string_view request_id = {};
    std::optional<store::TokenRow> token = {};    // of routes for API keys (Access::KeyReader)
    account::Caller key = {};                     // of routes for API keys (Access::Key)

    JsonBody json() const { return JsonBody::parse(body); }
    /// The first parameter as a row id. Throws Error `common.invalid_id` for what is no number.
    std::int64_t id() const;
    /// "" for what is absent.
    std::string_view text(std::string_view name) const { return query.find(name).value_or(""); }
    /// 0 for what is absent or no number.
    std::int64_t integer(std::string_view name) const;
    /// False for what is absent or not one of `1 t T TRUE true True`.
    bool flag(std::string_view name) const;
    Page page() const;
};

}    // namespace opusclaw::api
