// api/site.cpp: what visitors may read without signing in (spec 02 section 5): status, notices, texts of the site.
#include <array>
#include <string>

#include "api/route.h"
#include "api/status_json.h"

namespace opusclaw::api {
namespace {

Task<Reply> show_status(const Request&, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    const bool setup = co_await services.setup_state->done(
        services.database, {.version = services.version, .now = to_unix(services.clock.unix_now())});
    co_return success([&](json::Writer& writer) {
        write_status(writer, {.settings = *settings,
                              .environment = services.environment,
                              .version = services.version,
                              .started_at = services.started_at,
                              .setup = setup});
    });
}

/// A text of the settings, as it is.
template <std::string settings::Settings::*Text>
Task<Reply> show_text(const Request&, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    co_return success_text((*settings).*Text);
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/status", Access::Public, &show_status},
    Route{Method::Get, "/api/notice", Access::Public, &show_text<&settings::Settings::notice>},
    Route{Method::Get, "/api/about", Access::Public, &show_text<&settings::Settings::about>},
    Route{Method::Get, "/api/home_page_content", Access::Public,
          &show_text<&settings::Settings::home_page_content>},
    Route{Method::Get, "/api/user-agreement", Access::Public,
          &show_text<&settings::Settings::user_agreement>},
    Route{Method::Get, "/api/privacy-policy", Access::Public,
          &show_text<&settings::Settings::privacy_policy>},
};

}    // namespace

std::span<const Route> site_routes() { return kRoutes; }

}    // namespace opusclaw::api
