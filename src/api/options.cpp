// api/options.cpp: the options for the root user (spec 02 sections 22.1, 22.2, 22.4). Checks and storage are the settings store's.
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "api/option_migration.h"
#include "api/option_value.h"
#include "api/route.h"
#include "base/error.h"
#include "base/log.h"
#include "billing/price.h"
#include "store/options.h"

namespace opusclaw::api {
namespace {

/// `{model:{"ratio","locked"}}` over every model that a price table names.
std::string completion_ratio_meta(const settings::Settings& settings) {
    std::set<std::string_view> models;
    for (const settings::NumberMap* table :
         {&settings.model_price, &settings.model_ratio, &settings.completion_ratio, &settings.cache_ratio,
          &settings.create_cache_ratio, &settings.image_ratio, &settings.audio_ratio,
          &settings.audio_completion_ratio}) {
        for (const auto& entry : *table) models.insert(entry.first);
    }
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (const std::string_view model : models) {
        const billing::CompletionRatio ratio = billing::completion_ratio(settings, model);
        writer.key(model).begin_object();
        writer.member("ratio", ratio.ratio).member("locked", ratio.locked).end_object();
    }
    writer.end_object();
    return text;
}

std::string text_list(const std::vector<std::string>& texts) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const std::string& text : texts) writer.value(text);
    writer.end_array();
    return out;
}

Task<Reply> list_options(const Request&, const Services& services) {
    settings::OptionTexts texts = services.settings.visible_texts();
    texts["CompletionRatioMeta"] = completion_ratio_meta(*services.settings.current());
    texts["ConfiguredSecrets"] = text_list(services.settings.configured_secrets());
    co_return success([&texts](json::Writer& writer) {
        writer.begin_array();
        for (const auto& [key, value] : texts) {
            writer.begin_object().member("key", key).member("value", value).end_object();
        }
        writer.end_array();
    });
}

Task<Reply> put_option(const Request& request, const Services& services) {
    auto change = read_option_change(request.body);
    constexpr int kBadRequest = 400;
    if (!change) co_return failure("无效的参数", kBadRequest);
    co_await services.settings.put(std::move(change->key), std::move(change->text));
    co_return success();
}

Task<Reply> reset_model_ratio(const Request&, const Services& services) {
    co_await services.settings.put("ModelRatio", std::string(settings::default_pricing().model_ratio));
    co_return success_message("重置模型倍率成功");
}

/// Reads, moves and removes in one transaction: a second caller finds nothing left to move.
void migrate(store::Transaction& tx) {
    std::map<std::string, std::string> rows;
    for (store::OptionRow& row : store::all_options(tx))
        rows.emplace(std::move(row.key), std::move(row.value));
    const OptionMigration migration = migrate_console_settings(rows);
    for (const auto& [key, text] : migration.stored) store::put_option(tx, key, text);
    for (const std::string_view key : migration.removed) store::delete_option(tx, key);
}

Task<Reply> migrate_console_setting(const Request&, const Services& services) {
    constexpr int kServerError = 500;
    try {
        co_await services.database.write(&migrate);
    } catch (const Error& error) {
        log::error("{}", error.what());
        co_return failure("获取配置失败，请稍后重试", kServerError);
    }
    co_await services.settings.reload();
    co_return success_message("migrated");
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/option/", Access::Root, &list_options},
    Route{Method::Put, "/api/option/", Access::Root, &put_option},
    Route{Method::Post, "/api/option/rest_model_ratio", Access::Root, &reset_model_ratio},
    Route{Method::Post, "/api/option/migrate_console_setting", Access::Root, &migrate_console_setting},
};

}    // namespace

std::span<const Route> option_routes() { return kRoutes; }

}    // namespace opusclaw::api
