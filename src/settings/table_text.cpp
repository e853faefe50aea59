// settings/table_text.cpp: options that are stored and listed as text; whoever uses one asks for its text (spec 01 sections
// 7.1, 7.3, 7.6, 8.1).
#include "settings/option.h"

namespace opusclaw::settings {
namespace {

struct Row {
    std::string_view key, default_text;
};

constexpr Row kFlat[] = {
    {"FileUploadPermission", "0"},
    {"FileDownloadPermission", "0"},
    {"ImageUploadPermission", "0"},
    {"ImageDownloadPermission", "0"},
    {"StopOnSensitiveEnabled", "true"},
    {"StreamCacheQueueLength", "0"},
    {"PayAddress", ""},
    {"CustomCallbackAddress", ""},
    {"EpayId", ""},
    {"EpayKey", ""},
    {"MinTopUp", "1"},
    {"PayMethods",
     R"json([{"name":"支付宝","color":"rgba(var(--semi-blue-5), 1)","type":"alipay"},{"name":"微信","color":"rgba(var(--semi-green-5), 1)","type":"wxpay"},{"name":"自定义1","color":"black","type":"custom1","min_topup":"50"}])json"},
    {"StripeApiSecret", ""},
    {"StripeWebhookSecret", ""},
    {"StripePriceId", ""},
    {"StripeMinTopUp", "1"},
    {"StripePromotionCodesEnabled", "false"},
    {"CreemApiKey", ""},
    {"CreemWebhookSecret", ""},
    {"CreemProducts", "[]"},
    {"CreemTestMode", "false"},
};

constexpr Row kModules[] = {
    {"performance_setting.disk_cache_enabled", "false"},
    {"performance_setting.disk_cache_threshold_mb", "10"},
    {"performance_setting.disk_cache_max_size_mb", "1024"},
    {"performance_setting.disk_cache_path", ""},
    {"performance_setting.monitor_enabled", "true"},
    {"performance_setting.monitor_cpu_threshold", "90"},
    {"performance_setting.monitor_memory_threshold", "90"},
    {"performance_setting.monitor_disk_threshold", "95"},
    {"monitor_setting.auto_test_channel_enabled", "false"},
    {"monitor_setting.auto_test_channel_minutes", "10"},
    {"payment_setting.amount_options", "[10,20,50,100,200,500]"},
    {"payment_setting.amount_discount", "{}"},
    {"checkin_setting.min_quota", "1000"},
    {"checkin_setting.max_quota", "10000"},
    {"grok.violation_deduction_enabled", "true"},
    {"grok.violation_deduction_amount", "0.05"},
    {"claude.model_headers_settings", "{}"},
    {"claude.default_max_tokens", R"({"default":8192})"},
    {"claude.thinking_adapter_enabled", "true"},
    {"claude.thinking_adapter_budget_tokens_percentage", "0.8"},
    {"gemini.safety_settings", R"({"default":"OFF"})"},
    {"gemini.version_settings", R"({"default":"v1beta","gemini-1.0-pro":"v1"})"},
    {"gemini.thinking_adapter_enabled", "false"},
    {"gemini.thinking_adapter_budget_tokens_percentage", "0.6"},
    {"gemini.function_call_thought_signature_enabled", "true"},
    {"gemini.remove_function_response_id_enabled", "true"},
};

}    // namespace

void add_module_options(std::vector<Option>& rows) {
    for (const Row& row : kModules) rows.push_back(text_only(row.key, row.default_text));
}

void add_text_options(std::vector<Option>& rows) {
    for (const Row& row : kFlat) rows.push_back(text_only(row.key, row.default_text));
}

}    // namespace opusclaw::settings
