// tests/unit/base/json/document_test.cpp: which whole texts are JSON (RFC 8259). The cases are in tests/data/json; here are
// also the cut and the deep ones that are made rather than written.
#include <gtest/gtest.h>

#include <thread>

#include "cases.h"

namespace opusclaw::json {
namespace {

std::string validation(std::string_view text) {
    return code_of([&] { Document::copy(text).validate(); });
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Document, AcceptsWhatIsJson) {
    each_case("accept.json", [](const View& test_case) { EXPECT_EQ(validation(text_of(test_case)), ""); });
}

TEST(Document, RefusesWhatIsNot) {
    each_case("refuse.json",
              [](const View& test_case) { EXPECT_EQ(validation(text_of(test_case)), kInvalid); });
}

TEST(Document, RefusesEveryCutContainer) {
    each_case("accept.json", [](const View& test_case) {
        const std::string text = text_of(test_case);
        if (Document::copy(text).root().type() < Type::Array) return;
        const std::size_t end = text.find_last_of("]}");
        for (std::size_t size = 0; size < end; ++size)
            EXPECT_EQ(validation(text.substr(0, size)), kInvalid) << size;
    });
}

TEST(Document, RefusesGarbageBehindEveryValue) {
    each_case("accept.json", [](const View& test_case) {
        const std::string text = text_of(test_case);
        for (const char* garbage : {" 1", ",", "}", "]", "\"", " null", "{}", ":", "\\"})
            EXPECT_EQ(validation(text + garbage), kInvalid) << garbage;
    });
}

TEST(Document, RefusesEveryControlCharacterInAString) {
    for (int c = 0; c < 0x20; ++c) {
        const std::string text = std::string("[\"a") + static_cast<char>(c) + "b\"]";
        EXPECT_EQ(validation(text), kInvalid) << c;
    }
}

TEST(Document, TakesFourBlanksAndNoOthers) {
    for (int c = 1; c < 0x80; ++c) {
        const char blank = static_cast<char>(c);
        const bool allowed = blank == ' ' || blank == '\t' || blank == '\n' || blank == '\r';
        const std::string text = std::string("[1") + blank + ",2]";
        if (blank >= '0' && blank <= '9') continue;
        EXPECT_EQ(validation(text).empty(), allowed) << c;
    }
}

TEST(Document, AcceptsTheDeepestNestingAndNoDeeper) {
    EXPECT_EQ(validation(nested(512)), "");
    EXPECT_EQ(validation(nested(513)), kInvalid);
    EXPECT_EQ(validation(nested(1'000'000)), kInvalid);
    EXPECT_EQ(validation(std::string(1'000'000, '[')), kInvalid);
    EXPECT_EQ(validation(std::string(1'000'000, ']')), kInvalid);
}

TEST(Document, ReadsAHugeString) {
    std::string text = "[\"";
    while (text.size() < 10'000'000) text += "0123456789\\n\xE4\xBD\xA0";
    text += "\"]";
    const Document document = Document::copy(text);
    document.validate();
    std::size_t size = 0;
    document.root().each_item([&](const View& item) {
        size = item.as_string().value().size();
        return true;
    });
    EXPECT_EQ(size, (text.size() - 4) / 15 * 14);
}

TEST(Document, FindsFaultsWherePiecesOfTheScannerMeet) {
    // The scanner works on 64 bytes at a time; a fault must be seen at every offset.
    for (std::size_t lead = 0; lead < 140; ++lead) {
        const std::string blanks(lead, ' ');
        EXPECT_EQ(validation(blanks + "{\"a\":\"\\\\\\\"}\"}"), "") << lead;
        EXPECT_EQ(validation(blanks + "{\"a\":\"\\\\\"}\"}"), kInvalid) << lead;
        EXPECT_EQ(validation(blanks + "[\"\xE2\x82\xAC\"]"), "") << lead;
        EXPECT_EQ(validation(blanks + "[\"\xE2\x82\"]"), kInvalid) << lead;
        EXPECT_EQ(validation(blanks + "[truefalse]"), kInvalid) << lead;
    }
}

TEST(Document, LivesOnInItsCopies) {
    auto first = std::make_unique<Document>(Document::copy("{\"a\":[1,2]}"));
    const Document second = *first;
    first.reset();
    EXPECT_EQ(second.root().find("a").value().raw(), "[1,2]");
}

TEST(Document, ReadsFromABufferWithoutCopying) {
    const PaddedBuffer buffer("{\"a\":\"xyz\"}");
    const Document document(buffer);
    EXPECT_EQ(document.root().raw().data(), buffer.data());
}

TEST(Document, RefusesWhatDoesNotBeginWithAValue) {
    for (const char* text :
         {"", "  ", ",", ":", "}", "]", "\xEF\xBB\xBF{}", "x", "nul", "\"open", "{\"a\":1", "[\xFF]"}) {
        EXPECT_EQ(code_of([&] { Document document(PaddedBuffer{std::string_view(text)}); }), kInvalid)
            << text;
    }
}

TEST(Document, LeavesWhatFollowsTheValueToValidate) {
    const Document document = Document::copy("{\"a\":1} {\"b\":2}");
    EXPECT_EQ(document.root().raw(), "{\"a\":1}");
    EXPECT_EQ(code_of([&] { document.validate(); }), kInvalid);
}

TEST(Document, IsReadByManyThreadsAtOnce) {
    const Document shared = Document::copy("{\"a\":{\"b\":[1,2,3]}}");
    std::vector<std::thread> readers;
    std::atomic<int> good = 0;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                const Document own = Document::copy("[" + std::to_string(round) + "]");
                own.validate();
                good += shared.root().at({"a", "b"})->raw() == "[1,2,3]";
            }
        });
    }
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(good.load(), 800);
}

}    // namespace
}    // namespace opusclaw::json
