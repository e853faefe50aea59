// api/channel_update.cpp: members that have no value for "empty" stay when they are empty; optional ones stay only when they
// are absent or null.
#include "api/channel_update.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "api/channel_check.h"
#include "api/channel_keys.h"
#include "api/reply.h"
#include "base/text.h"
#include "catalog/channel_keys.h"
#include "catalog/status_note.h"

namespace opusclaw::api {
namespace {

using store::ChannelChanges;
using OptionalText = std::optional<std::string> ChannelChanges::*;

struct TextMember {
    std::string_view name;
    OptionalText member;
};
// "" means: not sent.
constexpr std::array kPlain = {
    TextMember{"name", &ChannelChanges::name},         TextMember{"other", &ChannelChanges::other},
    TextMember{"models", &ChannelChanges::models},     TextMember{"group", &ChannelChanges::group},
    TextMember{"settings", &ChannelChanges::settings},
};
// "" is a value.
constexpr std::array kOptional = {
    TextMember{"base_url", &ChannelChanges::base_url},
    TextMember{"openai_organization", &ChannelChanges::openai_organization},
    TextMember{"test_model", &ChannelChanges::test_model},
    TextMember{"model_mapping", &ChannelChanges::model_mapping},
    TextMember{"status_code_mapping", &ChannelChanges::status_code_mapping},
    TextMember{"tag", &ChannelChanges::tag},
    TextMember{"setting", &ChannelChanges::setting},
    TextMember{"param_override", &ChannelChanges::param_override},
    TextMember{"header_override", &ChannelChanges::header_override},
    TextMember{"remark", &ChannelChanges::remark},
};

std::optional<std::int64_t> unless_zero(std::optional<std::int64_t> number) {
    return number == 0 ? std::nullopt : number;
}

void clear_members(ChannelUpdate& update, std::string_view clear) {
    for (const std::string_view part : text::split(clear, ',')) {
        const std::string_view name = text::trim(part);
        if (name.empty()) continue;
        const auto found = std::ranges::find(kPlain, name, &TextMember::name);
        if (name == "other_info") {
            update.clear_note = true;
        } else if (found == kPlain.end()) {
            fail_key("common.invalid_params");
        } else if (auto& value = update.changes.*found->member; !value) {
            value = "";
        }
    }
}

void check(const ChannelUpdate& update) {
    const ChannelChanges& changes = update.changes;
    check_settings(changes.setting.value_or(""), changes.settings.value_or(""));
    if (changes.type == kVertexType) check_vertex_regions(changes.other.value_or(""));
    if (changes.type == kCodexType && !update.key.empty()) check_codex_key(update.key);
    check_lengths(changes.status_code_mapping.value_or(""), changes.remark.value_or(""));
}

/// What stands in the column `key` afterwards.
std::string new_key(const ChannelUpdate& update, const store::ChannelRow& stored, bool multi_key) {
    const bool append = multi_key && update.key_mode == "append" && !stored.key.empty();
    if (!append) return update.key;
    const std::int64_t type = update.changes.type.value_or(stored.type);
    const bool json_keys = has_json_keys(type, update.changes.settings.value_or(stored.settings));
    std::vector<std::string> keys = catalog::stored_keys(stored.key);
    std::unordered_set<std::string> known(keys.begin(), keys.end());
    for (std::string& key : json_keys ? added_vertex_keys(update.key) : split_lines(update.key)) {
        if (known.insert(key).second) keys.push_back(std::move(key));
    }
    return catalog::keys_text(keys);
}

void merge_keys(ChannelChanges& changes, const ChannelUpdate& update, const store::ChannelRow& stored) {
    const catalog::ChannelInfo before = catalog::ChannelInfo::parse(stored.channel_info);
    catalog::ChannelInfo info = before;
    if (!update.key.empty()) changes.key = new_key(update, stored, info.multi_key);
    if (!update.multi_key_mode.value_or("").empty()) info.mode = *update.multi_key_mode;
    if (info.multi_key) {
        info.follow(catalog::stored_keys(stored.key), catalog::stored_keys(changes.key.value_or(stored.key)));
    }
    if (std::string text = info.text(); text != before.text()) changes.channel_info = std::move(text);
}

}    // namespace

ChannelUpdate read_channel_update(const JsonBody& body, std::string_view clear) {
    ChannelUpdate update;
    ChannelChanges& changes = update.changes;
    update.id = body.integer("id");
    changes.type = unless_zero(read_type(body));
    changes.status = unless_zero(read_status(body));
    changes.weight = read_weight(body);
    changes.priority = body.optional_integer("priority");
    changes.auto_ban = read_auto_ban(body);
    for (const TextMember& row : kPlain) {
        if (std::string text = body.text(row.name); !text.empty()) changes.*row.member = std::move(text);
    }
    for (const TextMember& row : kOptional) changes.*row.member = body.optional_text(row.name);
    update.key = body.text("key");
    update.multi_key_mode = body.optional_text("multi_key_mode");
    update.key_mode = body.optional_text("key_mode");
    clear_members(update, clear);
    check(update);
    return update;
}

ChannelChanges merged(const ChannelUpdate& update, const store::ChannelRow& stored) {
    ChannelChanges changes = update.changes;
    if (update.clear_note) {
        changes.other_info = "";
    } else if (changes.status == 1) {
        changes.other_info = catalog::without_status_reason(stored.other_info);
    }
    merge_keys(changes, update, stored);
    return changes;
}

}    // namespace opusclaw::api
