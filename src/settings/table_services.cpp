// settings/table_services.cpp: the options of modules about machinery and providers: overload, channel tests, affinity, fetching,
// single providers (spec 01 sections 8.1, 17.1). How a row reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kAffinityRules =
    R"([{"name":"codex cli trace","model_regex":["^gpt-.*$"],"path_regex":["/v1/responses"],)"
    R"("key_sources":[{"type":"gjson","path":"prompt_cache_key"}],"value_regex":"","ttl_seconds":0,)"
    R"("param_override_template":{"operations":[{"mode":"pass_headers","keep_origin":true,"value":["Originator",)"
    R"("Session_id","User-Agent","X-Codex-Beta-Features","X-Codex-Turn-Metadata"]}]},"skip_retry_on_failure":true,)"
    R"("include_using_group":true,"include_model_name":false,"include_rule_name":true},)"
    R"({"name":"claude cli trace","model_regex":["^claude-.*$"],"path_regex":["/v1/messages"],)"
    R"("key_sources":[{"type":"gjson","path":"metadata.user_id"}],"value_regex":"","ttl_seconds":0,)"
    R"("param_override_template":{"operations":[{"mode":"pass_headers","keep_origin":true,"value":["X-Stainless-Arch",)"
    R"("X-Stainless-Lang","X-Stainless-Os","X-Stainless-Package-Version","X-Stainless-Retry-Count",)"
    R"("X-Stainless-Runtime","X-Stainless-Runtime-Version","X-Stainless-Timeout","User-Agent","X-App",)"
    R"("Anthropic-Beta","Anthropic-Dangerous-Direct-Browser-Access","Anthropic-Version"]}]},)"
    R"("skip_retry_on_failure":true,"include_using_group":true,"include_model_name":false,"include_rule_name":true}])";
constexpr std::string_view kGeminiImageModels =
    R"(["gemini-2.0-flash-exp-image-generation","gemini-2.0-flash-exp","gemini-3-pro-image-preview",)"
    R"("gemini-2.5-flash-image","gemini-3.1-flash-image-preview"])";
constexpr std::string_view kQwenImageModels =
    R"(["z-image","qwen-image","wan2.6","wan2.7","qwen-image-edit","qwen-image-edit-max",)"
    R"("qwen-image-edit-max-2026-01-16","qwen-image-edit-plus","qwen-image-edit-plus-2025-12-15",)"
    R"("qwen-image-edit-plus-2025-10-30"])";

const Option kRows[] = {
    checked("performance_setting.disk_cache_enabled", false)
        .group("performance")
        .help("Keep large bodies on disk."),
    checked("performance_setting.disk_cache_threshold_mb", 10)
        .check(at_least(0))
        .group("performance")
        .help("Bodies from this size on, in mebibytes."),
    checked("performance_setting.disk_cache_max_size_mb", 1024)
        .check(at_least(0))
        .group("performance")
        .help("Mebibytes on disk in all."),
    text_option("performance_setting.disk_cache_path", "")
        .group("performance")
        .help("Folder of these files; empty: the system's temporary one."),
    checked("performance_setting.monitor_enabled", true)
        .group("performance")
        .help("Refuse requests under overload."),
    checked("performance_setting.monitor_cpu_threshold", 90)
        .check(at_least(0))
        .group("performance")
        .help("Percent of the processors above which requests are refused; 0: any."),
    checked("performance_setting.monitor_memory_threshold", 90)
        .check(at_least(0))
        .group("performance")
        .help("The same for memory."),
    checked("performance_setting.monitor_disk_threshold", 95)
        .check(at_least(0))
        .group("performance")
        .help("The same for the disk that holds large bodies."),
    option("monitor_setting.auto_test_channel_enabled", &Settings::auto_test_channel_enabled, false)
        .group("channels")
        .help("Test channels by themselves."),
    option("monitor_setting.auto_test_channel_minutes", &Settings::auto_test_channel_minutes, "10")
        .check(not_negative())
        .group("channels")
        .help("Minutes between two rounds, rounded, at least one."),
    checked("payment_setting.amount_options", "[10,20,50,100,200,500]", &decode_int_list)
        .group("payments")
        .help("Amounts that the top-up page offers."),
    checked("payment_setting.amount_discount", "{}", &decode_amount_factors)
        .group("payments")
        .help("Amount to factor of its price."),
    checked("channel_affinity_setting.enabled", true)
        .group("channels")
        .help("Requests that belong together stay on one channel."),
    checked("channel_affinity_setting.switch_on_success", true)
        .group("channels")
        .help("The channel that served last is kept."),
    checked("channel_affinity_setting.max_entries", 100000)
        .check(at_least(0))
        .group("channels")
        .help("Such bonds kept in memory."),
    checked("channel_affinity_setting.default_ttl_seconds", 3600)
        .check(at_least(0))
        .group("channels")
        .help("Seconds that one lasts, unless its rule says otherwise."),
    checked("channel_affinity_setting.rules", kAffinityRules, &decode_affinity_rules)
        .group("channels")
        .help("Which requests belong together: models, paths, where the key is found."),
    option("fetch_setting.enable_ssrf_protection", &Settings::fetch_checked, true)
        .group("fetch")
        .help("Check the addresses of fetched files."),
    option("fetch_setting.allow_private_ip", &Settings::fetch_allows_private, false)
        .group("fetch")
        .help("Private addresses are allowed."),
    option("fetch_setting.domain_filter_mode", &Settings::fetch_domains_allow, false)
        .group("fetch")
        .help("true: domain_list names what is allowed; false: what is forbidden."),
    option("fetch_setting.ip_filter_mode", &Settings::fetch_addresses_allow, false)
        .group("fetch")
        .help("true: ip_list names what is allowed; false: what is forbidden."),
    option("fetch_setting.domain_list", &Settings::fetch_domains, "[]", &decode_text_list)
        .group("fetch")
        .help("Domains; `*.example.com` is the domain and all below it."),
    option("fetch_setting.ip_list", &Settings::fetch_addresses, "[]", &decode_text_list)
        .group("fetch")
        .help("Addresses and CIDR ranges."),
    option("fetch_setting.allowed_ports", &Settings::fetch_ports, R"(["80","443","8080","8443"])",
           &decode_text_list)
        .rule(names_ports)
        .form("JSON array of ports and ranges of ports, as texts")
        .group("fetch")
        .help("Ports that files may be fetched from; an empty list: any."),
    option("fetch_setting.apply_ip_filter_for_domain", &Settings::fetch_checks_names, true)
        .group("fetch")
        .help("Check the addresses that names resolve to."),
    checked("grok.violation_deduction_enabled", true)
        .group("prices")
        .help("Charge requests that the provider refused for their content."),
    checked_number("grok.violation_deduction_amount", "0.05")
        .check(not_negative())
        .group("prices")
        .help("USD for one refusal."),
    option("claude.model_headers_settings", &Settings::claude_model_headers, "{}", &decode_model_headers)
        .group("providers")
        .help("Model to headers that are sent along."),
    option("claude.default_max_tokens", &Settings::claude_default_max_tokens, R"({"default":8192})",
           &decode_ints)
        .group("providers")
        .help("Model to max_tokens of requests without it; `default` is for all others."),
    option("claude.thinking_adapter_enabled", &Settings::claude_thinking_adapter_enabled, true)
        .group("providers")
        .help("A name that ends in -thinking asks for thinking."),
    option("claude.thinking_adapter_budget_tokens_percentage", &Settings::claude_thinking_adapter_share,
           "0.8")
        .check(not_negative())
        .group("providers")
        .help("Share of max_tokens that may be thinking."),
    option("gemini.safety_settings", &Settings::gemini_safety_settings, R"({"default":"OFF"})", &decode_texts)
        .group("providers")
        .help("Category to threshold; `default` is for all others."),
    option("gemini.version_settings", &Settings::gemini_version_settings,
           R"({"default":"v1beta","gemini-1.0-pro":"v1"})", &decode_texts)
        .group("providers")
        .help("Model to API version; `default` is for all others."),
    option("gemini.supported_imagine_models", &Settings::gemini_image_models, kGeminiImageModels,
           &decode_text_list)
        .group("providers")
        .help("Models that answer with images."),
    checked("qwen.sync_image_models", kQwenImageModels, &decode_text_list)
        .group("providers")
        .help("Parts of the names of image models that answer at once."),
    option("gemini.thinking_adapter_enabled", &Settings::gemini_thinking_adapter_enabled, false)
        .group("providers")
        .help("A name that ends in -thinking asks for thinking."),
    option("gemini.thinking_adapter_budget_tokens_percentage", &Settings::gemini_thinking_adapter_share,
           "0.6")
        .check(not_negative())
        .group("providers")
        .help("Share of the output limit that may be thinking."),
    option("gemini.function_call_thought_signature_enabled", &Settings::gemini_signature_bypass, true)
        .group("providers")
        .help("Fill in the thought signatures that tool calls lack."),
    option("gemini.remove_function_response_id_enabled", &Settings::gemini_removes_result_ids, true)
        .group("providers")
        .help("Leave the ids of function calls and results out where Vertex AI is asked, which knows none."),
};

}    // namespace

std::span<const Option> service_options() { return kRows; }

}    // namespace opusclaw::settings
