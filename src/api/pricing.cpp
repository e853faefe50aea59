// api/pricing.cpp: prices for everybody: the list of models (spec 03 section 13.1) and the bare tables (13.3).
#include <array>
#include <map>
#include <string>

#include "api/route.h"

namespace opusclaw::api {
namespace {

Task<Reply> show_pricing(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    const auto table = co_await services.pricing_cache->current({.database = services.database,
                                                                 .settings = services.settings,
                                                                 .channels = services.catalog,
                                                                 .clock = services.clock});
    PricingReader reader{.settings = *settings, .group = std::nullopt};
    if (const auto& user = request.caller.user) {
        reader.group = user->group;
        if (user->role >= account::Role::Admin) reader.sees = PricingReader::Sees::AllGroups;
    }
    Reply reply;
    json::Writer writer(reply.body);
    write_pricing(writer, *table, reader);
    co_return reply;
}

void write_table(json::Writer& writer, std::string_view name, const settings::NumberMap& table) {
    const std::map<std::string_view, double> sorted(table.begin(), table.end());
    writer.key(name).begin_object();
    for (const auto& [model, number] : sorted) writer.member(model, number);
    writer.end_object();
}

Task<Reply> show_ratio_config(const Request&, const Services& services) {
    constexpr int kForbidden = 403;
    const settings::Snapshot settings = services.settings.current();
    if (!settings->expose_ratio_enabled) co_return failure("倍率配置接口未启用", kForbidden);
    co_return success([&settings](json::Writer& writer) {
        writer.begin_object();
        write_table(writer, "model_ratio", settings->model_ratio);
        write_table(writer, "completion_ratio", settings->completion_ratio);
        write_table(writer, "cache_ratio", settings->cache_ratio);
        write_table(writer, "create_cache_ratio", settings->create_cache_ratio);
        write_table(writer, "model_price", settings->model_price);
        writer.end_object();
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/pricing", Access::Visitor, &show_pricing},
    Route{Method::Get, "/api/ratio_config", Access::Public, &show_ratio_config},
};

}    // namespace

std::span<const Route> pricing_routes() { return kRoutes; }

}    // namespace opusclaw::api
