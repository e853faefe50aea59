// dialect/gemini/decode_contents.cpp: contents and their parts (spec 06 sections 8.1, 10.2, 10.3, 11.5, 13.2): thoughts that came in
// pieces are one again, calls and results get ids that match.
#include <deque>
#include <unordered_map>

#include "base/text.h"
#include "dialect/envelope.h"
#include "dialect/gemini/fields.h"
#include "dialect/gemini/parts.h"
#include "dialect/media.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Message;
using chat::Request;
using json::Type;
using json::View;

chat::MediaKind kind_of(std::string_view mime) {
    if (mime.starts_with("image/")) return chat::MediaKind::Image;
    if (mime.starts_with("audio/")) return chat::MediaKind::Audio;
    return mime.starts_with("video/") ? chat::MediaKind::Video : chat::MediaKind::File;
}

/// An id may be any JSON: a text without blanks around it, another value as it is written; empty: none.
std::string_view id_in(const View& value, chat::TextPool& pool) {
    if (const auto text = pool.string(value)) return text::trim(*text);
    return value.is_null() ? std::string_view() : value.raw();
}

/// The members of one part, in either spelling.
struct PartView {
    std::string_view text, signature;
    bool has_text = false;
    bool thought = false;
    std::optional<View> inline_data, file_data, call, result, code, code_result;
};

PartView members_of(const View& part, chat::TextPool& pool) {
    PartView out;
    each_field(part, [&](std::string_view key, const View& value) {
        if (key == "text") {
            out.text = pool.string(value).value_or("");
            out.has_text = !out.text.empty();
        } else if (key == "thought") {
            out.thought = value.as_bool().value_or(false);
        } else if (key == "thoughtSignature") {
            out.signature = pool.string(value).value_or("");
        } else if (key == "inlineData") {
            out.inline_data = value;
        } else if (key == "fileData") {
            out.file_data = value;
        } else if (key == "functionCall") {
            out.call = value;
        } else if (key == "functionResponse") {
            out.result = value;
        } else if (key == "executableCode") {
            out.code = value;
        } else if (key == "codeExecutionResult") {
            out.code_result = value;
        }
    });
    return out;
}

/// The calls of a request so far and which of them wait for a result.
class Calls {
public:
    explicit Calls(chat::TextPool& pool) : pool_(pool) {}

    /// The id of a call that gave `own`, which may be empty.
    std::string_view add(std::string_view name, std::string_view own) {
        const bool told = !own.empty();
        if (!told) own = pool_.keep("call_" + std::to_string(++unnamed_));
        const std::size_t index = calls_.size();
        calls_.push_back({own, false});
        by_id_[own] = index;
        by_name_[name].push_back(index);
        if (!told) unnamed_by_name_[name].push_back(index);
        return own;
    }

    /// The id of the call that a result answers; empty: none can be told.
    std::string_view answer(std::string_view name, std::string_view id) {
        if (id.empty()) return take(by_name_, name);
        const auto known = by_id_.find(id);
        if (known != by_id_.end()) {
            calls_[known->second].answered = true;
            return id;
        }
        const std::string_view given = take(unnamed_by_name_, name);
        return given.empty() ? id : given;
    }

private:
    struct Call {
        std::string_view id;
        bool answered;
    };
    using Queues = std::unordered_map<std::string_view, std::deque<std::size_t>>;

    std::string_view take(Queues& queues, std::string_view name) {
        const auto found = queues.find(name);
        if (found == queues.end()) return {};
        std::deque<std::size_t>& waiting = found->second;
        while (!waiting.empty() && calls_[waiting.front()].answered) waiting.pop_front();
        if (waiting.empty()) return {};
        Call& call = calls_[waiting.front()];
        call.answered = true;
        return call.id;
    }

    chat::TextPool& pool_;
    std::vector<Call> calls_;
    std::unordered_map<std::string_view, std::size_t> by_id_;
    Queues by_name_, unnamed_by_name_;
    std::size_t unnamed_ = 0;
};

class ContentReader {
public:
    explicit ContentReader(Request& request) : request_(request), pool_(request.pool), calls_(request.pool) {}

    void read(const View& content) {
        if (content.type() != Type::Object) return;
        const bool model = pool_.string_at(content, "role") == "model";
        const chat::Role role = model ? chat::Role::Assistant : chat::Role::User;
        // What a model streamed may come back as many contents.
        const bool goes_on = model && !request_.messages.empty() &&
                             request_.messages.back().role == chat::Role::Assistant;
        if (!goes_on) {
            end_thought();
            request_.messages.push_back({.role = role});
        }
        const auto parts = content.find("parts");
        if (!parts) return;
        if (parts->type() == Type::Object) return read_part(*parts);
        parts->each_item([this](const View& part) {
            read_part(part);
            return true;
        });
    }
    void finish() { end_thought(); }

private:
    Message& message() { return request_.messages.back(); }
    template <class Kind>
    void add(Kind part) {
        message().parts.emplace_back(std::move(part));
    }

    void read_part(const View& value) {
        if (value.type() != Type::Object) return;
        const PartView part = members_of(value, pool_);
        if (part.thought) return read_thought(part);
        end_thought();
        if (part.has_text) {
            read_signature(part.signature, chat::OpaqueKind::Signature);
            add(chat::Text{after_code_ ? pool_.keep("\n" + std::string(part.text)) : part.text, {}});
        } else if (part.inline_data) {
            if (const auto media = read_media(*part.inline_data, pool_)) add(*media);
        } else if (part.file_data) {
            read_file(*part.file_data);
        } else if (part.call) {
            read_signature(part.signature, chat::OpaqueKind::CallSignature);
            read_call(*part.call);
        } else if (part.result) {
            read_result(*part.result);
        } else if (part.code || part.code_result) {
            const View& code = part.code ? *part.code : *part.code_result;
            const std::string_view kind = part.code ? "executableCode" : "codeExecutionResult";
            add_code(fenced_code(kind, code, pool_));
            return;
        } else if (!part.signature.empty()) {
            read_signature(part.signature, chat::OpaqueKind::Signature);
        } else if (!value.find("text") && !value.empty()) {
            request_.left_behind.emplace_back("part");
        }
        after_code_ = false;
    }

    /// On lines of its own.
    void add_code(std::string fenced) {
        const auto& parts = message().parts;
        if (!parts.empty() && std::holds_alternative<chat::Text>(parts.back())) fenced.insert(0, "\n");
        add(chat::Text{pool_.keep(std::move(fenced)), {}});
        after_code_ = true;
    }

    /// Pieces of a thought are one thought, up to the signature that belongs to it.
    void read_thought(const PartView& part) {
        thought_.append(part.text);
        if (part.signature.empty()) return;
        const auto opaque = read_opaque(part.signature, chat::OpaqueKind::Signature, Dialect::Gemini, pool_);
        add(chat::Reasoning{pool_.keep(std::exchange(thought_, {})), opaque});
    }

    void end_thought() {
        if (thought_.empty()) return;
        add(chat::Reasoning{pool_.keep(std::exchange(thought_, {})), std::nullopt});
    }

    /// It stands before what it signs.
    void read_signature(std::string_view signature, chat::OpaqueKind kind) {
        if (auto opaque = read_opaque(signature, kind, Dialect::Gemini, pool_))
            add(chat::Reasoning{{}, opaque});
    }

    void read_file(const View& value) {
        auto media = read_media(value, pool_);
        if (!media) return;
        const bool reachable = !media->base64.empty() || media->url.starts_with("http");
        if (reachable) return add(*media);
        add(chat::Text{pool_.keep(media_reference(*media)), {}});
    }

    void read_call(const View& value) {
        chat::ToolCall call;
        each_field(value, [&](std::string_view key, const View& member) {
            if (key == "name") call.name = pool_.string(member).value_or("");
            if (key == "id") call.id = id_in(member, pool_);
            if (key == "args") call.arguments = pool_.arguments(member);
        });
        if (call.arguments.empty()) call.arguments = "{}";
        call.id = calls_.add(call.name, call.id);
        add(call);
    }

    void read_result(const View& value) {
        chat::ToolResult result;
        std::string_view id;
        each_field(value, [&](std::string_view key, const View& member) {
            if (key == "name") result.name = text::trim(pool_.string(member).value_or(""));
            if (key == "id") id = id_in(member, pool_);
            if (key == "response") read_response(member, result);
            if (key == "parts") read_result_parts(member, result);
            if (key == "willContinue" || key == "scheduling")
                request_.left_behind.push_back(pool_.keep(std::string(key)));
        });
        result.call_id = calls_.answer(result.name, id);
        if (!result.call_id.empty()) return add(std::move(result));
        std::string text = "[tool_response " + std::string(result.name) + "] ";
        for (const chat::ResultPart& part : result.parts) {
            if (const auto* const said = std::get_if<chat::Text>(&part)) text.append(said->text);
        }
        add(chat::Text{pool_.keep(std::move(text)), {}});
    }

    /// An object whose only member is the text of an error is how this dialect says that a tool failed.
    void read_response(const View& response, chat::ToolResult& result) {
        std::size_t members = 0;
        std::optional<std::string_view> error;
        response.each_member([&](std::string_view key, const View& value) {
            ++members;
            if (key == "error") error = pool_.string(value);
            return members < 2;
        });
        const bool failed = members == 1 && error;
        if (failed) result.outcome = chat::Outcome::Failure;
        std::string compact;
        if (!failed) append_compact(response, compact);
        const std::string_view text = failed ? *error : pool_.keep(std::move(compact));
        result.parts.insert(result.parts.begin(), chat::Text{text, {}});
    }

    void read_result_parts(const View& parts, chat::ToolResult& result) {
        parts.each_item([&](const View& part) {
            const auto data = find_field(part, "inlineData");
            const auto media = data ? read_media(*data, pool_) : std::nullopt;
            if (!media) return true;
            result.parts.emplace_back(*media);
            result.form = chat::ContentForm::Parts;
            return true;
        });
    }

    /// The bytes of `value` without the blanks between its tokens.
    static void append_compact(const View& value, std::string& out) {
        bool quoted = false;
        bool escaped = false;
        for (const char c : value.raw()) {
            const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
            if (!quoted && blank) continue;
            out.push_back(c);
            if (escaped) {
                escaped = false;
            } else if (c == '"') {
                quoted = !quoted;
            } else {
                escaped = quoted && c == '\\';
            }
        }
    }

    Request& request_;
    chat::TextPool& pool_;
    Calls calls_;
    std::string thought_;
    bool after_code_ = false;
};

}    // namespace

std::optional<chat::Media> read_media(const View& value, chat::TextPool& pool) {
    std::string mime;
    std::string_view source, name;
    each_field(value, [&](std::string_view key, const View& member) {
        if (key == "mimeType") mime = text::lower(pool.string(member).value_or(""));
        if (key == "data" || key == "fileUri") source = pool.string(member).value_or("");
        if (key == "displayName") name = pool.string(member).value_or("");
    });
    if (source.empty()) return std::nullopt;
    if (mime.empty() && source.find("www.youtube.com") != std::string_view::npos) mime = "video/webm";
    chat::Media media;
    if (value.find("data")) {
        media = media_from(source, kind_of(mime), mime, pool);
    } else if (source.starts_with("data:")) {
        media = media_from(source, chat::MediaKind::File, mime, pool);
        media.kind = kind_of(media.mime);
    } else {
        media = {.kind = kind_of(mime), .mime = pool.keep(mime), .url = source};
    }
    media.filename = name;
    return media;
}

std::string fenced_code(std::string_view kind, const View& value, chat::TextPool& pool) {
    const bool code = kind == "executableCode";
    const std::string_view language = code ? pool.string_at(value, "language") : "output";
    std::string text = "```" + std::string(language) + "\n";
    text.append(pool.string_at(value, code ? "code" : "output"));
    return text.append(text.ends_with('\n') ? "```" : "\n```");
}

void read_contents(Request& request, const View& contents) {
    request.messages.clear();    // of equal members the last counts
    ContentReader reader(request);
    if (contents.type() == Type::Object) reader.read(contents);
    contents.each_item([&reader](const View& content) {
        reader.read(content);
        return true;
    });
    reader.finish();
}

void read_system(Request& request, const View& instruction) {
    request.system.clear();
    std::string joined;
    const auto add = [&](std::string_view text) {
        if (text.empty()) return;
        joined.append(joined.empty() ? "" : "\n").append(text);
    };
    if (const auto text = request.pool.string(instruction)) add(*text);
    const auto parts = instruction.find("parts");
    if (parts && parts->type() == Type::Object) add(request.pool.string_at(*parts, "text"));
    if (parts) {
        parts->each_item([&](const View& part) {
            add(request.pool.string_at(part, "text"));
            return true;
        });
    }
    if (!joined.empty()) request.system.push_back({request.pool.keep(std::move(joined)), {}});
}

}    // namespace opusclaw::dialect::gemini
