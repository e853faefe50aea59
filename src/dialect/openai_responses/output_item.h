// dialect/openai_responses/output_item.h: the items of an answer as a Responses client reads them, whole or while they grow (spec 06
// sections 15.2, 17.4, 21). Internal to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/writer.h"
#include "dialect/chat.h"

namespace opusclaw::dialect::openai_responses {

enum class ItemKind { Reasoning, Message, FunctionCall, CustomCall, Image };
enum class ItemStatus { InProgress, Completed, Incomplete };
enum class PartKind { Text, Refusal };

/// A part of a message.
struct OutputPart {
    PartKind kind = PartKind::Text;
    std::string text;
    std::vector<std::string> annotations;    // JSON objects
};

struct OutputItem {
    ItemKind kind = ItemKind::Message;
    std::string id;
    std::vector<OutputPart> parts;    // of a message
    std::string call_id, name;        // of a call
    /// Of a call its arguments or input, of reasoning its summary, of an image its Base64.
    std::string text;
    std::string encrypted;    // of reasoning; empty: none
};

/// Ids of a reply: a prefix of the kind and 32 hexadecimal digits, of each request their own.
class ItemIds {
public:
    explicit ItemIds(std::string request_id) : request_id_(std::move(request_id)) {}
    std::string response() const;
    std::string item(ItemKind kind, std::size_t index) const;
    /// For a call whose provider gave none.
    std::string call(std::size_t index) const;

private:
    std::string made(std::string_view prefix, std::size_t index) const;

    std::string request_id_;
};

void write_item(json::Writer& writer, const OutputItem& item, ItemStatus status);
void write_part(json::Writer& writer, const OutputPart& part);
std::string annotation_of(const chat::Citation& citation);

/// A picture that is here is an item of its own; nullopt: other media, which is shown as text.
std::optional<std::string_view> picture_data(const chat::Media& media);
std::string shown_media(const chat::Media& media);

}    // namespace opusclaw::dialect::openai_responses
