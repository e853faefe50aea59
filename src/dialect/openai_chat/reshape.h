// dialect/openai_chat/reshape.h: what two settings of channels do to answers for Chat clients, whoever the provider is (spec 06 section
// 17.6): thoughts that stand in the content, and members of our own choice only. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/edit.h"

namespace opusclaw::dialect::openai_chat {

struct Shape {
    bool exact_members = false;          // `force_format`
    bool thinking_to_content = false;    // reasoning becomes `<think>` text in front of the content

    bool changes() const { return exact_members || thinking_to_content; }
};

/// A whole reply. What is none (an error, no JSON) stays as it is.
std::string reshaped_reply(std::string_view body, Shape shape);

/// One streamed reply. Not thread-safe.
class StreamReshaper {
public:
    explicit StreamReshaper(Shape shape) : shape_(shape) {}
    /// Appends the frames (`data: ` and a blank line) that a client reads in the place of `payload`.
    void payload(std::string_view payload, std::string& out);
    /// The same of frames that are complete; comments and the end marker stay.
    std::string frames(std::string_view frames);

private:
    void merge(json::Node& chunk, std::string& out);
    bool merge_choice(json::Node& choice);

    Shape shape_;
    enum class Thought { Unheard, Open, Closed };
    std::map<std::int64_t, Thought> thoughts_;    // by choice
};

}    // namespace opusclaw::dialect::openai_chat
