// api/route.h: the rows of the route table (who may call, what runs) and how a path finds its row (spec 02 sections 1.11, 2.2).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.h"
#include "api/services.h"
#include "net/task.h"

namespace opusclaw::api {

enum class Method { Get, Post, Put, Delete };
/// nullopt: no route has it.
std::optional<Method> method_of(std::string_view name);

/// Visitor: everybody, a session is recognised (spec 02 section 2.4). KeyReader: an API key that may be expired or used up (2.5).
/// Key: an API key with all checks; its errors have OpenAI's shape (03 section 18).
enum class Access { Public, Visitor, KeyReader, Key, User, Admin, Root };
/// Whether scripts of pages from elsewhere may read the answer (spec 02 section 1.8).
enum class Origins { Own, Any };

/// Whether a path with and without its last slash is the same route (spec 03 section 1.5).
enum class Spelling { Both, AsWritten };

/// The request and the services outlive the coroutine. Throws Error; api.cpp makes the answer of it.
using HandlerFunction = Task<Reply> (*)(const Request& request, const Services& services);

/// What else has to be proved, behind the limits: that a person asks (spec 02 section 7), where the site wants it.
enum class Proof { None, Turnstile };

struct Route {
    Method method = Method::Get;
    std::string_view path;    // segments may be `:name`; a trailing slash is one of two spellings
    Access access = Access::Public;
    HandlerFunction handler = nullptr;
    Origins origins = Origins::Own;
    Spelling spelling = Spelling::Both;
    Proof proof = Proof::None;
};

struct RouteMatch {
    const Route* route = nullptr;
    std::vector<std::string> parameters;
};

/// The rows, ready for matching. From left to right a literal segment wins over `:name`. Thread-safe.
class RouteTable {
public:
    /// The rows outlive the table.
    explicit RouteTable(std::span<const std::span<const Route>> resources);
    /// `path` as sent: percent-encoded. nullopt: no row; a path that only other methods have is none.
    std::optional<RouteMatch> find(Method method, std::string_view path) const;
    /// Of any method.
    std::vector<const Route*> all_of_path(std::string_view path) const;
    std::vector<const Route*> all() const;

private:
    struct Row {
        const Route* route;
        std::vector<std::string_view> segments;
    };
    std::vector<Row> rows_;    // literal segments before parameters, so that the first that fits is right
};

/// All rows of the API.
const RouteTable& routes();

// The rows of each resource.
std::span<const Route> setup_routes();
std::span<const Route> site_routes();
std::span<const Route> user_routes();
std::span<const Route> two_factor_login_routes();
std::span<const Route> two_factor_admin_routes();
std::span<const Route> user_self_routes();
std::span<const Route> user_setting_routes();
std::span<const Route> user_admin_routes();
std::span<const Route> user_manage_routes();
std::span<const Route> group_routes();
std::span<const Route> channel_routes();
std::span<const Route> channel_list_routes();
std::span<const Route> channel_tag_routes();
std::span<const Route> channel_key_routes();
std::span<const Route> channel_upstream_routes();
std::span<const Route> channel_test_routes();
std::span<const Route> model_routes();
std::span<const Route> token_routes();
std::span<const Route> option_routes();
std::span<const Route> log_routes();
std::span<const Route> log_statistics_routes();
std::span<const Route> usage_routes();
std::span<const Route> quota_data_routes();
std::span<const Route> pricing_routes();
std::span<const Route> billing_routes();
std::span<const Route> health_routes();
std::span<const Route> set_aside_routes();

}    // namespace opusclaw::api
