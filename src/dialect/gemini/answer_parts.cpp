// dialect/gemini/answer_parts.cpp: the parts of candidates (spec 06 sections 8.1, 10.2, 11.5, 15).
#include "dialect/gemini/answer_parts.h"

#include "base/crypto.h"
#include "base/text.h"
#include "dialect/gemini/fields.h"
#include "dialect/gemini/parts.h"
#include "dialect/media.h"

namespace opusclaw::dialect::gemini {

using json::View;

namespace {

constexpr std::size_t kIdDigits = 32;

chat::ToolCall read_call(const View& value, chat::TextPool& pool) {
    chat::ToolCall call;
    call.name = pool.string_at(value, "name");
    call.id = text::trim(pool.string_at(value, "id"));
    call.arguments = pool.arguments(value.find("args"));
    if (call.arguments.empty()) call.arguments = "{}";
    return call;
}

bool cite(const View& source, chat::TextPool& pool, const CitationVisitor& visit) {
    const chat::Citation citation{.url = pool.string_at(source, "uri"),
                                  .title = pool.string_at(source, "title")};
    return citation.url.empty() || visit(citation);
}

}    // namespace

AnswerPart PartReader::read(const View& part, chat::TextPool& pool) {
    AnswerPart out;
    std::string code;
    bool thought = false;
    each_field(part, [&](std::string_view key, const View& value) {
        if (key == "text") {
            out.text = pool.string(value).value_or("");
        } else if (key == "thought") {
            thought = value.as_bool().value_or(false);
        } else if (key == "thoughtSignature") {
            out.signature = pool.string(value).value_or("");
        } else if (key == "inlineData" || key == "fileData") {
            if (const auto media = read_media(value, pool)) {
                out.kind = PartKind::Media;
                out.media = *media;
            }
        } else if (key == "functionCall") {
            out.kind = PartKind::Call;
            out.call = read_call(value, pool);
        } else if (key == "executableCode" || key == "codeExecutionResult") {
            code = fenced_code(key, value, pool);
        }
    });
    if (out.kind != PartKind::Nothing) {
        last_ = Last::Nothing;
    } else if (!code.empty()) {
        out.kind = PartKind::Text;
        out.text = fenced(std::move(code), pool);
    } else if (!out.text.empty() && thought) {
        out.kind = PartKind::Thought;
    } else if (!out.text.empty()) {
        out.kind = PartKind::Text;
        if (last_ == Last::Code) out.text = pool.keep("\n" + std::string(out.text));
        last_ = Last::Text;
    }
    return out;
}

std::string_view PartReader::fenced(std::string text, chat::TextPool& pool) {
    if (last_ != Last::Nothing) text.insert(0, "\n");
    last_ = Last::Code;
    return pool.keep(std::move(text));
}

void CallIds::begin(std::string_view told, std::string_view payload) {
    seed_ = told.empty() ? crypto::sha256(payload) : std::string(told);
}

std::string CallIds::next() {
    const std::string text = seed_ + ":" + std::to_string(given_++);
    return "call_" + crypto::hex(crypto::sha256(text)).substr(0, kIdDigits);
}

chat::Opaque opaque_of(const AnswerPart& part, std::string_view model) {
    const bool call = part.kind == PartKind::Call;
    return {.origin = Dialect::Gemini,
            .kind = call ? chat::OpaqueKind::CallSignature : chat::OpaqueKind::Signature,
            .model = model,
            .value = part.signature,
            .call_id = call ? part.call.id : std::string_view()};
}

void each_citation(const View& candidate, chat::TextPool& pool, const CitationVisitor& visit) {
    if (const auto chunks = candidate.at({"groundingMetadata", "groundingChunks"})) {
        chunks->each_item([&](const View& chunk) {
            for (const std::string_view kind : {"web", "retrievedContext", "maps"}) {
                if (const auto source = chunk.find(kind)) return cite(*source, pool, visit);
            }
            return true;
        });
    }
    if (const auto sources = candidate.at({"citationMetadata", "citationSources"})) {
        sources->each_item([&](const View& source) { return cite(source, pool, visit); });
    }
}

std::string_view block_reason(const View& root, chat::TextPool& pool) {
    const auto feedback = root.find("promptFeedback");
    const std::string_view reason = feedback ? pool.string_at(*feedback, "blockReason") : std::string_view();
    return reason == "BLOCK_REASON_UNSPECIFIED" ? std::string_view() : reason;
}

void write_text(json::Writer& writer, std::string_view text, std::string_view signature) {
    writer.begin_object().member("text", text);
    if (!signature.empty()) writer.member("thoughtSignature", signature);
    writer.end_object();
}

void write_thought(json::Writer& writer, std::string_view text, std::string_view signature) {
    writer.begin_object().member("text", text).member("thought", true);
    if (!signature.empty()) writer.member("thoughtSignature", signature);
    writer.end_object();
}

void write_media(json::Writer& writer, const chat::Media& media) {
    writer.begin_object();
    if (!media.base64.empty()) {
        writer.key("inlineData").begin_object().member("mimeType", sort_media(media).mime);
        writer.member("data", media.base64).end_object();
    } else if (!media.url.empty()) {
        writer.key("fileData").begin_object();
        if (!media.mime.empty()) writer.member("mimeType", media.mime);
        writer.member("fileUri", media.url).end_object();
    } else {
        writer.member("text", media_reference(media));
    }
    writer.end_object();
}

void write_call(json::Writer& writer, const chat::ToolCall& call, std::string_view signature) {
    writer.begin_object().key("functionCall").begin_object().member("name", call.name);
    writer.member_raw("args", arguments_object(call.arguments, call.kind));
    if (!call.id.empty()) writer.member("id", call.id);
    writer.end_object();
    if (!signature.empty()) writer.member("thoughtSignature", signature);
    writer.end_object();
}

void write_grounding(json::Writer& writer, const std::vector<chat::Citation>& citations) {
    if (citations.empty()) return;
    writer.key("groundingMetadata").begin_object().key("groundingChunks").begin_array();
    for (const chat::Citation& citation : citations) {
        writer.begin_object().key("web").begin_object().member("uri", citation.url);
        writer.member("title", citation.title).end_object().end_object();
    }
    writer.end_array().end_object();
}

}    // namespace opusclaw::dialect::gemini
