// settings/table_site.cpp: options of the site, its looks and its content (spec 01 sections 7.1, 7.3, 8.1).
#include "settings/option.h"

namespace opusclaw::settings {
namespace {

constexpr std::string_view kChats =
    R"([{"Cherry Studio":"cherrystudio://providers/api-keys?v=1&data={cherryConfig}"},)"
    R"({"AionUI":"aionui://provider/add?v=1&data={aionuiConfig}"},{"流畅阅读":"fluentread"},{"CC Switch":"ccswitch"},)"
    R"({"Lobe Chat 官方示例":"https://chat-preview.lobehub.com/?settings={\"keyVaults\":{\"openai\":{\"apiKey\":\"{key}\",\"baseURL\":\"{address}/v1\"}}}"},)"
    R"({"AI as Workspace":"https://aiaw.app/set-provider?provider={\"type\":\"openai\",\"settings\":{\"apiKey\":\"{key}\",\"baseURL\":\"{address}/v1\",\"compatibility\":\"strict\"}}"},)"
    R"({"AMA 问天":"ama://set-api-key?server={address}&key={key}"},{"OpenCat":"opencat://team/join?domain={address}&token={key}"}])";

}    // namespace

void add_site_options(std::vector<Option>& rows) {
    rows.push_back(option("SystemName", &Settings::system_name, decode_text, "Opusclaw"));
    rows.push_back(option("Logo", &Settings::logo, decode_text, ""));
    rows.push_back(option("Footer", &Settings::footer, decode_text, ""));
    rows.push_back(option("Notice", &Settings::notice, decode_text, ""));
    rows.push_back(option("About", &Settings::about, decode_text, ""));
    rows.push_back(option("HomePageContent", &Settings::home_page_content, decode_text, ""));
    rows.push_back(option("TopUpLink", &Settings::top_up_link, decode_text, ""));
    rows.push_back(option("ServerAddress", &Settings::server_address, decode_text, ""));
    rows.push_back(option("HeaderNavModules", &Settings::header_nav_modules, decode_text, "").when_stored());
    rows.push_back(option("SidebarModulesAdmin", &Settings::sidebar_modules_admin, decode_text, "").when_stored());
    rows.push_back(option("DefaultCollapseSidebar", &Settings::default_collapse_sidebar, decode_bool, "false"));
    rows.push_back(option("DemoSiteEnabled", &Settings::demo_site_enabled, decode_bool, "false"));
    rows.push_back(option("SelfUseModeEnabled", &Settings::self_use_mode_enabled, decode_bool, "false"));
    rows.push_back(option("Chats", &Settings::chats, decode_json_array, kChats));
    rows.push_back(option("theme.frontend", &Settings::theme_frontend, decode_text, "classic")
                       .checked(refuse_when([](const Settings& s) { return s.theme_frontend != "default" && s.theme_frontend != "classic"; },
                                            "无效的主题值，可选值：default（新版前端）、classic（经典前端）")));
    rows.push_back(option("legal.user_agreement", &Settings::user_agreement, decode_text, ""));
    rows.push_back(option("legal.privacy_policy", &Settings::privacy_policy, decode_text, ""));
    rows.push_back(option("opusclaw.raw_html_enabled", &Settings::raw_html_enabled, decode_bool, "false"));
    rows.push_back(option("general_setting.docs_link", &Settings::docs_link, decode_text, "https://docs.newapi.pro"));
    rows.push_back(option("console_setting.api_info", &Settings::console_api_info, decode_json_array_or_empty, ""));
    rows.push_back(option("console_setting.uptime_kuma_groups", &Settings::console_uptime_kuma_groups, decode_json_array_or_empty, ""));
    rows.push_back(option("console_setting.announcements", &Settings::console_announcements, decode_json_array_or_empty, ""));
    rows.push_back(option("console_setting.faq", &Settings::console_faq, decode_json_array_or_empty, ""));
    rows.push_back(option("console_setting.api_info_enabled", &Settings::api_info_enabled, decode_bool, "true"));
    rows.push_back(option("console_setting.uptime_kuma_enabled", &Settings::uptime_kuma_enabled, decode_bool, "true"));
    rows.push_back(option("console_setting.announcements_enabled", &Settings::announcements_enabled, decode_bool, "true"));
    rows.push_back(option("console_setting.faq_enabled", &Settings::faq_enabled, decode_bool, "true"));
    rows.push_back(option("DrawingEnabled", &Settings::drawing_enabled, decode_bool, "true"));
    rows.push_back(option("TaskEnabled", &Settings::task_enabled, decode_bool, "true"));
    rows.push_back(option("DataExportEnabled", &Settings::data_export_enabled, decode_bool, "true"));
    rows.push_back(option("DataExportInterval", &Settings::data_export_interval_minutes, decode_int, "5")
                       .checked(refuse_when([](const Settings& s) { return s.data_export_interval_minutes < 1; },
                                            "DataExportInterval must be at least 1")));
    rows.push_back(option("DataExportDefaultTime", &Settings::data_export_default_time, decode_text, "hour"));
}

}    // namespace opusclaw::settings
