// api/route.cpp: matching by segments (spec 02 section 1.11). The rows themselves are in the files of their resources.
#include "api/route.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/url.h"

namespace opusclaw::api {
namespace {

using Segments = std::vector<std::string_view>;

Segments segments_of(std::string_view path) {
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return text::split(path, '/');
}

bool is_parameter(std::string_view segment) { return segment.starts_with(':'); }

bool fits(const Segments& pattern, const Segments& path) {
    return std::ranges::equal(pattern, path, [](std::string_view wanted, std::string_view given) {
        return is_parameter(wanted) ? !given.empty() : wanted == given;
    });
}

std::vector<std::string> parameters_of(const Segments& pattern, const Segments& path) {
    std::vector<std::string> parameters;
    for (std::size_t index = 0; index < pattern.size(); ++index) {
        if (!is_parameter(pattern[index])) continue;
        parameters.push_back(percent_decode(path[index]).value_or(std::string(path[index])));
    }
    return parameters;
}

/// A route may insist on its own spelling of the last slash.
bool spelt(const Route& route, std::string_view path) {
    return route.spelling == Spelling::Both || route.path.ends_with('/') == path.ends_with('/');
}

/// Where both fit the same path, whether `a` is to be asked first.
bool more_literal(const Segments& a, const Segments& b) {
    return std::ranges::lexicographical_compare(a, b, {}, is_parameter, is_parameter);
}

}    // namespace

std::optional<Method> method_of(std::string_view name) {
    if (name == "GET") return Method::Get;
    if (name == "POST") return Method::Post;
    if (name == "PUT") return Method::Put;
    if (name == "DELETE") return Method::Delete;
    return std::nullopt;
}

RouteTable::RouteTable(std::span<const std::span<const Route>> resources) {
    for (const auto& resource : resources) {
        for (const Route& route : resource) rows_.push_back({&route, segments_of(route.path)});
    }
    std::ranges::stable_sort(rows_, more_literal, &Row::segments);
}

std::optional<RouteMatch> RouteTable::find(Method method, std::string_view path) const {
    const Segments given = segments_of(path);
    for (const Row& row : rows_) {
        if (row.route->method != method || !fits(row.segments, given) || !spelt(*row.route, path)) continue;
        return RouteMatch{row.route, parameters_of(row.segments, given)};
    }
    return std::nullopt;
}

std::vector<const Route*> RouteTable::all_of_path(std::string_view path) const {
    const Segments given = segments_of(path);
    std::vector<const Route*> found;
    for (const Row& row : rows_) {
        if (fits(row.segments, given) && spelt(*row.route, path)) found.push_back(row.route);
    }
    return found;
}

std::vector<const Route*> RouteTable::all() const {
    std::vector<const Route*> all;
    for (const Row& row : rows_) all.push_back(row.route);
    return all;
}

const RouteTable& routes() {
    static const RouteTable kTable = [] {
        const std::array resources = {setup_routes(), site_routes(), user_routes(), two_factor_login_routes(),
                                      two_factor_admin_routes(), user_self_routes(), user_setting_routes(),
                                      user_admin_routes(), user_manage_routes(), group_routes(),
                                      channel_routes(), token_routes(), option_routes(), log_routes(),
                                      // channels and models
                                      channel_list_routes(), channel_tag_routes(), channel_key_routes(),
                                      channel_upstream_routes(), channel_test_routes(), model_routes(),
                                      // logs, figures and prices
                                      log_statistics_routes(), usage_routes(), quota_data_routes(),
                                      pricing_routes(), billing_routes(), health_routes(),
                                      set_aside_routes()};
        return RouteTable(resources);
    }();
    return kTable;
}

}    // namespace opusclaw::api
