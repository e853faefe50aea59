// api/channel_check.h: what is checked of a channel before it is stored, when it is new and when it is changed (spec 03 sections
// 3.4, 3.6; 01 section 2). Every check throws Error(InvalidRequest) with the specification's text. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_body.h"
#include "store/channels.h"

namespace opusclaw::api {

inline constexpr std::int64_t kVertexType = 41;
inline constexpr std::int64_t kCodexType = 57;

// Members of a body with their ranges; absent and null give nullopt. Out of range: `common.invalid_params`.
std::optional<std::int64_t> read_type(const JsonBody& body);
std::optional<std::int64_t> read_status(const JsonBody& body);
std::optional<std::int64_t> read_weight(const JsonBody& body);
std::optional<std::int64_t> read_auto_ban(const JsonBody& body);

void check_settings(std::string_view setting, std::string_view settings);
void check_model_names(std::string_view models);
void check_vertex_regions(std::string_view other);
void check_codex_key(std::string_view key);
void check_lengths(std::string_view status_code_mapping, std::string_view remark);
/// Whether the row fits the columns as the engine declares them: `common.invalid_params`. SQLite takes every length; nobody a
/// NUL.
void check_columns(const store::ChannelRow& channel, store::Engine engine);

/// Vertex takes service accounts, which are JSON objects, unless it is told to take plain keys.
bool has_json_keys(std::int64_t type, std::string_view settings);
/// The objects of a JSON array, for a channel or a batch of Vertex.
std::vector<std::string> vertex_keys(std::string_view text);
/// The same, or one object, to be added to what there is.
std::vector<std::string> added_vertex_keys(std::string_view text);

}    // namespace opusclaw::api
