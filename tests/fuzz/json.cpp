// tests/fuzz/json.cpp: the JSON façade against a plain second reader (json_reference.h) and against itself: what is accepted,
// what is found, what an edit gives, what is written. Inputs are JSON texts; what to edit follows from the text's hash.
#include <simdjson.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <set>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/peek.h"
#include "base/json/splice.h"
#include "base/json/writer.h"
#include "json_reference.h"

namespace opusclaw::fuzz {
namespace {

using json::Document;
using json::Node;
using json::View;

constexpr std::array<std::string_view, 4> kGuarded = {"model", "stream", "a", "Key_s"};

void demand(bool holds) {
    if (!holds) std::abort();
}

/// The code of the Error that `action` throws; empty: none.
template <class Action>
std::string code_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code;
    }
    return {};
}

bool accepted(std::string_view text) {
    const std::string code = code_of([&] { Document::copy(text).validate(); });
    demand(code.empty() || code == "invalid_json");
    return code.empty();
}

/// As JsonReference::compact() writes it. Also asks each value everything that can be asked.
void compact(const View& value, std::string& out) {
    const auto open = [&](char bracket, bool first) { out += first ? bracket : ','; };
    bool first = true;
    switch (value.type()) {
        case json::Type::Object:
            value.each_member([&](std::string_view key, const View& member) {
                open('{', std::exchange(first, false));
                out.append("<").append(key).append(">:");
                compact(member, out);
                return true;
            });
            out += first ? "{}" : "}";
            return;
        case json::Type::Array:
            value.each_item([&](const View& item) {
                open('[', std::exchange(first, false));
                compact(item, out);
                return true;
            });
            out += first ? "[]" : "]";
            return;
        case json::Type::String: {
            const std::string_view inner = value.raw().substr(1, value.raw().size() - 2);
            const std::string meaning = value.as_string().value();
            demand(meaning == JsonReference::meaning(inner));
            demand(!value.as_plain_string() || *value.as_plain_string() == meaning);
            break;
        }
        case json::Type::Number: {
            const auto whole = value.as_int();
            const auto real = value.as_double();
            demand(!whole || (real && static_cast<double>(*whole) == *real));
            demand(!real || *real == std::strtod(std::string(value.raw()).c_str(), nullptr));
            break;
        }
        case json::Type::Bool: demand(value.as_bool() == (value.raw() == "true")); break;
        case json::Type::Null: demand(value.is_null()); break;
    }
    out += value.raw();
}

std::string compact(std::string_view text) {
    std::string by_document;
    const Document document = Document::copy(text);
    compact(document.root(), by_document);
    std::string by_view;
    compact(json::view_of(text), by_view);
    demand(by_document == by_view);
    return by_document;
}

std::string folded(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    for (const auto& [from, to] : {std::pair("\xC5\xBF", "s"), std::pair("\xE2\x84\xAA", "k")})
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from))
            text.replace(at, std::strlen(from), to);
    return text;
}

/// Whether a guarded key is doubled or spelled otherwise, by the raw keys of the object.
bool ambiguous(const std::vector<std::string_view>& raw_keys) {
    std::set<std::string> seen;
    for (const std::string_view raw : raw_keys) {
        const std::string key = folded(JsonReference::meaning(raw));
        for (const std::string_view guarded : kGuarded) {
            if (key != folded(std::string(guarded))) continue;
            if (raw != guarded || !seen.insert(key).second) return true;
        }
    }
    return false;
}

bool all_different(const std::vector<std::string_view>& raw_keys) {
    std::set<std::string> seen;
    for (const std::string_view raw : raw_keys)
        if (!seen.insert(JsonReference::meaning(raw)).second) return false;
    return true;
}

void compare_peek(const json::PeekResult& peeked) {
    const Document document = Document::copy(peeked.text);
    for (std::size_t i = 0; i < kGuarded.size(); ++i) {
        const auto found = document.root().find(kGuarded[i]);
        demand(found.has_value() == (peeked.find(i) != nullptr));
        if (!found) continue;
        const json::Found& member = *peeked.find(i);
        demand(peeked.text.substr(member.value().begin, member.value().size()) == found->raw());
        demand(peeked.text[member.key().begin] == '"' && peeked.text[member.key().end - 1] == '"');
        demand(member.member().begin == member.key().begin && member.member().end == member.value().end);
        demand(peeked.value(i)->raw() == found->raw());
    }
    demand(document.root().raw() == peeked.text.substr(peeked.object.begin, peeked.object.size()));
}

/// The same edits by splice and by tree give the same members.
void compare_edits(const json::PeekResult& peeked, std::size_t choices) {
    json::Splice splice(peeked);
    Node tree = Node::parse(peeked.text);
    for (std::size_t i = 0; i < kGuarded.size(); ++i, choices /= 3) {
        if (peeked.find(i) == nullptr) continue;
        if (choices % 3 == 1) {
            splice.remove(*peeked.find(i));
            demand(tree.erase(kGuarded[i]));
        } else if (choices % 3 == 2) {
            splice.replace(*peeked.find(i), "{\"new\":[]}");
            tree.set(kGuarded[i], Node::parse("{\"new\":[]}"));
        }
    }
    for (; choices % 2 == 1; choices /= 2) {
        const std::string key = "\nadded by the test " + std::to_string(choices);
        splice.add(key, "1.50");
        tree.set(key, Node::parse("1.50"));
    }
    const std::string spliced = splice.str();
    demand(accepted(spliced));
    demand(compact(spliced) == compact(tree.str()));
    if (splice.unchanged()) demand(spliced == peeked.text);
}

void open_all(Node& node) {
    for (const std::string& key : node.keys()) open_all(*node.find(key));
    if (node.type() == json::Type::Array)
        for (std::size_t i = 0; i < node.size(); ++i) open_all(*node.item(i));
}

void check_valid(std::string_view text, const JsonReference& reference) {
    demand(compact(text) == reference.compact());
    Node node = Node::parse(text);
    demand(node.str() == text);
    open_all(node);
    const std::string opened = node.str();
    demand(accepted(opened));
    Node copy = node;
    demand(copy.str() == opened);
    Node again = Node::parse(opened);
    open_all(again);
    demand(again.str() == opened);
}

void check_peek(std::string_view text, const JsonReference& reference, bool valid) {
    const PaddedBuffer body(text);
    std::optional<json::PeekResult> peeked;
    const std::string code = code_of([&] { peeked = json::peek(body, kGuarded); });
    demand(code.empty() || code == "invalid_json" || code == "duplicate_key");
    if (peeked) compare_peek(*peeked);
    if (!valid) return;
    const bool object = Document::copy(text).root().type() == json::Type::Object;
    const std::string expected = !object                       ? "invalid_json"
                                 : ambiguous(reference.keys()) ? "duplicate_key"
                                                               : "";
    demand(code == expected);
    if (peeked && all_different(reference.keys()))
        compare_edits(*peeked, std::hash<std::string_view>()(text));
}

void check_writing(std::string_view bytes) {
    std::string text;
    json::append_quoted(text, bytes);
    demand(accepted(text));
    if (simdjson::validate_utf8(bytes.data(), bytes.size())) demand(json::view_of(text).as_string() == bytes);
    double number = 0;
    if (bytes.size() < sizeof number) return;
    std::memcpy(&number, bytes.data(), sizeof number);
    text.clear();
    json::append_number(text, number);
    demand(accepted(text));
    if (text != "null") demand(json::view_of(text).as_double() == number);
}

}    // namespace
}    // namespace opusclaw::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    opusclaw::fuzz::JsonReference reference(text);
    const bool valid = reference.read();
    opusclaw::fuzz::demand(opusclaw::fuzz::accepted(text) == valid);
    const bool parsed = opusclaw::fuzz::code_of([&] { opusclaw::json::Node::parse(text); }).empty();
    opusclaw::fuzz::demand(parsed == valid);
    // simdjson's own tree refuses numbers that fit nowhere and lone surrogates, but never takes what is not JSON.
    simdjson::dom::parser tree(size + 1);
    if (tree.parse(simdjson::padded_string(text)).error() == simdjson::SUCCESS && !valid) {
        // Only the limits of nesting differ.
        opusclaw::fuzz::demand(text.size() > 1000);
    }
    if (valid) opusclaw::fuzz::check_valid(text, reference);
    opusclaw::fuzz::check_peek(text, reference, valid);
    opusclaw::fuzz::check_writing(text);
    return 0;
}
