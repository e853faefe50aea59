// dialect/gemini/usage_json.cpp: counts and their details by modality (spec 06 sections 19.2 to 19.4).
#include "dialect/gemini/usage_json.h"

#include <algorithm>

namespace opusclaw::dialect::gemini {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000'000;

std::int64_t count_of(const json::View& value) {
    return std::clamp<std::int64_t>(value.as_int().value_or(0), 0, kMostTokens);
}

/// Where the tokens of each modality go; nullptr: nowhere.
struct Places {
    std::int64_t Usage::*text;
    std::int64_t Usage::*audio;
    std::int64_t Usage::*image;
};
constexpr Places kInput{&Usage::text_input, &Usage::audio_input, nullptr};
constexpr Places kOutput{&Usage::text_output, &Usage::audio_output, &Usage::image_output};

void add_details(Usage& usage, const json::View& details, const Places& places) {
    details.each_item([&](const json::View& item) {
        const auto modality = item.find("modality");
        const auto tokens = item.find("tokenCount");
        if (!modality || !tokens) return true;
        const std::string name = modality->as_string().value_or("");
        std::int64_t Usage::*place = nullptr;
        if (name == "TEXT") place = places.text;
        if (name == "AUDIO") place = places.audio;
        if (name == "IMAGE") place = places.image;
        if (place != nullptr) usage.*place = std::min(usage.*place + count_of(*tokens), kMostTokens);
        return true;
    });
}

}    // namespace

std::optional<Usage> read_usage(const json::View& metadata) {
    if (metadata.type() != json::Type::Object) return std::nullopt;
    Usage usage;
    std::int64_t prompt = 0, of_tools = 0, candidates = 0;
    metadata.each_member([&](std::string_view key, const json::View& value) {
        if (key == "promptTokenCount") prompt = count_of(value);
        if (key == "toolUsePromptTokenCount") of_tools = count_of(value);
        if (key == "candidatesTokenCount") candidates = count_of(value);
        if (key == "thoughtsTokenCount") usage.reasoning = count_of(value);
        if (key == "totalTokenCount") usage.total = count_of(value);
        if (key == "cachedContentTokenCount") usage.cached_read = count_of(value);
        if (key == "promptTokensDetails" || key == "toolUsePromptTokensDetails")
            add_details(usage, value, kInput);
        if (key == "candidatesTokensDetails") add_details(usage, value, kOutput);
        return true;
    });
    usage.prompt = prompt + of_tools;
    usage.completion = candidates + usage.reasoning;
    if (usage.completion == 0 && usage.total > usage.prompt) usage.completion = usage.total - usage.prompt;
    if (usage.text_input == 0 && usage.audio_input == 0) usage.text_input = usage.prompt;
    usage.clamp();
    return usage;
}

void count_media(Usage& usage, std::size_t media) {
    if (media == 0 || usage.completion != 0) return;
    usage.completion = kTokensOfMedia * static_cast<std::int64_t>(media);
    usage.total = std::max(usage.total, usage.prompt + usage.completion);
}

void write_usage(json::Writer& writer, const Usage& usage) {
    const bool anthropic = usage.semantics == UsageSemantics::Anthropic;
    const std::int64_t cached = anthropic ? usage.cached_read + usage.written_to_cache() : 0;
    const std::int64_t prompt = usage.prompt + cached;
    const std::int64_t reasoning = std::min(usage.reasoning, usage.completion);
    writer.begin_object().member("promptTokenCount", prompt);
    writer.member("candidatesTokenCount", usage.completion - reasoning);
    if (reasoning > 0) writer.member("thoughtsTokenCount", reasoning);
    if (usage.cached_read > 0) writer.member("cachedContentTokenCount", usage.cached_read);
    writer.member("totalTokenCount", prompt + usage.completion).end_object();
}

}    // namespace opusclaw::dialect::gemini
