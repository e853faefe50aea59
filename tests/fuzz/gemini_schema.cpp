// tests/fuzz/gemini_schema.cpp: JSON Schemas to what Gemini takes. Properties: what is written is JSON, holds nothing that the provider does
// not know, is bounded by what came, and changes no more when it is written a third time.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "dialect/gemini/schema.h"

namespace {

using namespace opusclaw;
using dialect::gemini::rewrite_schema;
using dialect::gemini::SchemaUse;

constexpr std::size_t kLeast = std::size_t{1} << 20;
constexpr std::size_t kMultiple = 64;
constexpr std::array<std::string_view, 8> kUnknown = {
    "$ref", "$defs", "$schema", "const", "anyOf", "oneOf", "propertyNames", "additionalProperties"};

void require(bool condition) {
    if (!condition) std::abort();
}

void check_node(const json::View& node) {
    for (const std::string_view name : kUnknown) require(!node.find(name));
    if (const auto items = node.find("items")) check_node(*items);
    if (const auto properties = node.find("properties")) {
        properties->each_member([](std::string_view, const json::View& value) {
            check_node(value);
            return true;
        });
    }
}

std::string again(std::string_view schema, SchemaUse use) {
    const json::Document document = json::Document::over(schema);
    document.validate();
    dialect::Notes notes;
    return rewrite_schema(document.root(), use, notes);
}

void check(std::string_view text, SchemaUse use) {
    const std::string once = again(text, use);
    if (once.empty()) return;
    require(once.size() <= kLeast + kMultiple * text.size());
    const std::string twice = again(once, use);
    require(again(twice, use) == twice);
    check_node(json::view_of(once));
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    try {
        for (const SchemaUse use : {SchemaUse::Parameters, SchemaUse::Answer}) check(text, use);
    } catch (const Error& error) {
        require(error.code == "invalid_json");
    }
    return 0;
}
