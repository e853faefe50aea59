// api/channel_upstream.cpp: which models an upstream has: of a stored channel, and of one that is still being typed in (spec 03
// sections 3.11, 3.12). How each type is asked is in provider/model_names.cpp.
#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>

#include "api/channel_lookup.h"
#include "api/route.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/channel_types.h"
#include "net/server.h"
#include "relay/model_names.h"

namespace opusclaw::api {
namespace {

constexpr int kOllama = 4, kGemini = 24;

/// What a type knows by itself, where nobody can be asked.
std::vector<std::string> built_in_list(int type) {
    const catalog::ChannelTypeFacts* const facts = catalog::channel_type(type);
    if (facts == nullptr) return {};
    std::vector<std::string> names;
    for (const std::string& name : facts->own_adapter ? facts->models : facts->task_models) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
}

std::string_view plan_base(std::string_view base_url) {
    const catalog::SpecialBase* const special = catalog::special_base(base_url);
    return special == nullptr ? std::string_view() : special->openai;
}

void write_names(json::Writer& writer, const std::vector<std::string>& names) {
    writer.begin_array();
    for (const std::string& name : names) writer.value(name);
    writer.end_array();
}

std::string key_of(const catalog::Channel& channel) {
    std::random_device random;
    const auto picked = catalog::pick_key(channel, [&random](std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random);
    });
    if (!picked) {
        const bool empty = channel.key_count == 0;
        fail("获取渠道密钥失败: " + std::string(empty ? "no keys available" : "no enabled keys"));
    }
    if (channel.type != kOllama) return std::string(picked->key);
    return std::string(text::trim(picked->key.substr(0, picked->key.find('\n'))));
}

/// Until the caller leaves.
Task<std::vector<std::string>> ask(const provider::ModelNamesCall& call, std::string_view proxy,
                                   const Request& request, const Services& services) {
    relay::UpstreamStop stop;
    const net::ClientWatch watch(*request.exchange, [&stop] { stop.request(); });
    co_return co_await relay::fetch_model_names(*request.client, call, proxy,
                                                services.catalog.target_options(), stop);
}

Task<std::vector<std::string>> ask_channel(const catalog::Channel& channel, const Request& request,
                                           const Services& services) {
    const std::string key = key_of(channel);
    auto call = provider::model_names_call({.type = channel.type,
                                            .base_url = channel.base_url,
                                            .plan_base = plan_base(channel.base_url),
                                            .key = key});
    if (!call) co_return built_in_list(channel.type);
    relay::override_headers(*call, channel.header_override, key);
    co_return co_await ask(*call, channel.proxy, request, services);
}

Task<Reply> fetch_stored(const Request& request, const Services& services) {
    const auto snapshot = co_await snapshot_with(ChannelId{request.id()}, services);
    const catalog::Channel& channel = *snapshot->find(ChannelId{request.id()});
    std::vector<std::string> names;
    std::optional<std::string> cause;
    try {
        names = co_await ask_channel(channel, request, services);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone || error.message.text.starts_with("获取渠道密钥失败")) throw;
        cause = translate(request.language, error.message);
    }
    if (cause) fail("获取模型列表失败: " + *cause);
    co_return success([&names](json::Writer& writer) { write_names(writer, names); });
}

struct Typed {
    std::string base_url, key;
    int type = 0;
};

std::optional<Typed> read_typed(const Request& request) {
    try {
        const JsonBody body = request.json();
        Typed typed{.base_url = std::string(text::trim(body.text("base_url")))};
        const std::string key = body.text("key");
        typed.key = text::trim(std::string_view(key).substr(0, key.find('\n')));
        const std::int64_t type = body.integer("type");
        constexpr std::int64_t kMost = 1'000'000;
        typed.type = type < 0 || type > kMost ? -1 : static_cast<int>(type);
        return typed;
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Transport and reading failures, told by the rules of the type.
Reply failed(const Typed& typed, const Error& error, Language language) {
    const std::string cause = translate(language, error.message);
    if (typed.type == kOllama) return failure("获取Ollama模型失败: " + cause);
    if (typed.type == kGemini) return failure("获取Gemini模型失败: " + cause);
    if (error.code == "bad_response_status_code") return failure("Failed to fetch models", 500);
    return failure(cause, 500);
}

Task<Reply> fetch_typed(const Request& request, const Services& services) {
    std::optional<Typed> typed = read_typed(request);
    const catalog::ChannelTypeFacts* const facts = typed ? catalog::channel_type(typed->type) : nullptr;
    if (facts == nullptr) co_return failure("Invalid request", 400);
    if (typed->base_url.empty()) typed->base_url = facts->base_url;
    std::vector<std::string> names;
    std::optional<Reply> refused;
    try {
        const auto call = provider::model_names_call({.type = typed->type,
                                                      .base_url = typed->base_url,
                                                      .plan_base = plan_base(typed->base_url),
                                                      .key = typed->key});
        if (call) {
            names = co_await ask(*call, "", request, services);
        } else {
            names = built_in_list(typed->type);
        }
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) throw;
        refused = failed(*typed, error, request.language);
    }
    if (refused) co_return std::move(*refused);
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).key("data");
    write_names(writer, names);
    writer.end_object();
    co_return reply;
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/channel/fetch_models/:id", Access::Admin, &fetch_stored},
    Route{Method::Post, "/api/channel/fetch_models", Access::Root, &fetch_typed},
};

}    // namespace

std::span<const Route> channel_upstream_routes() { return kRoutes; }

}    // namespace opusclaw::api
