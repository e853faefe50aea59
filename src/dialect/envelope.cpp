// dialect/envelope.cpp: the envelope's fixed members d, m, t, v, i and c (spec 06 section 11.5). Unknown ones are for later versions and
// are read over.
#include "dialect/envelope.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/writer.h"

namespace opusclaw::dialect {
namespace {

constexpr std::string_view kMark = "oc1.";
/// In the order of OpaqueKind.
constexpr std::array<std::string_view, 3> kKinds = {"sig", "enc", "fc"};

struct DialectId {
    Dialect dialect;
    std::string_view id;
};
constexpr std::array kDialectIds = {
    DialectId{Dialect::OpenaiChat, "openai"}, DialectId{Dialect::OpenaiResponses, "openai_responses"},
    DialectId{Dialect::Anthropic, "claude"}, DialectId{Dialect::Gemini, "gemini"}};

std::string_view id_of(Dialect dialect) {
    for (const DialectId& row : kDialectIds) {
        if (row.dialect == dialect) return row.id;
    }
    return {};
}

std::optional<Dialect> dialect_of(std::string_view id) {
    for (const DialectId& row : kDialectIds) {
        if (row.id == id) return row.dialect;
    }
    return std::nullopt;
}

std::string_view family_of(std::string_view model) {
    return model.substr(0, model.find_first_of("0123456789"));
}

std::optional<chat::Opaque> read_members(const json::View& root, chat::TextPool& pool) {
    const auto keep = [&](std::string_view key) {
        const auto value = root.find(key);
        return pool.keep(value ? value->as_string().value_or("") : std::string());
    };
    const auto origin = dialect_of(keep("d"));
    const std::string_view kind = keep("t");
    const auto* const found = std::find(kKinds.begin(), kKinds.end(), kind);
    if (!origin || found == kKinds.end()) return std::nullopt;
    return chat::Opaque{.origin = *origin,
                        .kind = static_cast<chat::OpaqueKind>(found - kKinds.begin()),
                        .model = keep("m"),
                        .value = keep("v"),
                        .item = keep("i"),
                        .call_id = keep("c")};
}

}    // namespace

std::string seal_opaque(const chat::Opaque& opaque) {
    std::string members;
    json::Writer writer(members);
    writer.begin_object().member("d", id_of(opaque.origin)).member("m", opaque.model);
    writer.member("t", kKinds.at(static_cast<std::size_t>(opaque.kind))).member("v", opaque.value);
    if (!opaque.item.empty()) writer.member("i", opaque.item);
    if (!opaque.call_id.empty()) writer.member("c", opaque.call_id);
    writer.end_object();
    return std::string(kMark) + crypto::base64url_encode(members);
}

bool is_envelope(std::string_view text) { return text.starts_with(kMark); }

std::optional<chat::Opaque> open_opaque(std::string_view text, chat::TextPool& pool) {
    if (!is_envelope(text)) return std::nullopt;
    const auto members = crypto::base64url_decode(text.substr(kMark.size()));
    if (!members) return std::nullopt;
    try {
        return read_members(json::Document::over(*members).root(), pool);
    } catch (const Error&) {
        return std::nullopt;    // made by nobody we know
    }
}

std::optional<chat::Opaque> read_opaque(std::string_view text, chat::OpaqueKind kind, Dialect native,
                                        chat::TextPool& pool) {
    if (is_envelope(text)) return open_opaque(text, pool);
    if (text.empty()) return std::nullopt;
    return chat::Opaque{.origin = native, .kind = kind, .model = {}, .value = text};
}

std::string show_opaque(const chat::Opaque& opaque, Dialect native) {
    return opaque.origin == native ? std::string(opaque.value) : seal_opaque(opaque);
}

bool readable_by(const chat::Opaque& opaque, Dialect dialect, std::string_view model) {
    if (opaque.origin != dialect) return false;
    return opaque.model.empty() || family_of(opaque.model) == family_of(model);
}

}    // namespace opusclaw::dialect
