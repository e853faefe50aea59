// tests/unit/base/json/writer_test.cpp: quoting, numbers, commas and what the writer refuses. Quoting's cases are in
// tests/data/json/quoting.json.
#include "base/json/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "cases.h"

namespace opusclaw::json {
namespace {

std::string as_json(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

std::string number(double value) {
    std::string out;
    append_number(out, value);
    return out;
}

template <class Write>
std::string written(Write write) {
    std::string out;
    Writer writer(out);
    write(writer);
    return out;
}

TEST(Quoting, EscapesAsTheCasesSay) {
    each_case("quoting.json", [](const View& test_case) {
        const std::string bytes = bytes_of_hex(test_case.find("hex").value().as_string().value());
        EXPECT_EQ(as_json(bytes), test_case.find("json").value().as_string());
    });
}

TEST(Quoting, AppendsToWhatIsThere) {
    std::string out = "x=";
    append_quoted(out, "y");
    EXPECT_EQ(out, "x=\"y\"");
}

TEST(Quoting, MakesRoomForTextsThatAreAllEscapes) {
    for (const std::size_t size : {1U, 15U, 16U, 17U, 1000U}) {
        const std::string control(size, '\x01');
        std::string wanted = "x=\"";
        for (std::size_t i = 0; i < size; ++i) wanted += "\\u0001";
        std::string out = "x=";
        append_quoted(out, control);
        EXPECT_EQ(out, wanted + '"') << size;
        EXPECT_EQ(view_of(std::string_view(out).substr(2)).as_string(), control) << size;
    }
}

TEST(Quoting, FindsWhatMustBeEscapedAtEveryOffset) {
    for (int c = 0; c < 256; ++c) {
        for (std::size_t lead = 0; lead < 20; ++lead) {
            const std::string text = std::string(lead, 'x') + static_cast<char>(c) + std::string(9, 'y');
            const std::string json = as_json(text);
            Document::copy(json).validate();
            if (c < 0x80) EXPECT_EQ(view_of(json).as_string(), text) << c << " at " << lead;
            const bool as_is = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
            EXPECT_EQ(json == "\"" + text + "\"", as_is) << c << " at " << lead;
        }
    }
}

TEST(Quoting, ReadsBackWhatItWrote) {
    std::mt19937 random(7);
    constexpr std::array kPieces = {"a",    "\"",          "\\", "\n",  "\xE4\xBD\xA0", "\xF0\x9F\x98\x80",
                                    "\x01", "plain text ", "/",  "\x7F"};
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (unsigned i = random() % 40; i > 0; --i) text += kPieces[random() % kPieces.size()];
        const std::string json = as_json(text);
        Document::copy(json).validate();
        EXPECT_EQ(view_of(json).as_string(), text);
    }
}

TEST(Numbers, AreWrittenInFullWhereThatIsShort) {
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(-0.0), "-0");
    EXPECT_EQ(number(1.0), "1");
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(-2.5), "-2.5");
    EXPECT_EQ(number(100000), "100000");
    EXPECT_EQ(number(1e20), "100000000000000000000");
    EXPECT_EQ(number(0.000001), "0.000001");
    EXPECT_EQ(number(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(number(9007199254740993.0), "9007199254740992");
    EXPECT_EQ(number(1e21), "1e+21");
    EXPECT_EQ(number(1e-7), "1e-07");
    EXPECT_EQ(number(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(Numbers, ThatAreNoneBecomeNull) {
    EXPECT_EQ(number(std::nan("")), "null");
    EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Numbers, ReadBackTheSame) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 20'000; ++round) {
        const auto value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        const std::string text = number(value);
        Document::copy(text).validate();
        EXPECT_EQ(view_of(text).as_double(), value) << text;
    }
}

TEST(Writer, KeepsCommasAndNesting) {
    const std::string text = written([](Writer& w) {
        w.begin_object();
        w.member("s", "text")
            .member("i", 5)
            .member("u", std::uint64_t{18446744073709551615u})
            .member("d", 0.5);
        w.member("b", true).member_null("n").member_raw("r", "[1.0]").key("a").begin_array();
        w.value("x")
            .value(std::int64_t{-9223372036854775807})
            .begin_object()
            .end_object()
            .begin_array()
            .end_array();
        w.value(false).null().end_array().end_object();
    });
    EXPECT_EQ(text, R"({"s":"text","i":5,"u":18446744073709551615,"d":0.5,"b":true,"n":null,"r":[1.0],)"
                    R"("a":["x",-9223372036854775807,{},[],false,null]})");
    Document::copy(text).validate();
}

TEST(Writer, LeavesAbsentMembersOutOrWritesNull) {
    const std::optional<int> none;
    const std::optional<int> zero = 0;
    const std::optional<std::string> empty = "";
    const std::string text = written([&](Writer& w) {
        w.begin_object().member_if("a", none).member_if("b", zero).member_if("c", empty);
        w.member_or_null("d", none).member_or_null("e", zero).end_object();
    });
    EXPECT_EQ(text, R"({"b":0,"c":"","d":null,"e":0})");
}

TEST(Writer, TakesEveryIntegerType) {
    const std::string text = written([](Writer& w) {
        w.begin_array()
            .value(std::uint32_t{1})
            .value(short{-2})
            .value(3LL)
            .value(4ULL)
            .value(std::size_t{5})
            .end_array();
    });
    EXPECT_EQ(text, "[1,-2,3,4,5]");
}

TEST(Writer, TakesEveryKindOfText) {
    const std::string own = "own";
    const std::string text = written([&](Writer& w) {
        w.begin_array().value("literal").value(own).value(std::string_view("view")).end_array();
    });
    EXPECT_EQ(text, R"(["literal","own","view"])");
}

TEST(Writer, AppendsToWhatIsThere) {
    std::string out = "data: ";
    Writer(out).begin_object().member("a", 1).end_object();
    EXPECT_EQ(out, "data: {\"a\":1}");
}

TEST(Writer, NestsDeeply) {
    const std::string text = written([](Writer& w) {
        for (int i = 0; i < 500; ++i) w.begin_array();
        for (int i = 0; i < 500; ++i) w.end_array();
    });
    Document::copy(text).validate();
}

TEST(Writer, RefusesMisuse) {
    const auto misuse = [](auto write) { return code_of([&] { written(write); }); };
    constexpr std::string_view kMisused = "json_writer_misused";
    EXPECT_EQ(misuse([](Writer& w) { w.begin_object().value(1); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_object().key("a").key("b"); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_object().key("a").end_object(); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_array().key("a"); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_array().end_object(); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_object().end_array(); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.end_array(); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.key("a"); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.value(1).value(2); }), kMisused);
    EXPECT_EQ(misuse([](Writer& w) { w.begin_array().raw(""); }), kMisused);
}

}    // namespace
}    // namespace opusclaw::json
