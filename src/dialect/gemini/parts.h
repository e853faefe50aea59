// dialect/gemini/parts.h: the pieces of a generateContent request that are read and written apart. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/gemini/thinking.h"
#include "dialect/needs.h"
#include "dialect/notes.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::gemini {

void read_contents(chat::Request& request, const json::View& contents);
void read_system(chat::Request& request, const json::View& instruction);
/// An array, or a single object.
void read_tools(chat::Request& request, const json::View& tools);
void read_tool_config(chat::Request& request, const json::View& config);
/// `{"mimeType","data"}` or `{"mimeType","fileUri"}`; nullopt: it points nowhere.
std::optional<chat::Media> read_media(const json::View& value, chat::TextPool& pool);
/// Code that the model wrote, and what came of it, as the fenced text that stands for them; empty: `part` holds neither.
std::string fenced_code(std::string_view kind, const json::View& value, chat::TextPool& pool);

/// What the encoders of one request share.
struct Encoding {
    const chat::Request& request;
    const Target& target;
    const ThinkingPlan& plan;
    const ToolMap& tools;
    json::Writer& writer;
    Notes& notes;
    chat::TextPool& pool;
    Needs& needs;
};

/// The members `contents`, and `tools` with `toolConfig`.
void write_contents(const Encoding& encoding);
void write_tools(const Encoding& encoding);

/// Writes parts into an array of its own. What the provider refuses throws.
class PartWriter {
public:
    PartWriter(const Encoding& encoding, json::Writer& writer) : encoding_(encoding), writer_(writer) {}

    /// Markdown images with `data:` URLs become inline data. A signature goes to the first part; with `bypass` the images and the first
    /// text get the one that is always taken.
    enum class Signing { None, Bypass };
    void text(std::string_view text, std::string_view signature, Signing signing);
    void media(const chat::Media& media);
    void call(const chat::ToolCall& call, std::string_view signature);
    void result(const chat::ToolResult& result, std::string_view name);
    /// A signature that belongs to no part that is left.
    void bare_signature(std::string_view signature);

private:
    void plain_text(std::string_view text, std::string_view signature);
    void inline_data(std::string_view mime, std::string_view base64, std::string_view signature);
    void inline_media(const chat::Media& media, std::string_view identifier);
    void markdown_image(std::string_view url, std::string_view signature);
    void fetched(const chat::Media& media);

    const Encoding& encoding_;
    json::Writer& writer_;
    bool text_signed_ = false;    // the first text has got its bypass
};

/// The signature that every model of the provider takes.
inline constexpr std::string_view kBypass = "context_engineering_is_the_way_to_go";

/// Throws Error(InvalidRequest, "convert_request_failed").
[[noreturn]] void refuse_conversion(const std::string& why);

/// Tool arguments as the object that `args` must be.
std::string arguments_object(std::string_view arguments, chat::CallKind kind);
/// The text is one whole JSON value of this type.
bool is_whole(std::string_view text, json::Type type);

}    // namespace opusclaw::dialect::gemini
