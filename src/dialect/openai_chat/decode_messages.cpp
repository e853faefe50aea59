// dialect/openai_chat/decode_messages.cpp: messages and content parts of a Chat request (spec 06 sections 5, 8.1, 10, 11.5, 13).
#include <unordered_map>
#include <utility>

#include "dialect/envelope.h"
#include "dialect/media.h"
#include "dialect/openai_chat/parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::MediaKind;
using chat::Message;
using chat::Part;
using chat::Request;
using json::Type;
using json::View;

std::string_view cache_control_of(const View& part) {
    const auto control = part.find("cache_control");
    return control && !control->is_null() ? control->raw() : std::string_view();
}

/// `image_url` and `video_url` are an object with a `url`, or the URL itself.
std::string_view url_in(Request& request, const View& value) {
    if (const auto text = request.pool.string(value)) return *text;
    return request.pool.string_at(value, "url");
}

void read_image(Request& request, const View& part, std::vector<Part>& parts) {
    const auto image = part.find("image_url");
    if (!image) {
        chat::Media by_id{.kind = MediaKind::Image, .file_id = request.pool.string_at(part, "file_id")};
        if (!by_id.file_id.empty()) parts.emplace_back(by_id);
        return;
    }
    chat::Media media = media_from(url_in(request, *image), MediaKind::Image, {}, request.pool);
    media.detail = request.pool.string_at(*image, "detail");
    if (media.detail.empty()) media.detail = request.pool.string_at(part, "detail");
    media.cache_control = cache_control_of(part);
    parts.emplace_back(media);
}

void read_audio(Request& request, const View& audio, std::vector<Part>& parts) {
    const std::string_view format = request.pool.string_at(audio, "format");
    const std::string mime = format.empty() ? std::string() : "audio/" + std::string(format);
    parts.emplace_back(
        media_from(request.pool.string_at(audio, "data"), MediaKind::Audio, mime, request.pool));
}

/// `file` has its members in an object, `input_file` in the part itself.
void read_file(Request& request, const View& part, std::vector<Part>& parts) {
    const View file = part.find("file").value_or(part);
    std::string_view source = request.pool.string_at(file, "file_data");
    if (source.empty()) source = request.pool.string_at(file, "file_url");
    chat::Media media = media_from(source, MediaKind::File, {}, request.pool);
    media.filename = request.pool.string_at(file, "filename");
    media.file_id = request.pool.string_at(file, "file_id");
    media.cache_control = cache_control_of(part);
    parts.emplace_back(media);
}

chat::ToolResult read_result(Request& request, const View& message) {
    chat::ToolResult result;
    result.call_id = request.pool.string_at(message, "tool_call_id");
    result.name = request.pool.string_at(message, "name");
    const auto content = message.find("content");
    if (!content) return result;
    if (content->type() != Type::Array) {
        result.parts.emplace_back(chat::Text{request.pool.arguments(content), {}});
        return result;
    }
    result.form = chat::ContentForm::Parts;
    std::vector<Part> parts;
    content->each_item([&](const View& part) {
        read_part(request, part, parts);
        return true;
    });
    for (const Part& part : parts) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) result.parts.emplace_back(*text);
        if (const auto* const media = std::get_if<chat::Media>(&part)) result.parts.emplace_back(*media);
    }
    return result;
}

void read_content(Request& request, const View& message, Message& out) {
    const auto content = message.find("content");
    if (!content) return;
    if (const auto text = request.pool.string(*content)) {
        if (out.parts.empty() && !text->empty()) out.form = chat::ContentForm::PlainString;
        if (!text->empty()) out.parts.emplace_back(chat::Text{*text, {}});
        return;
    }
    content->each_item([&](const View& part) {
        read_part(request, part, out.parts);
        return true;
    });
}

/// Signatures that an earlier reply gave as `reasoning_details`; without them the plain text. Beside the only one that is sealed and says
/// nothing itself, the text is its summary.
void read_reasoning(Request& request, const View& message, Message& out) {
    const std::size_t before = out.parts.size();
    const auto details = message.find("reasoning_details");
    if (details) {
        details->each_item([&](const View& detail) {
            const bool text = request.pool.string_at(detail, "type") == "reasoning.text";
            const auto kind = text ? chat::OpaqueKind::Signature : chat::OpaqueKind::Encrypted;
            const std::string_view value = request.pool.string_at(detail, text ? "signature" : "data");
            auto opaque = read_opaque(value, kind, Dialect::Anthropic, request.pool);
            if (opaque)
                out.parts.emplace_back(chat::Reasoning{request.pool.string_at(detail, "text"), opaque});
            return true;
        });
    }
    std::string_view text = request.pool.string_at(message, "reasoning_content");
    if (text.empty()) text = request.pool.string_at(message, "reasoning");
    const std::size_t found = out.parts.size() - before;
    if (found == 0 && !text.empty()) out.parts.emplace_back(chat::Reasoning{text, std::nullopt});
    if (found != 1) return;
    auto& only = std::get<chat::Reasoning>(out.parts.back());
    if (only.opaque->kind == chat::OpaqueKind::Encrypted && only.text.empty()) only.text = text;
}

/// Reads the messages of one request; counts calls that came without an id.
class MessageReader {
public:
    explicit MessageReader(Request& request) : request_(request) {}

    void read(const View& message) {
        if (message.type() != Type::Object) return;
        const std::string_view role = request_.pool.string_at(message, "role");
        if (role == "system" || role == "developer") return read_system(message);
        Message out;
        if (role == "tool" || role == "function") {
            chat::ToolResult result = read_result(request_, message);
            if (role == "function") answer_legacy_call(result);
            out.parts.emplace_back(std::move(result));
        } else if (role == "assistant") {
            out.role = chat::Role::Assistant;
            read_assistant(message, out);
        } else {
            read_content(request_, message, out);
        }
        request_.messages.push_back(std::move(out));
    }

private:
    void read_system(const View& message) {
        Message texts;
        read_content(request_, message, texts);
        const std::size_t before = request_.system.size();
        for (const Part& part : texts.parts) {
            if (const auto* const text = std::get_if<chat::Text>(&part)) request_.system.push_back(*text);
        }
        request_.system_messages.push_back(request_.system.size() - before);
    }

    void read_assistant(const View& message, Message& out) {
        read_reasoning(request_, message, out);
        const bool alone = out.parts.empty();
        read_content(request_, message, out);
        const std::string_view refusal = request_.pool.string_at(message, "refusal");
        if (!refusal.empty()) out.parts.emplace_back(chat::Refusal{refusal});
        if (const auto calls = message.find("tool_calls")) {
            calls->each_item([&](const View& call) {
                read_call(call, out);
                return true;
            });
        }
        if (const auto call = message.find("function_call")) read_legacy_call(*call, out);
        if (!alone || out.parts.size() != 1) out.form = chat::ContentForm::Parts;
    }

    void read_call(const View& value, Message& out) {
        const auto custom = value.find("custom");
        const auto body = custom ? custom : value.find("function");
        if (!body) return;
        chat::ToolCall call;
        call.kind = custom ? chat::CallKind::Custom : chat::CallKind::Function;
        call.id = request_.pool.string_at(value, "id");
        if (call.id.empty()) call.id = request_.pool.keep("call_" + std::to_string(++unnamed_));
        call.name = request_.pool.string_at(*body, "name");
        call.arguments = request_.pool.arguments(body->find(custom ? "input" : "arguments"));
        read_call_signature(value, out);
        out.parts.emplace_back(call);
    }

    /// What Gemini gave with the call; it stands before it.
    void read_call_signature(const View& value, Message& out) {
        const auto signature = value.at({"extra_content", "google", "thought_signature"});
        const auto text = signature ? request_.pool.string(*signature) : std::nullopt;
        auto opaque = read_opaque(text.value_or(""), chat::OpaqueKind::CallSignature, Dialect::Gemini,
                                  request_.pool);
        if (opaque) out.parts.emplace_back(chat::Reasoning{{}, opaque});
    }

    void read_legacy_call(const View& value, Message& out) {
        if (value.type() != Type::Object) return;
        chat::ToolCall call;
        call.id = request_.pool.keep("call_fn_" + std::to_string(++legacy_));
        call.name = request_.pool.string_at(value, "name");
        call.arguments = request_.pool.arguments(value.find("arguments"));
        legacy_ids_[call.name] = call.id;
        out.parts.emplace_back(call);
    }

    void answer_legacy_call(chat::ToolResult& result) {
        const auto found = legacy_ids_.find(result.name);
        if (found == legacy_ids_.end() || !result.call_id.empty()) return;
        result.call_id = found->second;
        legacy_ids_.erase(found);
    }

    Request& request_;
    std::size_t unnamed_ = 0;
    std::size_t legacy_ = 0;
    std::unordered_map<std::string_view, std::string_view> legacy_ids_;    // by name, while unanswered
};

}    // namespace

void read_part(Request& request, const View& part, std::vector<Part>& parts) {
    const std::string_view type = request.pool.string_at(part, "type");
    if (type == "text" || type == "input_text" || type == "output_text") {
        const std::string_view text = request.pool.string_at(part, "text");
        parts.emplace_back(chat::Text{text, cache_control_of(part)});
    } else if (type == "image_url" || type == "input_image") {
        read_image(request, part, parts);
    } else if (type == "input_audio") {
        if (const auto audio = part.find("input_audio")) read_audio(request, *audio, parts);
    } else if (type == "video_url") {
        if (const auto video = part.find("video_url"))
            parts.emplace_back(media_from(url_in(request, *video), MediaKind::Video, {}, request.pool));
    } else if (type == "file" || type == "input_file") {
        read_file(request, part, parts);
    } else if (type == "refusal") {
        parts.emplace_back(chat::Refusal{request.pool.string_at(part, "refusal")});
    } else {
        request.left_behind.push_back(type.empty() ? "content part" : type);
    }
}

void read_messages(Request& request, const View& messages) {
    request.messages.clear();    // of equal members the last counts
    request.system.clear();
    request.system_messages.clear();
    MessageReader reader(request);
    messages.each_item([&reader](const View& message) {
        reader.read(message);
        return true;
    });
}

}    // namespace opusclaw::dialect::openai_chat
