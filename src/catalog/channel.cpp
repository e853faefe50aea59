// catalog/channel.cpp: from a row of `channels` to a Channel: texts parsed once, the default base URL filled in, the target of
// requests made (spec 04 sections 9, 10, 15.2; 03 section 2).
#include "catalog/channel.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "base/url.h"
#include "catalog/channel_keys.h"
#include "catalog/channel_types.h"

namespace opusclaw::catalog {
namespace {

/// The parts of a comma list: trimmed, none empty, none twice.
std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> parts;
    std::unordered_set<std::string_view> seen;    // lists of a thousand models are not rare
    for (const std::string_view part : text::split(text, ',')) {
        const std::string_view name = text::trim(part);
        if (!name.empty() && seen.insert(name).second) parts.emplace_back(name);
    }
    return parts;
}

/// A JSON object of the row, or nothing: text that does not parse counts as empty, and is noted (spec 04 section 10). `column` is a
/// static text.
std::optional<json::Document> object_of(std::string_view text, Channel& channel, std::string_view column) {
    if (text::trim(text).empty()) return std::nullopt;
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() == json::Type::Object) return document;
    } catch (const Error&) {
        // as any other text that is no object
    }
    channel.unreadable.push_back(column);
    return std::nullopt;
}

void read_model_mapping(Channel& channel, const store::ChannelRow& row) {
    const auto document = object_of(row.model_mapping.value_or(""), channel, "model_mapping");
    if (!document) return;
    document->root().each_member([&channel](std::string_view from, json::View to) {
        if (auto name = to.as_string(); name && !name->empty())
            channel.model_mapping.emplace(from, std::move(*name));
        return true;
    });
}

std::optional<int> narrow(std::optional<std::int64_t> number) {
    return number && std::in_range<int>(*number) ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::optional<int> status_of(const json::View& value) {
    if (const auto number = value.as_int()) return narrow(number);
    const auto text = value.as_string();
    return text ? narrow(text::parse_int(*text)) : std::nullopt;
}

void read_status_mapping(Channel& channel, const store::ChannelRow& row) {
    const auto document = object_of(row.status_code_mapping.value_or(""), channel, "status_code_mapping");
    if (!document) return;
    document->root().each_member([&channel](std::string_view from, json::View to) {
        const auto source = narrow(text::parse_int(from));
        const auto target = status_of(to);
        if (source && target && *source != 200) channel.status_code_mapping.emplace(*source, *target);
        return true;
    });
}

void read_setting(Channel& channel, const store::ChannelRow& row) {
    const auto document = object_of(row.setting.value_or(""), channel, "setting");
    if (!document) return;
    const json::View root = document->root();
    const auto flag = [&root](std::string_view name) {
        const auto value = root.find(name);
        return value && value->as_bool().value_or(false);
    };
    if (const auto proxy = root.find("proxy")) channel.proxy = text::trim(proxy->as_string().value_or(""));
    if (const auto prompt = root.find("system_prompt"))
        channel.system_prompt = prompt->as_string().value_or("");
    channel.system_prompt_override = flag("system_prompt_override");
    channel.pass_through_body = flag("pass_through_body_enabled");
    channel.force_format = flag("force_format");
    channel.thinking_to_content = flag("thinking_to_content");
    channel.responses_via_chat = flag("responses_via_chat");
}

void read_settings(Channel& channel, const store::ChannelRow& row) {
    const auto document = object_of(row.settings, channel, "settings");
    if (!document) return;
    const json::View root = document->root();
    const auto flag = [&root](std::string_view name) {
        const auto value = root.find(name);
        return value && value->as_bool().value_or(false);
    };
    channel.fields = {.service_tier = flag("allow_service_tier"),
                      .inference_geo = flag("allow_inference_geo"),
                      .speed = flag("allow_speed"),
                      .safety_identifier = flag("allow_safety_identifier"),
                      .include_obfuscation = flag("allow_include_obfuscation"),
                      .store = !flag("disable_store")};
    channel.beta_query = flag("claude_beta_query");
    channel.enveloped = flag("openrouter_enterprise");
    if (const auto version = root.find("azure_responses_version"))
        channel.responses_version = text::trim(version->as_string().value_or(""));
    if (const auto form = root.find("vertex_key_type"))
        channel.vertex_key_type = form->as_string().value_or("");
}

void read_keys(Channel& channel, const store::ChannelRow& row) {
    const ChannelInfo info = object_of(row.channel_info, channel, "channel_info")
                                 ? ChannelInfo::parse(row.channel_info)
                                 : ChannelInfo{};
    if (!info.multi_key) {
        channel.keys = {row.key};
        channel.key_places = {0};
        return;
    }
    channel.multi_key = true;
    std::vector<std::string> keys = stored_keys(row.key);
    channel.key_count = keys.size();
    for (std::size_t index = 0; index < keys.size(); ++index) {
        if (!info.enabled(static_cast<std::int64_t>(index)) || keys[index].empty()) continue;
        channel.keys.push_back(std::move(keys[index]));
        channel.key_places.push_back(index);
    }
    if (info.mode == "random") channel.key_mode = KeyMode::Random;
    if (info.mode == "polling") {
        channel.key_mode = KeyMode::Polling;
        channel.polling = std::make_shared<PollingCursor>();
        channel.polling->next = static_cast<std::size_t>(std::max<std::int64_t>(info.polling_index, 0));
    }
}

/// Whether NO_PROXY (a comma list of host names, domain suffixes and `*`) exempts a host.
bool exempt(std::string_view no_proxy, std::string_view host) {
    for (const std::string_view part : text::split(no_proxy, ',')) {
        const std::string entry = text::lower(text::trim(part));
        if (entry.empty()) continue;
        const std::string_view suffix = std::string_view(entry).substr(entry.front() == '.' ? 1 : 0);
        if (entry == "*" || host == suffix || host.ends_with("." + std::string(suffix))) return true;
    }
    return host == "localhost" || host.starts_with("127.") || host == "::1";
}

std::string proxy_for(std::string_view own, const Url& url, const TargetOptions& options) {
    if (!own.empty()) return std::string(own);
    if (exempt(options.no_proxy, url.host)) return {};
    return url.scheme == "https" ? options.https_proxy : options.http_proxy;
}

/// The enabled key that is next at or behind the cursor, which moves behind it.
std::size_t poll_key(const Channel& channel) {
    std::size_t at = channel.polling->next.load();
    while (true) {
        const std::size_t from = at < channel.key_count ? at : 0;
        const auto next = std::ranges::lower_bound(channel.key_places, from);
        const std::size_t chosen = next == channel.key_places.end()
                                       ? 0
                                       : static_cast<std::size_t>(next - channel.key_places.begin());
        const std::size_t behind = (channel.key_places[chosen] + 1) % channel.key_count;
        if (channel.polling->next.compare_exchange_weak(at, behind)) return chosen;
    }
}

constexpr int kCustomType = 8;
/// Types whose base URL may be the name of a coding plan (spec 08 section 1.7).
constexpr std::array<int, 3> kPlanTypes = {25, 26, 45};

/// What stands behind the host of a base URL that is used as it is written (spec 07 section 4.1): path and query, `{model}` in them.
std::string verbatim_path(std::string_view base_url) {
    const std::size_t scheme = base_url.find("://");
    if (scheme == std::string_view::npos) return {};
    const std::size_t path = base_url.find_first_of("/?", scheme + 3);
    if (path == std::string_view::npos) return {};
    const std::string_view behind = base_url.substr(path, base_url.find('#', path) - path);
    return behind.starts_with('?') ? "/" + std::string(behind) : std::string(behind);
}

/// nullptr: the base URL is an address.
const SpecialBase* plan_of(const Channel& channel) {
    if (std::ranges::find(kPlanTypes, channel.type) == kPlanTypes.end()) return nullptr;
    return special_base(text::lower(text::trim(channel.base_url)));
}

/// Where the channel's requests go. Both bases of a plan are on one host.
void read_origin(Channel& channel, const TargetOptions& options) {
    const SpecialBase* const plan = plan_of(channel);
    Origin origin = origin_of(plan == nullptr ? channel.base_url : plan->openai, channel.proxy, options);
    channel.target = std::move(origin.target);
    channel.target_error = std::move(origin.error);
    channel.base_path = channel.type == kCustomType ? verbatim_path(channel.base_url)
                                                    : std::move(origin.path);
    if (plan != nullptr) channel.plan_path = origin_of(plan->claude, channel.proxy, options).path;
}

}    // namespace

Origin origin_of(std::string_view base_url, std::string_view proxy, const TargetOptions& options) {
    Origin origin;
    const auto url = parse_url(base_url);
    if (!url || (url->scheme != "http" && url->scheme != "https")) {
        origin.error = "the base URL is not an http or https URL";
        return origin;
    }
    net::Target::Parts parts{
        .tls = url->scheme == "https", .host = url->host, .port = url->port, .proxy = std::nullopt};
    parts.check = options.skip_certificate_check ? net::CertificateCheck::Skip
                                                 : net::CertificateCheck::Verify;
    try {
        const std::string used = proxy_for(proxy, *url, options);
        if (!used.empty()) parts.proxy = net::parse_proxy(used);
        origin.target = net::Target::make(std::move(parts));
    } catch (const Error& error) {
        origin.error = error.message.text;
        return origin;
    }
    origin.path = url->path;
    if (origin.path.ends_with('/')) origin.path.pop_back();
    return origin;
}

std::optional<PickedKey> pick_key(const Channel& channel, const Draw& draw) {
    if (channel.keys.empty()) return std::nullopt;
    std::size_t chosen = 0;
    if (channel.key_mode == KeyMode::Random && channel.keys.size() > 1) chosen = draw(channel.keys.size());
    if (channel.key_mode == KeyMode::Polling) chosen = poll_key(channel);
    return PickedKey{.key = channel.keys[chosen], .place = channel.key_places[chosen]};
}

Channel read_channel(const store::ChannelRow& row, const TargetOptions& options) {
    Channel channel;
    channel.id = ChannelId{row.id};
    channel.type = static_cast<int>(row.type);
    channel.name = row.name;
    channel.status = static_cast<ChannelStatus>(row.status);
    channel.base_url = row.base_url.value_or("");
    const ChannelTypeFacts* facts = channel_type(channel.type);
    if (channel.base_url.empty() && facts != nullptr) channel.base_url = facts->base_url;
    channel.organization = row.openai_organization.value_or("");
    channel.priority = row.priority.value_or(0);
    channel.weight = static_cast<std::uint64_t>(std::max<std::int64_t>(row.weight.value_or(0), 0));
    channel.auto_ban = row.auto_ban.value_or(0) == 1;
    channel.models = list_of(row.models);
    channel.groups = list_of(row.group);
    read_model_mapping(channel, row);
    read_status_mapping(channel, row);
    read_setting(channel, row);
    read_settings(channel, row);
    read_keys(channel, row);
    channel.header_override = row.header_override.value_or("");
    channel.test_model = text::trim(row.test_model.value_or(""));
    channel.other = text::trim(row.other);
    channel.api_version = channel.other.empty() ? options.api_version : channel.other;
    channel.created = row.created_time;
    channel.messages_models = options.messages_models;
    read_origin(channel, options);
    return channel;
}

MappedModel map_model(const Channel& channel, std::string_view model) {
    MappedModel mapped{.name = model, .mapped = false};
    if (channel.model_mapping.empty()) return mapped;
    std::vector<std::string_view> seen{model};
    while (true) {
        const auto entry = channel.model_mapping.find(mapped.name);
        if (entry == channel.model_mapping.end() || entry->second == mapped.name) return mapped;
        if (std::find(seen.begin(), seen.end(), entry->second) != seen.end()) {
            throw Error(ErrorKind::Internal, "channel:model_mapped_error",
                        Message::literal("model_mapping_contains_cycle"));
        }
        mapped = {.name = entry->second, .mapped = true};
        seen.push_back(mapped.name);
    }
}

}    // namespace opusclaw::catalog
