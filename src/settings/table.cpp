// settings/table.cpp: the options of the site, its logs and data, and how the table is put together (spec 01 sections 7.1, 7.3).
// One row is the whole truth about an option: reading, writing, checking and GET /api/option/ come from it. The other rows are
// in table_accounts, table_prices, table_relay, table_payments, table_modules and table_services.
#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kChats =
    R"([{"Cherry Studio":"cherrystudio://providers/api-keys?v=1&data={cherryConfig}"},)"
    R"({"AionUI":"aionui://provider/add?v=1&data={aionuiConfig}"},{"流畅阅读":"fluentread"},{"CC Switch":"ccswitch"},)"
    R"({"Lobe Chat 官方示例":"https://chat-preview.lobehub.com/?settings={\"keyVaults\":{\"openai\":)"
    R"({\"apiKey\":\"{key}\",\"baseURL\":\"{address}/v1\"}}}"},)"
    R"({"AI as Workspace":"https://aiaw.app/set-provider?provider={\"type\":\"openai\",\"settings\":)"
    R"({\"apiKey\":\"{key}\",\"baseURL\":\"{address}/v1\",\"compatibility\":\"strict\"}}"},)"
    R"({"AMA 问天":"ama://set-api-key?server={address}&key={key}"},)"
    R"({"OpenCat":"opencat://team/join?domain={address}&token={key}"}])";

const Option kRows[] = {
    option("SystemName", &Settings::system_name, "Opusclaw")
        .group("site")
        .help("Name of the site, in mail subjects and authenticator apps."),
    option("Logo", &Settings::logo, "").group("site").help("Address of the logo."),
    option("Footer", &Settings::footer, "").group("site").help("HTML under each page."),
    option("Notice", &Settings::notice, "").group("site").help("Notice shown to visitors, Markdown or HTML."),
    option("About", &Settings::about, "").group("site").help("Content of the about page."),
    option("HomePageContent", &Settings::home_page_content, "")
        .group("site")
        .help("Content or address of the home page."),
    option("TopUpLink", &Settings::top_up_link, "").group("site").help("Where users buy codes."),
    option("ServerAddress", &Settings::server_address, "http://localhost:3000")
        .shown_as("")
        .group("site")
        .help("Public address of this server, for links and callbacks."),
    option("HeaderNavModules", &Settings::header_nav_modules, "")
        .once_stored()
        .rule(is_json_or_empty)
        .form("JSON, or empty")
        .group("site")
        .help("Which links the dashboard's header shows."),
    option("SidebarModulesAdmin", &Settings::sidebar_modules_admin, "")
        .once_stored()
        .rule(is_json_or_empty)
        .form("JSON, or empty")
        .group("site")
        .help("Which sections the dashboard's side bar shows."),
    option("DefaultCollapseSidebar", &Settings::default_collapse_sidebar, false)
        .group("site")
        .help("The side bar starts collapsed."),
    option("DemoSiteEnabled", &Settings::demo_site_enabled, false)
        .group("site")
        .help("Marks this as a demonstration."),
    option("SelfUseModeEnabled", &Settings::self_use_mode_enabled, false)
        .group("site")
        .help("Models without a price are accepted at ratio 37.5."),
    option("Chats", &Settings::chats, kChats, &decode_text_objects)
        .group("site")
        .help("Chat programs by name, with the link that opens them."),

    option("LogConsumeEnabled", &Settings::log_consume_enabled, true)
        .group("logs")
        .help("Write a log row for each billed request."),
    option("DataExportEnabled", &Settings::data_export_enabled, true)
        .group("logs")
        .help("Collect hourly usage."),
    option("DataExportInterval", &Settings::data_export_interval_minutes, 5)
        .check(at_least(1))
        .group("logs")
        .help("Kept for its readers: hourly usage is stored with the log rows."),
    option("DataExportDefaultTime", &Settings::data_export_default_time, "hour")
        .check(one_of({"hour", "day", "week"}))
        .group("logs")
        .help("Default step of the usage charts."),
    option("DrawingEnabled", &Settings::drawing_enabled, true)
        .group("logs")
        .help("The dashboard shows drawings."),
    option("TaskEnabled", &Settings::task_enabled, true).group("logs").help("The dashboard shows tasks."),
    option("MjNotifyEnabled", &Settings::mj_notify_enabled, false)
        .group("drawing")
        .help("Pass on notify hooks."),
    option("MjAccountFilterEnabled", &Settings::mj_account_filter_enabled, false)
        .group("drawing")
        .help("Pass on account filters."),
    option("MjModeClearEnabled", &Settings::mj_mode_clear_enabled, false)
        .group("drawing")
        .help("Remove speed flags from prompts."),
    option("MjForwardUrlEnabled", &Settings::mj_forward_url_enabled, true)
        .group("drawing")
        .help("Serve result images through this server."),
    option("MjActionCheckSuccessEnabled", &Settings::mj_action_check_success_enabled, true)
        .group("drawing")
        .help("Actions need a finished drawing."),
    option("CheckSensitiveEnabled", &Settings::check_sensitive_enabled, true)
        .group("content")
        .help("Together with the next: refuse prompts with sensitive words."),
    option("CheckSensitiveOnPromptEnabled", &Settings::check_sensitive_on_prompt_enabled, true)
        .group("content")
        .help("Look for sensitive words in prompts."),
    option("SensitiveWords", &Settings::sensitive_words, "test_sensitive", &decode_lines)
        .group("content")
        .help("Words that are refused; letter case is ignored."),
    checked("StopOnSensitiveEnabled", true).group("content").help("Kept for New API; no effect."),
    checked("StreamCacheQueueLength", 0).group("content").help("Kept for New API; no effect."),
};

std::vector<Option> joined() {
    std::vector<Option> rows;
    for (const std::span<const Option> part :
         {site_options(), account_options(), price_options(), relay_options(), payment_options(),
          module_options(), service_options()})
        rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

Settings made_from_defaults() {
    Settings settings;
    for (const Option& row : all_options())
        if (row.apply) row.apply(settings, row.default_text, {row.kind(), Source::Put});
    return settings;
}

}    // namespace

std::span<const Option> site_options() { return kRows; }

std::span<const Option> all_options() {
    static const std::vector<Option> kAll = joined();
    return kAll;
}

const Option* find_option(std::string_view key) {
    static const NameMap<const Option*> kByKey = [] {
        NameMap<const Option*> map;
        for (const Option& row : all_options()) map.emplace(row.key, &row);
        return map;
    }();
    const auto found = kByKey.find(key);
    return found == kByKey.end() ? nullptr : found->second;
}

const Settings& default_settings() {
    static const Settings kDefaults = made_from_defaults();
    return kDefaults;
}

}    // namespace opusclaw::settings
