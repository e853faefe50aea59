// dialect/openai_chat/encode_messages.cpp: the conversation as Chat messages (spec 06 sections 8.2, 10.6, 10.9, 13.2): results of
// tools directly behind the calls that they answer, media as far as the dialect has a form for them.
#include "dialect/conversation.h"
#include "dialect/media.h"
#include "dialect/openai_chat/parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Media;
using chat::Part;
using chat::Role;
using chat::Text;

constexpr std::string_view kErrorMark = "[error] ";

std::string_view system_role(std::string_view model) {
    const bool developer = (is_o_series(model) || is_gpt5(model)) && !model.starts_with("o1-mini") &&
                           !model.starts_with("o1-preview");
    return developer ? "developer" : "system";
}

void write_text_part(const Encoding& encoding, const Text& text) {
    encoding.writer.begin_object().member("type", "text").member("text", text.text);
    if (!text.cache_control.empty() && encoding.target.profile.chat.keep_cache_control)
        encoding.writer.member_raw("cache_control", text.cache_control);
    encoding.writer.end_object();
}

void write_text(const Encoding& encoding, std::string_view text) { write_text_part(encoding, {text, {}}); }

void write_url_part(json::Writer& writer, std::string_view type, std::string_view url,
                    std::string_view detail) {
    writer.begin_object().member("type", type).key(type).begin_object().member("url", url);
    if (!detail.empty()) writer.member("detail", detail);
    writer.end_object().end_object();
}

/// In the place of what the dialect has no form for.
void write_reference(const Encoding& encoding, const Media& media, std::string_view what) {
    encoding.notes.add(what);
    write_text(encoding, media_reference(media));
}

void write_file_part(const Encoding& encoding, const Media& media, std::string_view mime) {
    json::Writer& writer = encoding.writer;
    writer.begin_object().member("type", "file").key("file").begin_object();
    if (!media.filename.empty()) {
        writer.member("filename", media.filename);
    } else {
        writer.member("filename", "file." + extension_of_mime(mime));
    }
    writer.member("file_data", data_url(mime, media.base64)).end_object().end_object();
}

void write_inline_media(const Encoding& encoding, const Media& media) {
    const SortedMedia sorted = sort_media(media);
    const auto base64 = strict_base64(media.base64, encoding.pool);
    if (!base64) return write_reference(encoding, media, "media");
    json::Writer& writer = encoding.writer;
    switch (sorted.kind) {
        case MediaClass::Image:
            return write_url_part(writer, "image_url", data_url(sorted.mime, *base64),
                                  media.detail.empty() ? "auto" : media.detail);
        case MediaClass::Video:
            return write_url_part(writer, "video_url", data_url(sorted.mime, *base64), {});
        case MediaClass::Audio:
            writer.begin_object().member("type", "input_audio").key("input_audio").begin_object();
            writer.member("data", *base64).member("format", audio_format(sorted.mime));
            writer.end_object().end_object();
            return;
        case MediaClass::PlainText: return write_text(encoding, text_of_base64(media.base64).value_or(""));
        case MediaClass::Pdf:
        case MediaClass::BrokenImage:
        case MediaClass::Other: {
            Media strict = media;
            strict.base64 = *base64;
            return write_file_part(encoding, strict, sorted.mime);
        }
    }
}

void write_file_url(json::Writer& writer, const Media& media) {
    writer.begin_object().member("type", "file").key("file").begin_object();
    if (!media.filename.empty()) writer.member("filename", media.filename);
    writer.member("file_data", media.url).end_object().end_object();
}

/// A result's own text; media in it is written to a message of its own.
std::string result_text(const chat::ToolResult& result) {
    std::string text = plain_text_of(result);
    return result.outcome == chat::Outcome::Failure ? std::string(kErrorMark) + text : text;
}

class MessageWriter {
public:
    explicit MessageWriter(const Encoding& encoding)
        : encoding_(encoding), writer_(encoding.writer), names_(encoding.request) {}

    void write() {
        write_system();
        const std::vector<Turn> turns = turns_of(encoding_.request);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            if (turns[i].role == Role::Assistant) {
                write_assistant(turns[i]);
            } else {
                write_user(i > 0 ? &turns[i - 1] : nullptr, turns[i]);
            }
        }
    }

private:
    void write_system() {
        const auto& texts = encoding_.request.system;
        if (texts.empty()) return;
        writer_.begin_object().member("role", system_role(encoding_.target.model)).key("content");
        if (encoding_.target.profile.chat.system_parts) {
            writer_.begin_array();
            for (const Text& text : texts) write_text_part(encoding_, text);
            writer_.end_array();
        } else {
            std::string joined;
            for (const Text& text : texts) joined.append(joined.empty() ? "" : "\n").append(text.text);
            writer_.value(joined);
        }
        writer_.end_object();
    }

    void write_user(const Turn* before, const Turn& turn) {
        const Pairing pairing = pair_calls(before, &turn);
        for (const Pairing::Answer& answer : pairing.answers)
            write_result(*answer.result, answer.call->id, answer.call->name);
        for (const chat::ToolCall* const call : pairing.unanswered) write_result({}, call->id, call->name);
        std::vector<const chat::ToolResult*> lost;
        for (const chat::ToolResult* const result : pairing.unmatched) {
            if (result->call_id.empty()) {
                lost.push_back(result);
            } else {
                write_result(*result, result->call_id, names_.of(*result));
            }
        }
        write_media_of_results(turn);
        for (const chat::ToolResult* const result : lost) {
            writer_.begin_object().member("role", "user");
            writer_.member("content", unmatched_text(*result, result->name)).end_object();
        }
        for (const chat::Message& message : turn.messages) write_user_content(message);
    }

    void write_result(const chat::ToolResult& result, std::string_view id, std::string_view name) {
        writer_.begin_object().member("role", "tool");
        writer_.member("tool_call_id", usable_id(id, IdRule::UpTo64Characters, encoding_.pool));
        if (!name.empty()) writer_.member("name", encoding_.tools.sent(name));
        writer_.member("content", result_text(result)).end_object();
    }

    static std::vector<const Media*> media_of_results(const Turn& turn) {
        std::vector<const Media*> all;
        for (const chat::Message& message : turn.messages) {
            for (const Part& part : message.parts) {
                const auto* const result = std::get_if<chat::ToolResult>(&part);
                if (result == nullptr) continue;
                for (const chat::ResultPart& piece : result->parts) {
                    if (const auto* const media = std::get_if<Media>(&piece)) all.push_back(media);
                }
            }
        }
        return all;
    }

    /// A tool message holds text only: what else a tool gave follows as the user's.
    void write_media_of_results(const Turn& turn) {
        const std::vector<const Media*> all = media_of_results(turn);
        if (all.empty()) return;
        writer_.begin_object().member("role", "user").key("content").begin_array();
        for (const Media* const media : all) write_media(encoding_, *media);
        writer_.end_array().end_object();
    }

    void write_user_content(const chat::Message& message) {
        std::vector<const Part*> parts;
        for (const Part& part : message.parts) {
            if (std::holds_alternative<Text>(part) || std::holds_alternative<Media>(part))
                parts.push_back(&part);
        }
        const bool had_results = parts.size() != message.parts.size();
        if (parts.empty() && had_results) return;
        writer_.begin_object().member("role", "user").key("content");
        if (parts.empty() || (parts.size() == 1 && std::holds_alternative<Text>(*parts.front()))) {
            writer_.value(parts.empty() ? std::string_view() : std::get<Text>(*parts.front()).text);
        } else {
            writer_.begin_array();
            for (const Part* const part : parts) write_user_part(*part);
            writer_.end_array();
        }
        writer_.end_object();
    }

    void write_user_part(const Part& part) {
        if (const auto* const text = std::get_if<Text>(&part)) return write_text_part(encoding_, *text);
        write_media(encoding_, std::get<Media>(part));
    }

    /// What one turn of the assistant says and calls.
    struct Said {
        std::string text, reasoning;
        std::vector<const chat::ToolCall*> calls;
    };

    Said collect(const Turn& turn) {
        Said said;
        for (const chat::Message& message : turn.messages) {
            for (const Part& part : message.parts) {
                if (const auto* const text = std::get_if<Text>(&part)) said.text.append(text->text);
                if (const auto* const no = std::get_if<chat::Refusal>(&part)) said.text.append(no->text);
                if (const auto* const media = std::get_if<Media>(&part))
                    said.text.append(media_reference(*media));
                const auto* const why = std::get_if<chat::Reasoning>(&part);
                if (why != nullptr && !why->text.empty())
                    said.reasoning.append(said.reasoning.empty() ? "" : "\n\n").append(why->text);
                if (const auto* const call = std::get_if<chat::ToolCall>(&part)) said.calls.push_back(call);
            }
        }
        return said;
    }

    void write_assistant(const Turn& turn) {
        const Said said = collect(turn);
        note_lost_reasoning(said);
        if (said.text.empty() && said.calls.empty()) return;
        writer_.begin_object().member("role", "assistant");
        if (said.text.empty()) {
            writer_.member_null("content");
        } else {
            writer_.member("content", said.text);
        }
        if (!said.calls.empty()) {
            write_reasoning(said.reasoning);
            writer_.key("tool_calls").begin_array();
            for (const chat::ToolCall* const call : said.calls) write_call(*call);
            writer_.end_array();
        }
        writer_.end_object();
    }

    /// Reasoning goes beside calls only, and not to everybody.
    void note_lost_reasoning(const Said& said) {
        const ReasoningHistory history = encoding_.target.profile.chat.reasoning_history;
        const bool written = !said.calls.empty() && history != ReasoningHistory::Dropped;
        if (!said.reasoning.empty() && !written) encoding_.notes.add("reasoning of earlier turns");
    }

    void write_reasoning(const std::string& text) {
        const ReasoningHistory history = encoding_.target.profile.chat.reasoning_history;
        if (text.empty() || history == ReasoningHistory::Dropped) return;
        writer_.member(history == ReasoningHistory::Reasoning ? "reasoning" : "reasoning_content", text);
    }

    void write_call(const chat::ToolCall& call) {
        const bool free_form = call.kind == chat::CallKind::Custom;
        const bool custom = free_form && encoding_.target.profile.chat.custom_tools;
        const std::string_view kind = custom ? "custom" : "function";
        writer_.begin_object().member("id", usable_id(call.id, IdRule::UpTo64Characters, encoding_.pool));
        writer_.member("type", kind).key(kind).begin_object();
        writer_.member("name", encoding_.tools.sent(call.name));
        const bool empty = call.arguments.empty() && !free_form;
        if (free_form && !custom) {
            writer_.member("arguments", wrap_input(call.arguments));
        } else {
            writer_.member(custom ? "input" : "arguments", empty ? std::string_view("{}") : call.arguments);
        }
        writer_.end_object().end_object();
    }

    const Encoding& encoding_;
    json::Writer& writer_;
    CallNames names_;
};

/// Sound is not fetched by the provider: here, or named in a text.
void write_remote_audio(const Encoding& encoding, const Media& media) {
    const auto found = encoding.target.files.find(media.url);
    if (found == encoding.target.files.end()) return encoding.needs.add(media.url);
    if (found->second.base64.empty()) return write_reference(encoding, media, "audio");
    write_inline_media(encoding, with_data(media, found->second));
}

}    // namespace

void write_media(const Encoding& encoding, const Media& media) {
    const bool own_family = encoding.request.source == Dialect::OpenaiChat ||
                            encoding.request.source == Dialect::OpenaiResponses;
    json::Writer& writer = encoding.writer;
    if (!media.file_id.empty() && own_family && media.kind == chat::MediaKind::File) {
        writer.begin_object().member("type", "file").key("file").begin_object();
        writer.member("file_id", media.file_id).end_object().end_object();
    } else if (!media.plain.empty()) {
        write_text(encoding, media.plain);
    } else if (!media.base64.empty()) {
        write_inline_media(encoding, media);
    } else if (!media.url.empty() && media.kind == chat::MediaKind::Image) {
        write_url_part(writer, "image_url", media.url, media.detail);
    } else if (!media.url.empty() && media.kind == chat::MediaKind::Video) {
        write_url_part(writer, "video_url", media.url, {});
    } else if (!media.url.empty() && media.kind == chat::MediaKind::Audio) {
        write_remote_audio(encoding, media);
    } else if (is_web_address(media.url) && encoding.target.profile.chat.file_urls) {
        write_file_url(writer, media);
    } else {
        write_reference(encoding, media, "file");
    }
}

void write_messages(const Encoding& encoding) {
    encoding.writer.key("messages").begin_array();
    MessageWriter(encoding).write();
    encoding.writer.end_array();
}

}    // namespace opusclaw::dialect::openai_chat
