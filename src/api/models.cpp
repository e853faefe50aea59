// api/models.cpp: lists of models that the dashboard offers (spec 03 section 12.1): what the types of channels know by default, and
// what is enabled now. The models of API clients are in relay/model_list.cpp.
#include <algorithm>
#include <array>
#include <string>

#include "api/route.h"
#include "catalog/channel_types.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kCreated = 1'626'777'600;    // the constant that New API shows

/// `{"success":true,"data":...}`: these answers have no message.
Reply bare(const WriteValue& data) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).key("data");
    data(writer);
    writer.end_object();
    return reply;
}

/// Types whose only models are those of their tasks.
bool only_tasks(int type) {
    constexpr std::array<int, 4> kTypes = {50, 52, 54, 55};    // Kling, Vidu, DoubaoVideo, Sora
    return std::ranges::find(kTypes, type) != kTypes.end();
}

void write_names(json::Writer& writer, const std::vector<std::string>& names) {
    writer.begin_array();
    for (const std::string& name : names) writer.value(name);
    writer.end_array();
}

Task<Reply> default_models(const Request&, const Services&) {
    co_return bare([](json::Writer& writer) {
        writer.begin_object();
        for (const catalog::ChannelTypeFacts* facts : catalog::channel_types()) {
            if (!facts->own_adapter && !only_tasks(facts->number)) continue;
            writer.key(std::to_string(facts->number));
            write_names(writer, facts->own_adapter ? facts->models : facts->task_models);
        }
        writer.end_object();
    });
}

Task<Reply> built_in_models(const Request&, const Services&) {
    co_return bare([](json::Writer& writer) {
        writer.begin_array();
        for (const catalog::BuiltInModel& model : catalog::built_in_models()) {
            writer.begin_object().member("id", model.name).member("object", "model");
            writer.member("created", kCreated).member("owned_by", model.owner);
            writer.member_null("supported_endpoint_types").end_object();
        }
        writer.end_array();
    });
}

Task<Reply> enabled_models(const Request&, const Services& services) {
    const auto snapshot = services.catalog.current();
    co_return bare([&snapshot](json::Writer& writer) { write_names(writer, snapshot->models()); });
}

constexpr std::array kRoutes = {
    Route{.method = Method::Get,
          .path = "/api/models",
          .access = Access::User,
          .handler = &default_models,
          .spelling = Spelling::AsWritten},
    Route{Method::Get, "/api/channel/models", Access::Admin, &built_in_models},
    Route{Method::Get, "/api/channel/models_enabled", Access::Admin, &enabled_models},
};

}    // namespace

std::span<const Route> model_routes() { return kRoutes; }

}    // namespace opusclaw::api
