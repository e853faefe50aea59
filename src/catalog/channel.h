// catalog/channel.h: one channel as routing and sending see it: the texts of its row parsed once (spec 04 sections 9, 10; 03 section 2).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "net/client.h"
#include "store/channels.h"

namespace opusclaw::catalog {

enum class ChannelStatus : int { Unknown = 0, Enabled = 1, Disabled = 2, AutoDisabled = 3 };

/// Which fields of a client's body go upstream (spec 06 section 4.6).
struct FieldRules {
    bool service_tier = false, inference_geo = false, speed = false, safety_identifier = false,
         include_obfuscation = false;
    bool store = true;
};

/// A channel, its texts parsed once. Text that does not parse counts as empty and is logged once (spec 04 section 10).
struct Channel {
    ChannelId id;
    int type = 0;
    std::string name;
    ChannelStatus status = ChannelStatus::Unknown;
    std::string base_url;             // the type's default filled in, without a trailing slash
    std::vector<std::string> keys;    // one, or those of a multi-key channel, enabled ones only
    std::string organization;
    std::int64_t priority = 0;
    std::uint64_t weight = 0;
    bool auto_ban = false;
    std::vector<std::string> models;
    std::vector<std::string> groups;
    std::map<std::string, std::string, std::less<>> model_mapping;
    std::map<int, int> status_code_mapping;
    std::string proxy;    // `setting.proxy`
    FieldRules fields;    // of `settings`
    std::shared_ptr<const net::Target>
        target;    // nullptr: the base URL or the proxy cannot be used (why in target_error)
    std::string target_error;
    std::string base_path;    // path part of the base URL, without a trailing slash
};

/// Follows the chain of spec 04 section 15.2. Throws Error(Internal, "channel:model_mapped_error") for a cycle.
struct MappedModel {
    std::string_view name;
    bool mapped = false;
};
MappedModel map_model(const Channel& channel, std::string_view model);

/// What of the environment a channel's Target depends on.
struct TargetOptions {
    bool skip_certificate_check = false;              // TLS_INSECURE_SKIP_VERIFY
    std::string http_proxy, https_proxy, no_proxy;    // defaults where the channel has no proxy
};

/// Never throws for what a row holds.
Channel read_channel(const store::ChannelRow& row, const TargetOptions& options);

}    // namespace opusclaw::catalog
