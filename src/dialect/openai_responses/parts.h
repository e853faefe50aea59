// dialect/openai_responses/parts.h: the pieces of a Responses request that are read and written apart: items, tools and options, each
// in a file of its own. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/needs.h"
#include "dialect/notes.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::openai_responses {

/// Throws Unfit: only a server of this dialect knows what `field` means.
[[noreturn]] void refuse_field(std::string_view field);

/// `input`: a text or a list of items. System texts among them go behind those that are there.
void read_input(chat::Request& request, const json::View& input);
/// The reasoning of an item: its summary, or what it says itself.
std::string_view reasoning_in(const json::View& item, chat::TextPool& pool);

void read_tools(chat::Request& request, const json::View& tools);
void read_tool_choice(chat::Request& request, const json::View& choice);

/// What the encoders of one request share.
struct Encoding {
    const chat::Request& request;
    const Target& target;
    std::string_view model;    // as it is sent
    const ToolMap& tools;
    json::Writer& writer;
    Notes& notes;
    chat::TextPool& pool;
    Needs& needs;
};

/// The members `instructions` and `input`, and `tools` with `tool_choice` and `parallel_tool_calls`.
void write_input(const Encoding& encoding);
void write_tools(const Encoding& encoding);

/// One object of a content array of a user or of a tool.
void write_text_part(const Encoding& encoding, std::string_view text);
void write_media(const Encoding& encoding, const chat::Media& media);

}    // namespace opusclaw::dialect::openai_responses
