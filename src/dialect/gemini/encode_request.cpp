// dialect/gemini/encode_request.cpp: a generateContent request from the neutral model (spec 06 sections 7, 8.4, 11, 12). Contents and
// tools have files of their own.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/parts.h"
#include "dialect/gemini/schema.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Request;

constexpr ToolRule kToolRule{.longest_name = 64, .custom_tools = false, .names = NameForm::Identifiers};
constexpr std::size_t kMostStops = 5;
constexpr std::array<std::string_view, 4> kSafetyCategories = {
    "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT"};
/// Members of other dialects that are read into the extension and written here.
constexpr std::array<std::string_view, 6> kCarried = {"extra_body",         "modalities",   "audio",
                                                      "responseModalities", "speechConfig", "imageConfig"};

void write_system(const Encoding& encoding) {
    std::string joined;
    for (const chat::Text& text : encoding.request.system) {
        if (!text.text.empty()) joined.append(joined.empty() ? "" : "\n").append(text.text);
    }
    if (joined.empty()) return;
    encoding.writer.key("systemInstruction").begin_object().key("parts").begin_array();
    encoding.writer.begin_object().member("text", joined).end_object().end_array().end_object();
}

void write_safety(const Encoding& encoding) {
    const auto& thresholds = encoding.target.profile.gemini.safety;
    const auto usual = thresholds.find("default");
    const std::string_view otherwise = usual == thresholds.end() ? std::string_view("OFF") : usual->second;
    encoding.writer.key("safetySettings").begin_array();
    for (const std::string_view category : kSafetyCategories) {
        const auto own = thresholds.find(category);
        encoding.writer.begin_object().member("category", category);
        encoding.writer.member("threshold", own == thresholds.end() ? otherwise : own->second).end_object();
    }
    encoding.writer.end_array();
}

void write_number(json::Writer& writer, std::string_view name, const std::optional<chat::Number>& number) {
    if (number) writer.member_raw(name, number->text);
}

void write_sampling(const Encoding& encoding) {
    const chat::Sampling& sampling = encoding.request.sampling;
    json::Writer& writer = encoding.writer;
    write_number(writer, "temperature", sampling.temperature);
    write_number(writer, "topP", sampling.top_p);
    write_number(writer, "topK", sampling.top_k);
    writer.member_if("maxOutputTokens", encoding.request.output_limit);
    writer.member_if("candidateCount", sampling.choices);
    if (sampling.seed) writer.member_raw("seed", chat::whole_number(*sampling.seed));
    write_number(writer, "presencePenalty", sampling.presence_penalty);
    write_number(writer, "frequencyPenalty", sampling.frequency_penalty);
    writer.member_if("responseLogprobs", sampling.logprobs);
    writer.member_if("logprobs", sampling.top_logprobs);
    if (sampling.stop.empty()) return;
    if (sampling.stop.size() > kMostStops) encoding.notes.add("stop");
    writer.key("stopSequences").begin_array();
    for (std::size_t i = 0; i < std::min(sampling.stop.size(), kMostStops); ++i)
        writer.value(sampling.stop[i]);
    writer.end_array();
}

void write_format(const Encoding& encoding) {
    const auto& format = encoding.request.format;
    if (!format) return;
    encoding.writer.member("responseMimeType", "application/json");
    if (format->kind != chat::FormatKind::JsonSchema) return;
    const std::string schema = rewrite_schema(json::view_of(format->schema), SchemaUse::Answer,
                                              encoding.notes);
    if (!says_nothing(schema)) encoding.writer.member_raw("responseSchema", schema);
}

std::string upper(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

void write_modalities(const Encoding& encoding) {
    const chat::GeminiExtension& wish = encoding.request.gemini;
    json::Writer& writer = encoding.writer;
    if (encoding.target.profile.gemini.image_output) {
        writer.key("responseModalities").begin_array().value("TEXT").value("IMAGE").end_array();
    } else if (!wish.modalities.empty()) {
        writer.key("responseModalities").begin_array();
        for (const std::string_view modality : wish.modalities) writer.value(upper(modality));
        writer.end_array();
    }
    if (wish.voice.empty()) return;
    writer.key("speechConfig").begin_object().key("voiceConfig").begin_object();
    writer.key("prebuiltVoiceConfig").begin_object().member("voiceName", wish.voice).end_object();
    writer.end_object().end_object();
}

void write_image(const Encoding& encoding, const ExtraBody& extra) {
    const chat::GeminiExtension& wish = encoding.request.gemini;
    const std::string_view ratio = extra.aspect_ratio.empty() ? wish.aspect_ratio : extra.aspect_ratio;
    const std::string_view size = extra.image_size.empty() ? wish.image_size : extra.image_size;
    if (ratio.empty() && size.empty()) return;
    encoding.writer.key("imageConfig").begin_object();
    if (!ratio.empty()) encoding.writer.member("aspectRatio", ratio);
    if (!size.empty()) encoding.writer.member("imageSize", size);
    encoding.writer.end_object();
}

void write_thinking(const Encoding& encoding) {
    const ThinkingPlan& plan = encoding.plan;
    if (plan.unheard) encoding.notes.add("reasoning");
    if (!plan.any()) return;
    encoding.writer.key("thinkingConfig").begin_object();
    encoding.writer.member_if("includeThoughts", plan.include_thoughts);
    encoding.writer.member_if("thinkingBudget", plan.budget);
    if (!plan.level.empty()) encoding.writer.member("thinkingLevel", plan.level);
    encoding.writer.end_object();
}

void write_generation(const Encoding& encoding, const ExtraBody& extra) {
    std::string members;
    json::Writer writer(members);
    const Encoding inner{encoding.request, encoding.target, encoding.plan, encoding.tools,
                         writer,           encoding.notes,  encoding.pool, encoding.needs};
    writer.begin_object();
    write_sampling(inner);
    write_format(inner);
    write_modalities(inner);
    write_image(inner, extra);
    write_thinking(inner);
    writer.end_object();
    if (members != "{}") encoding.writer.member_raw("generationConfig", members);
}

/// Members of the request that have no counterpart.
void note_losses(const Request& request, Notes& notes) {
    if (request.parallel_tools == false) notes.add("parallel_tool_calls");
    if (!request.openai.verbosity.empty()) notes.add("verbosity");
    if (!request.openai.metadata.empty()) notes.add("metadata");
    for (const std::string_view name : request.left_behind) {
        if (std::find(kCarried.begin(), kCarried.end(), name) == kCarried.end()) notes.add(name);
    }
}

}    // namespace

Encoded encode_request(const Request& request, const Target& target) {
    chat::TextPool pool;
    const ExtraBody extra = read_extra_body(request.gemini.extra_body, pool);
    const ThinkingPlan plan = plan_thinking(request, extra, target);
    Encoded encoded{.model = plan.model, .tools = ToolMap(request, kToolRule)};
    Notes notes;
    note_losses(request, notes);
    Needs needs;
    json::Writer writer(encoded.body);
    const Encoding encoding{request, target, plan, encoded.tools, writer, notes, pool, needs};
    writer.begin_object();
    write_contents(encoding);
    write_system(encoding);
    write_tools(encoding);
    write_safety(encoding);
    write_generation(encoding, extra);
    writer.end_object();
    encoded.needs = needs.take();
    if (!encoded.needs.empty()) encoded.body.clear();
    encoded.notes = notes.take();
    return encoded;
}

}    // namespace opusclaw::dialect::gemini
