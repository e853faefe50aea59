// dialect/openai_chat/parts.h: the pieces of a Chat request that are read and written apart: messages, tools and options, each in
// a file of its own. Internal to this folder, but for the content parts: others have them too.
#pragma once

#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/needs.h"
#include "dialect/notes.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::openai_chat {

void read_messages(chat::Request& request, const json::View& messages);
/// One content part, in the spelling of Chat or of Responses; appended to `parts`. Unknown kinds go to Request::left_behind.
void read_part(chat::Request& request, const json::View& part, std::vector<chat::Part>& parts);

void read_tools(chat::Request& request, const json::View& tools);
void read_legacy_functions(chat::Request& request, const json::View& functions);
void read_tool_choice(chat::Request& request, const json::View& choice);
void read_web_search(chat::Request& request, const json::View& options);

/// What the encoders of one request share.
struct Encoding {
    const chat::Request& request;
    const Target& target;
    const ToolMap& tools;
    json::Writer& writer;
    Notes& notes;
    chat::TextPool& pool;
    Needs& needs;
};

/// The members `messages`, and `tools` with `tool_choice` and `parallel_tool_calls`.
void write_messages(const Encoding& encoding);
void write_tools(const Encoding& encoding);
/// One object of a content array.
void write_media(const Encoding& encoding, const chat::Media& media);

/// Names of reasoning models: `o` and a digit, or `gpt-5` (spec 06 section 6.1).
bool is_o_series(std::string_view model);
bool is_gpt5(std::string_view model);

}    // namespace opusclaw::dialect::openai_chat
