// dialect/anthropic/decode_stream.cpp: events of a Messages stream as neutral events (spec 06 sections 16.5, 19.2).
#include <map>

#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/finish.h"
#include "dialect/anthropic/usage_json.h"
#include "dialect/broken_answer.h"
#include "dialect/event_list.h"

namespace opusclaw::dialect::anthropic {
namespace {

using json::View;

enum class BlockKind { Text, Thinking, Call, Ignored };
struct Block {
    BlockKind kind = BlockKind::Ignored;
    std::size_t call = 0;      // of a Call
    bool arguments = false;    // something of them came
    bool whole = false;        // they came with the start, all of them
};

class Decoder final : public chat::StreamDecoder {
public:
    std::span<const chat::Event> decode(std::string_view payload) override {
        list_.clear();
        with_answer_object(payload, [this](const View& root) { read(root); });
        return list_.events();
    }

private:
    std::string_view text(const View& object, std::string_view key) {
        return list_.pool().string_at(object, key);
    }

    void read(const View& root) {
        const std::string_view type = text(root, "type");
        if (type == "message_start") {
            if (const auto message = root.find("message")) start(*message);
        } else if (type == "content_block_start") {
            if (const auto block = root.find("content_block")) open(index_of(root), *block);
        } else if (type == "content_block_delta") {
            if (const auto delta = root.find("delta")) read_delta(index_of(root), *delta);
        } else if (type == "content_block_stop") {
            close(index_of(root));
        } else if (type == "message_delta") {
            read_message_delta(root);
        } else if (type == "message_stop") {
            list_.add(chat::Ended{});
        } else if (type == "error" || (type.empty() && root.find("error"))) {
            list_.add(chat::Failed{read_error_inside(root)});
        }
    }

    static std::int64_t index_of(const View& root) {
        const auto index = root.find("index");
        return index ? index->as_int().value_or(0) : 0;
    }

    void start(const View& message) {
        model_ = text(message, "model");
        list_.add(chat::Started{text(message, "id"), list_.pool().keep(model_), std::nullopt});
        const auto usage = message.find("usage");
        if (!usage || usage->type() != json::Type::Object) return;
        take_usage(usage_, *usage);
        // What was written is told at the end: until then the figure only holds its place (spec 05 section 7.3).
        usage_.completion = 0;
        usage_.total = usage_.prompt;
        list_.add(chat::UsageReported{usage_});
    }

    void report(const View& usage) {
        if (usage.type() != json::Type::Object) return;
        take_usage(usage_, usage);
        list_.add(chat::UsageReported{usage_});
    }

    void read_message_delta(const View& root) {
        const auto delta = root.find("delta");
        const std::string_view reason = delta ? text(*delta, "stop_reason") : std::string_view();
        if (const auto usage = root.find("usage")) report(*usage);
        if (reason.empty()) return;
        const chat::Finish finish = read_finish(reason);
        list_.add(chat::Finished{finish, finish == chat::Finish::Unknown ? reason : std::string_view()});
    }

    void open(std::int64_t index, const View& value) {
        const std::string_view type = text(value, "type");
        Block block;
        if (type == "text") {
            block.kind = BlockKind::Text;
            if (const auto begun = text(value, "text"); !begun.empty()) list_.add(chat::TextDelta{begun});
        } else if (type == "thinking") {
            block.kind = BlockKind::Thinking;
            list_.add(chat::ReasoningBreak{});
            const auto begun = text(value, "thinking");
            if (!begun.empty()) list_.add(chat::ReasoningDelta{begun});
        } else if (type == "redacted_thinking") {
            list_.add(chat::ReasoningBreak{});
            give_opaque(text(value, "data"), chat::OpaqueKind::Encrypted);
        } else if (type == "tool_use") {
            block = open_call(value);
        } else if (!type.empty()) {
            list_.add(chat::Worked{});
        }
        blocks_.insert_or_assign(index, block);
    }

    Block open_call(const View& value) {
        Block block{.kind = BlockKind::Call, .call = next_call_++};
        list_.add(chat::CallStarted{block.call, text(value, "id"), text(value, "name"), {}});
        // Some servers of this dialect give the whole input here and no deltas.
        const auto input = value.find("input");
        block.whole = input && input->type() == json::Type::Object && !input->empty();
        if (block.whole) list_.add(chat::CallArguments{block.call, input->raw()});
        block.arguments = block.whole;
        return block;
    }

    void read_delta(std::int64_t index, const View& delta) {
        const auto found = blocks_.find(index);
        if (found == blocks_.end()) return;
        Block& block = found->second;
        switch (block.kind) {
            case BlockKind::Text: read_text_delta(delta); break;
            case BlockKind::Thinking: read_thinking_delta(delta); break;
            case BlockKind::Call: {
                const std::string_view piece = text(delta, "partial_json");
                if (piece.empty() || block.whole) break;
                block.arguments = true;
                list_.add(chat::CallArguments{block.call, piece});
                break;
            }
            case BlockKind::Ignored: break;
        }
    }

    void read_text_delta(const View& delta) {
        const std::string_view said = text(delta, "text");
        if (!said.empty()) list_.add(chat::TextDelta{said});
        const auto citation = delta.find("citation");
        const std::string_view url = citation ? text(*citation, "url") : std::string_view();
        if (!url.empty()) list_.add(chat::Cited{{.url = url, .title = text(*citation, "title")}});
    }

    void read_thinking_delta(const View& delta) {
        const std::string_view thought = text(delta, "thinking");
        if (!thought.empty()) list_.add(chat::ReasoningDelta{thought});
        give_opaque(text(delta, "signature"), chat::OpaqueKind::Signature);
    }

    void give_opaque(std::string_view value, chat::OpaqueKind kind) {
        if (value.empty()) return;
        list_.add(chat::SignatureGiven{{.origin = Dialect::Anthropic,
                                        .kind = kind,
                                        .model = list_.pool().keep(model_),
                                        .value = value}});
    }

    void close(std::int64_t index) {
        const auto found = blocks_.find(index);
        if (found == blocks_.end()) return;
        const Block block = found->second;
        blocks_.erase(found);
        if (block.kind != BlockKind::Call) return;
        if (!block.arguments) list_.add(chat::CallArguments{block.call, "{}"});    // a call without any
        list_.add(chat::CallEnded{block.call});
    }

    chat::EventList list_;
    std::string model_;
    Usage usage_;
    std::map<std::int64_t, Block> blocks_;    // the open ones, by their index
    std::size_t next_call_ = 0;
};

}    // namespace

std::unique_ptr<chat::StreamDecoder> make_stream_decoder() { return std::make_unique<Decoder>(); }

}    // namespace opusclaw::dialect::anthropic
