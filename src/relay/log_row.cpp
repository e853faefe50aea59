// relay/log_row.cpp: writes the row that explains a bill. Members of `other` and when they are present: spec 03 section 14.3.
#include "relay/log_row.h"

#include <fmt/format.h>

#include <chrono>

#include "base/json/writer.h"
#include "base/text_mask.h"
#include "relay/model_rules.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

/// Names of custom GPTs are logged under their family (spec 04 section 23.2).
std::string logged_model(std::string_view model) {
    if (model.starts_with("gpt-4-gizmo")) return "gpt-4-gizmo-*";
    if (model.starts_with("gpt-4o-gizmo")) return "gpt-4o-gizmo-*";
    return std::string(model);
}

/// Audio input with a price of its own beside the ratios (spec 05 section 6.2).
bool has_separate_audio(const ConsumeFacts& facts) {
    return facts.usage.audio_input > 0 && facts.price.audio_input_usd_per_million && !facts.price.fixed &&
           !facts.bill.by_audio;
}

const std::string& billed_model(const ConsumeFacts& facts) {
    return facts.route.billed_as.empty() ? facts.facts.priced_model() : facts.route.billed_as;
}

/// By which ratios the audio formula made the bill (spec 05 section 8.2).
std::string audio_content(const billing::Price& price) {
    if (price.fixed)
        return fmt::format("模型价格 {:.2f}，分组倍率 {:.2f}", price.model_price, price.group_ratio);
    return fmt::format(
        "模型倍率 {:.2f}，补全倍率 {:.2f}，音频倍率 {:.2f}，音频补全倍率 {:.2f}，分组倍率 {:.2f}",
        price.model_ratio, price.completion_ratio, price.audio_ratio, price.audio_completion_ratio,
        price.group_ratio);
}

std::string content_of(const ConsumeFacts& facts) {
    std::string content;
    const auto add = [&content](std::string_view text) {
        if (!content.empty() && !text.empty()) content += ", ";
        content += text;
    };
    if (facts.bill.by_audio) add(audio_content(facts.price));
    add(facts.trace.note);
    if (has_separate_audio(facts))
        add("Audio Input 花费 " + billing::separate_audio_amount(facts.price, facts.usage));
    const std::string& model = billed_model(facts);
    if (logged_model(model) != model) add("模型 " + model);
    return content;
}

/// Both audio formulas that there are.
void write_audio(json::Writer& writer, const ConsumeFacts& facts) {
    const dialect::Usage& usage = facts.usage;
    if (facts.bill.by_audio) {
        writer.member("audio", true);
        writer.member("audio_input", usage.audio_input).member("audio_output", usage.audio_output);
        writer.member("text_input", usage.text_input).member("text_output", usage.text_output);
        writer.member("audio_ratio", facts.price.audio_ratio);
        writer.member("audio_completion_ratio", facts.price.audio_completion_ratio);
    }
    if (has_separate_audio(facts)) {
        writer.member("audio_input_seperate_price", true);
        writer.member("audio_input_token_count", usage.audio_input);
        writer.member("audio_input_price", *facts.price.audio_input_usd_per_million);
    }
}

/// Milliseconds to the first output; -1000 when nothing was timed.
double first_response_ms(const Trace& trace) {
    if (!trace.first_output) return -1000;
    return static_cast<double>(
        std::chrono::duration_cast<std::chrono::milliseconds>(*trace.first_output - trace.started).count());
}

void write_cache_writes(json::Writer& writer, const billing::Price& price, const dialect::Usage& usage) {
    const bool anthropic = usage.semantics == dialect::UsageSemantics::Anthropic;
    if (usage.cache_write > 0 || anthropic) {
        writer.member("cache_creation_tokens", usage.cache_write);
        writer.member("cache_creation_ratio", price.cache_write_ratio);
    }
    if (usage.cache_write_5m > 0) {
        writer.member("cache_creation_tokens_5m", usage.cache_write_5m);
        writer.member("cache_creation_ratio_5m", price.cache_write_ratio);
    }
    if (usage.cache_write_1h > 0) {
        writer.member("cache_creation_tokens_1h", usage.cache_write_1h);
        writer.member("cache_creation_ratio_1h", price.cache_write_1h_ratio);
    }
    if (usage.written_to_cache() > 0) writer.member("cache_write_tokens", usage.written_to_cache());
}

void write_prices(json::Writer& writer, const ConsumeFacts& facts) {
    const billing::Price& price = facts.price;
    writer.member("model_ratio", price.model_ratio);
    writer.member("group_ratio", price.group_ratio);
    writer.member("completion_ratio", price.completion_ratio);
    writer.member("cache_tokens", facts.usage.cached_read);
    writer.member("cache_ratio", price.cache_ratio);
    writer.member("model_price", price.model_price);
    writer.member("user_group_ratio", price.user_group_ratio);
    write_cache_writes(writer, price, facts.usage);
    if (facts.usage.image_input > 0) {
        writer.member("image", true);
        writer.member("image_ratio", price.image_ratio);
        writer.member("image_output", facts.usage.image_input);
    }
    write_audio(writer, facts);
}

/// A provider's words may repeat the key that it was given.
void write_stream_status(json::Writer& writer, const StreamStatus& status, const ConsumeFacts& facts) {
    const std::string_view secrets[] = {facts.route.key, facts.trace.access_token};
    writer.key("stream_status").begin_object();
    writer.member("status", status.ok() ? "ok" : "error");
    writer.member("end_reason", stream_end_name(status.reason()));
    if (!status.error().empty()) writer.member("end_error", text::without_secrets(status.error(), secrets));
    if (status.soft_errors() > 0) {
        writer.member("error_count", static_cast<std::int64_t>(status.soft_errors()));
        writer.key("errors").begin_array();
        for (const std::string& said : status.kept()) writer.value(text::without_secrets(said, secrets));
        writer.end_array();
    }
    writer.end_object();
}

void write_admin_info(json::Writer& writer, const Trace& trace, const Route& route) {
    writer.key("admin_info").begin_object();
    writer.key("use_channel").begin_array();
    for (const ChannelId id : trace.channels) writer.value(std::to_string(id.value));
    writer.end_array();
    if (route.channel->multi_key) {
        writer.member("is_multi_key", true);
        writer.member("multi_key_index", static_cast<std::int64_t>(route.key_place));
    }
    if (trace.local_count) writer.member("local_count_tokens", true);
    writer.end_object();
}

/// In which dialect the provider was asked and told its usage, what it was not told, and whether it refused.
void write_translation(json::Writer& writer, const ConsumeFacts& facts) {
    const RequestForm* const asked = facts.route.form != nullptr ? facts.route.form : facts.facts.form;
    const bool told = facts.usage.semantics == dialect::UsageSemantics::Anthropic;
    if (told || asked->dialect == dialect::Dialect::Anthropic) writer.member("claude", true);
    if (told) writer.member("usage_semantic", "anthropic");
    if (asked->dialect != dialect::Dialect::Anthropic && facts.usage.sourced_input > 0)
        writer.member("input_tokens_total", facts.usage.sourced_input);
    if (!facts.trace.not_carried.empty()) {
        writer.key("not_carried").begin_array();
        for (const std::string& name : facts.trace.not_carried) writer.value(name);
        writer.end_array();
    }
    if (!facts.trace.reject_reason.empty()) writer.member("reject_reason", facts.trace.reject_reason);
}

std::string other_of(const ConsumeFacts& facts) {
    std::string text;
    text.reserve(512);
    json::Writer writer(text);
    writer.begin_object();
    write_prices(writer, facts);
    writer.member("frt", first_response_ms(facts.trace));
    writer.member("request_path", facts.trace.path);
    writer.key("request_conversion").begin_array();
    writer.value(facts.facts.form->logged_as);
    if (translates(facts.route, facts.facts)) writer.value(facts.route.form->logged_as);
    writer.end_array();
    write_translation(writer, facts);
    if (const std::string effort = effort_of(facts.facts, facts.route); !effort.empty())
        writer.member("reasoning_effort", effort);
    if (facts.route.model.mapped) {
        writer.member("is_model_mapped", true);
        writer.member("upstream_model_name", facts.route.model.name);
    }
    if (facts.trace.prompt_overwritten) writer.member("is_system_prompt_overwritten", true);
    writer.member("billing_source", "wallet");
    if (!facts.caller.user->billing_preference.empty())
        writer.member("billing_preference", facts.caller.user->billing_preference);
    if (facts.trace.stream) write_stream_status(writer, *facts.trace.stream, facts);
    write_admin_info(writer, facts.trace, facts.route);
    writer.end_object();
    return text;
}

}    // namespace

store::LogRow consume_row(const ConsumeFacts& facts) {
    const auto elapsed = facts.clock.steady() - facts.trace.started;
    store::LogRow row;
    row.user_id = facts.caller.user->id.value;
    row.created_at = to_unix(facts.clock.unix_now());
    row.type = static_cast<std::int64_t>(store::LogType::Consume);
    row.content = content_of(facts);
    row.username = facts.caller.user->username;
    row.token_name = facts.caller.token->name;
    row.model_name = logged_model(billed_model(facts));
    row.quota = facts.bill.quota.units;
    row.prompt_tokens = facts.usage.prompt;
    row.completion_tokens = facts.usage.completion;
    row.use_time = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
    row.is_stream = facts.trace.stream.has_value();
    row.channel_id = facts.route.channel->id.value;
    row.token_id = facts.caller.token->id.value;
    row.group = facts.route.group;
    if (facts.caller.user->record_ip) row.ip = facts.trace.ip;
    row.request_id = facts.trace.request_id;
    row.other = other_of(facts);
    return row;
}

}    // namespace opusclaw::relay
