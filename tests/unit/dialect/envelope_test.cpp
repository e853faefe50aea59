// Tests of dialect/envelope.h: opaque reasoning through clients of another dialect (spec 06 section 11.5).
#include "dialect/envelope.h"

#include <gtest/gtest.h>

namespace opusclaw::dialect {
namespace {

using chat::Opaque;
using chat::OpaqueKind;

TEST(Envelope, ComesBackAsItWasSealed) {
    const Opaque opaque{Dialect::Gemini, OpaqueKind::Encrypted, "gemini-2.5-pro", "a\"\\\n\x01 value"};
    const std::string sealed = seal_opaque(opaque);
    EXPECT_TRUE(sealed.starts_with("oc1."));
    EXPECT_EQ(
        sealed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.oc1"),
        std::string::npos);
    chat::TextPool pool;
    const auto opened = open_opaque(sealed, pool);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->origin, Dialect::Gemini);
    EXPECT_EQ(opened->kind, OpaqueKind::Encrypted);
    EXPECT_EQ(opened->model, "gemini-2.5-pro");
    EXPECT_EQ(opened->value, opaque.value);
}

TEST(Envelope, DamagedOnesAreNothing) {
    chat::TextPool pool;
    // not Base64; no JSON; no object; an unknown dialect; an unknown kind
    for (const std::string_view text :
         {"oc1.", "oc1.*", "oc1.eA", "oc1.W10", "oc1.eyJkIjoieCIsInQiOiJzaWcifQ",
          "oc1.eyJkIjoiY2xhdWRlIiwidCI6IngifQ"}) {
        EXPECT_FALSE(read_opaque(text, OpaqueKind::Signature, Dialect::Anthropic, pool)) << text;
    }
}

TEST(Envelope, NativeValuesAreNotTouched) {
    chat::TextPool pool;
    const auto native = read_opaque("EqQB", OpaqueKind::Signature, Dialect::Anthropic, pool);
    ASSERT_TRUE(native);
    EXPECT_EQ(native->value, "EqQB");
    EXPECT_EQ(show_opaque(*native, Dialect::Anthropic), "EqQB");
    EXPECT_TRUE(is_envelope(show_opaque(*native, Dialect::Gemini)));
    EXPECT_FALSE(read_opaque("", OpaqueKind::Signature, Dialect::Anthropic, pool));
}

TEST(Envelope, OnlyTheSameFamilyReadsIt) {
    const auto readable = [](std::string_view from, std::string_view by) {
        return readable_by({Dialect::Anthropic, OpaqueKind::Signature, from, "v"}, Dialect::Anthropic, by);
    };
    EXPECT_TRUE(readable("claude-sonnet-4-5-20250929", "claude-sonnet-4-6"));
    EXPECT_FALSE(readable("claude-sonnet-4-5", "claude-opus-4-5"));
    EXPECT_TRUE(readable("", "claude-opus-4-5"));
    EXPECT_FALSE(readable_by({Dialect::Gemini, OpaqueKind::Signature, "", "v"}, Dialect::Anthropic,
                             "claude-opus-4-5"));
}

}    // namespace
}    // namespace opusclaw::dialect
