// dialect/gemini/answer_parts.h: what whole answers and stream chunks have in common, read and written once (spec 06 sections 15, 16.5,
// 17.3). Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/reply.h"

namespace opusclaw::dialect::gemini {

enum class PartKind { Nothing, Text, Thought, Media, Call };

/// One part of a candidate.
struct AnswerPart {
    PartKind kind = PartKind::Nothing;
    std::string_view text;    // of Text and Thought
    chat::Media media;
    chat::ToolCall call;           // its id is empty when the provider gave none
    std::string_view signature;    // empty: none
};

/// Reads the parts of one candidate, over all chunks of a stream.
class PartReader {
public:
    /// Texts live in `pool`.
    AnswerPart read(const json::View& part, chat::TextPool& pool);

private:
    /// What the client saw last: code stands on lines of its own.
    enum class Last { Nothing, Text, Code };
    std::string_view fenced(std::string text, chat::TextPool& pool);

    Last last_ = Last::Nothing;
};

/// Ids for calls that came without: the same for the same reply, others in the next.
class CallIds {
public:
    /// `told` is the reply's own id; without one the text of its beginning tells replies apart.
    void begin(std::string_view told, std::string_view payload);
    std::string next();

private:
    std::string seed_;
    std::size_t given_ = 0;
};

chat::Opaque opaque_of(const AnswerPart& part, std::string_view model);

using CitationVisitor = json::Visitor<const chat::Citation&>;
/// What a candidate was grounded on.
void each_citation(const json::View& candidate, chat::TextPool& pool, const CitationVisitor& visit);

/// The reason why the prompt was blocked; empty: it was not.
std::string_view block_reason(const json::View& root, chat::TextPool& pool);

/// Parts as a client reads them. An empty signature is not written.
void write_text(json::Writer& writer, std::string_view text, std::string_view signature);
void write_thought(json::Writer& writer, std::string_view text, std::string_view signature);
void write_media(json::Writer& writer, const chat::Media& media);
void write_call(json::Writer& writer, const chat::ToolCall& call, std::string_view signature);
/// The member `groundingMetadata`; nothing when there are none.
void write_grounding(json::Writer& writer, const std::vector<chat::Citation>& citations);

}    // namespace opusclaw::dialect::gemini
