// dialect/anthropic/parts.h: the pieces of a Messages request that are read and written apart. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/anthropic/thinking.h"
#include "dialect/chat.h"
#include "dialect/needs.h"
#include "dialect/notes.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::anthropic {

void read_system(chat::Request& request, const json::View& system);
void read_messages(chat::Request& request, const json::View& messages);
void read_tools(chat::Request& request, const json::View& tools);
void read_tool_choice(chat::Request& request, const json::View& choice);
std::string_view cache_control_of(const json::View& block);

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

/// The member `messages`, and `tools` with `tool_choice`.
void write_messages(const Encoding& encoding);
void write_tools(const Encoding& encoding);

/// Writes blocks into an array of its own and counts them.
class BlockWriter {
public:
    BlockWriter(const Encoding& encoding, json::Writer& writer) : encoding_(encoding), writer_(writer) {}
    std::size_t count() const { return count_; }

    void text(std::string_view text, chat::CacheControl cache_control = {});    // nothing for blank text
    void media(const chat::Media& media);
    void call(const chat::ToolCall& call);
    /// `result` answers the call with this id.
    void result(const chat::ToolResult& result, std::string_view call_id);
    void reasoning(const chat::Reasoning& reasoning);    // nothing when the model cannot read it

private:
    void file(const chat::Media& media);
    void fetched(const chat::Media& media);
    void base64_block(std::string_view type, std::string_view mime, const chat::Media& media);
    void inline_block(const chat::Media& media);
    void cache_control(chat::CacheControl control);

    const Encoding& encoding_;
    json::Writer& writer_;
    std::size_t count_ = 0;
};

/// Tool arguments as the object that `input` must be.
std::string input_object(std::string_view arguments, chat::CallKind kind);

}    // namespace opusclaw::dialect::anthropic
