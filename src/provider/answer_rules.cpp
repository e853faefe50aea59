// provider/answer_rules.cpp: applies the rules of a row to a payload, and those that concern usage. A payload without a rule's mark is not
// even parsed.
#include "provider/answer_rules.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/view.h"
#include "provider/provider.h"

namespace opusclaw::provider {
namespace {

using json::Node;

/// Legacy completions are told as chats are.
Endpoint kind_of(Endpoint endpoint) {
    return endpoint == Endpoint::Completions ? Endpoint::ChatCompletions : endpoint;
}

/// In texts full of quotation marks several times as fast as string_view::find().
bool holds(std::string_view text, std::string_view mark) {
    return memmem(text.data(), text.size(), mark.data(), mark.size()) != nullptr;
}

const Node* at(const Node& root, std::initializer_list<std::string_view> path) {
    const Node* found = &root;
    for (const std::string_view name : path) {
        found = found->find(name);
        if (found == nullptr) return nullptr;
    }
    return found;
}

std::int64_t count_at(const Node& root, std::initializer_list<std::string_view> path) {
    const Node* const found = at(root, path);
    return found == nullptr ? 0 : std::max<std::int64_t>(found->as_int().value_or(0), 0);
}

/// The first choice that tells some.
std::int64_t cached_in_choices(const Node& root) {
    const Node* const choices = root.find("choices");
    if (choices == nullptr) return 0;
    for (std::size_t i = 0; i < choices->size(); ++i) {
        const Node* const choice = choices->item(i);
        if (choice == nullptr) break;
        if (const std::int64_t cached = count_at(*choice, {"usage", "cached_tokens"}); cached > 0)
            return cached;
    }
    return 0;
}

/// Usage that only a choice has becomes that of the payload. True: there was some.
bool lift_usage(Node& root) {
    const Node* const own = root.find("usage");
    const Node* const choices = root.find("choices");
    if ((own != nullptr && own->type() == json::Type::Object) || choices == nullptr) return false;
    for (std::size_t i = 0; i < choices->size(); ++i) {
        const Node* const choice = choices->item(i);
        const Node* const usage = choice == nullptr ? nullptr : choice->find("usage");
        if (usage == nullptr || usage->type() != json::Type::Object) continue;
        Node lifted = *usage;
        root.set("usage", std::move(lifted));
        return true;
    }
    return false;
}

/// Puts them where the dialect has them, unless something stands there.
std::optional<std::string> with_cached(Node& root, std::int64_t cached) {
    Node* const usage = root.find("usage");
    if (usage == nullptr || usage->type() != json::Type::Object || cached <= 0) return std::nullopt;
    if (count_at(*usage, {"prompt_tokens_details", "cached_tokens"}) > 0) return std::nullopt;
    Node* details = usage->find("prompt_tokens_details");
    if (details == nullptr) details = &usage->set("prompt_tokens_details", Node::object());
    details->set("cached_tokens", Node::of(cached));
    return root.str();
}

std::int64_t first_count(const Node& root,
                         std::initializer_list<std::initializer_list<std::string_view>> paths) {
    for (const auto& path : paths) {
        if (const std::int64_t count = count_at(root, path); count > 0) return count;
    }
    return 0;
}

}    // namespace

int status_of_code(const Provider& provider, std::string_view code, int otherwise) {
    const auto found = std::ranges::find(provider.error_status, code, &CodeStatus::code);
    return found == provider.error_status.end() ? otherwise : found->status;
}

std::optional<std::string> normal_answer(const Provider& provider, Endpoint endpoint,
                                         std::string_view payload, const AnswerFacts& facts) {
    std::optional<std::string> made;
    for (const AnswerRule& rule : provider.answers) {
        const std::string_view text = made ? std::string_view(*made) : payload;
        if (rule.seen_by != facts.seen_by || rule.endpoint != kind_of(endpoint)) continue;
        if (!holds(text, rule.mark)) continue;
        try {
            if (auto next = rule.apply(text, facts)) made = std::move(next);
        } catch (const Error&) {
            // what is no JSON is told by who reads it
        }
    }
    return made;
}

std::optional<std::string> cache_hit_tokens(std::string_view payload, const AnswerFacts&) {
    Node root = Node::parse(payload);
    return with_cached(root, count_at(root, {"usage", "prompt_cache_hit_tokens"}));
}

std::optional<std::string> zhipu_cached_tokens(std::string_view payload, const AnswerFacts&) {
    Node root = Node::parse(payload);
    return with_cached(root, first_count(root, {{"usage", "input_tokens_details", "cached_tokens"},
                                                {"usage", "cached_tokens"},
                                                {"usage", "prompt_cache_hit_tokens"}}));
}

std::optional<std::string> moonshot_cached_tokens(std::string_view payload, const AnswerFacts&) {
    Node root = Node::parse(payload);
    const bool lifted = lift_usage(root);
    std::int64_t cached = count_at(root, {"usage", "input_tokens_details", "cached_tokens"});
    if (cached == 0) cached = cached_in_choices(root);
    if (cached == 0)
        cached = first_count(root, {{"usage", "cached_tokens"}, {"usage", "prompt_cache_hit_tokens"}});
    auto told = with_cached(root, cached);
    return told || !lifted ? told : root.str();
}

std::optional<std::string> llama_cached_tokens(std::string_view payload, const AnswerFacts&) {
    Node root = Node::parse(payload);
    return with_cached(root, count_at(root, {"timings", "cache_n"}));
}

std::optional<std::string> completion_by_total(std::string_view payload, const AnswerFacts& facts) {
    Node root = Node::parse(payload);
    Node* const usage = root.find("usage");
    if (usage == nullptr || usage->type() != json::Type::Object) return std::nullopt;
    const std::int64_t total = count_at(*usage, {"total_tokens"});
    const std::int64_t prompt = count_at(*usage, {"prompt_tokens"});
    const std::int64_t told = count_at(*usage, {"completion_tokens"});
    if (total <= prompt || total - prompt == told) return std::nullopt;
    usage->set("completion_tokens", Node::of(total - prompt));
    Node* const details = usage->find("completion_tokens_details");
    if (facts.payload == Payload::WholeBody && details != nullptr && details->type() == json::Type::Object) {
        const std::int64_t reasoning = count_at(*details, {"reasoning_tokens"});
        details->set("text_tokens", Node::of(std::max<std::int64_t>(total - prompt - reasoning, 0)));
    }
    return root.str();
}

std::optional<std::string> own_model(std::string_view payload, const AnswerFacts& facts) {
    Node root = Node::parse(payload);
    const Node* const told = root.find("model");
    if (told == nullptr || told->as_string() == facts.model) return std::nullopt;
    root.set("model", Node::of(facts.model));
    return root.str();
}

std::optional<std::string> one_vector_as_list(std::string_view payload, const AnswerFacts&) {
    const auto data = json::view_of(payload).find("data");
    if (!data || data->type() != json::Type::Object) return std::nullopt;
    Node vector = Node::parse(data->raw());
    if (vector.find("index") == nullptr) vector.set("index", Node::of(std::int64_t{0}));
    Node list = Node::array();
    list.push(std::move(vector));
    Node root = Node::parse(payload);
    root.set("data", std::move(list));
    return root.str();
}

}    // namespace opusclaw::provider
