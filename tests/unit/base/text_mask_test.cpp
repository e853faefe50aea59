// Tests of text::mask_secrets(): the examples of spec 04 section 14.6 and 01 section 18.5, and what must not get through.
#include <gtest/gtest.h>

#include <array>

#include "base/text.h"
#include "base/text_mask.h"

namespace opusclaw::text {
namespace {

struct MaskCase {
    std::string_view before, after;
};

void check(std::initializer_list<MaskCase> cases) {
    for (const MaskCase& c : cases) EXPECT_EQ(mask_secrets(c.before), c.after) << c.before;
}

TEST(MaskSecrets, GivesTheExamplesOfTheSpecification) {
    check({
        {"https://api.acme.org/v1/users/7?key=abc", "https://***.org/***/***/***?key=***"},
        {"https://api.test.org/v1/u/1?key=x", "https://***.org/***/***/***?key=***"},
        {"api.acme.org", "***.***.org"},
        {"api.openai.com", "***.***.com"},
        {"shop.acme.co.uk", "***.***.co.uk"},
        {"203.0.113.9", "***.***.***.***"},
        {"api_key:abc", "api_key:***"},
    });
}

TEST(MaskSecrets, MasksUrlsWhereverTheyStand) {
    check({
        {"Post \"https://api.acme.org/v1/chat\": dial tcp", "Post \"https://***.org/***/*** dial tcp"},
        {"see http://localhost:8080/x and HTTPS://API.Acme.org/", "see http://***/*** and HTTPS://***.org/"},
        {"https://user:pass@api.acme.org:8443/a//b?x=1&y=2&secret#part",
         "https://***.org/***//***?x=***&y=***&***"},
        {"https://shop.acme.co.uk", "https://***.co.uk"},
        {"https://api.acme.org?key=a/b", "https://***.org?key=***"},
        {"url=https://api.acme.org", "url=https://***.org"},
        {"xhttps://api.acme.org/a", "xhttps://***.org/***"},
        {"http://[2001:db8::1]:80/a", "http://***/***"},
        {"地址https://api.acme.org/中文 失败", "地址https://***.org/*** 失败"},
        {"http:// nothing", "http:// nothing"},
        {"https://", "https://"},
    });
}

TEST(MaskSecrets, MasksHostNamesAndAddressesInText) {
    check({
        {"lookup api.acme.org: no such host", "lookup ***.***.org: no such host"},
        {"dial tcp 10.1.2.3:443: refused", "dial tcp ***.***.***.***:443: refused"},
        {"请求api.acme.org失败", "请求***.***.org失败"},
        {"Visit acme.org.", "Visit ***.org."},
        {"mail ops@acme.org", "mail ops@***.org"},
        {"host my_service.internal.corp", "host ***.***.corp"},
        {"dial tcp [2001:db8::1]:443", "dial tcp [***]:443"},
        {"list [1:2] and [x]", "list [1:2] and [x]"},
    });
}

TEST(MaskSecrets, LeavesOrdinaryTextAlone) {
    check({
        {"", ""},
        {"The model gpt-4.1-mini took 1.5 s, version 2.0.1",
         "The model gpt-4.1-mini took 1.5 s, version 2.0.1"},
        {"wait... and go on. Next", "wait... and go on. Next"},
        {"claude-3.5-sonnet e.g. v1.x", "claude-3.5-sonnet e.g. v1.x"},
        {"1.2.3.4.5 and 1234.1.1.1", "1.2.3.4.5 and 1234.1.1.1"},
    });
}

TEST(MaskSecrets, LeavesPathsIntoTheRequestReadable) {
    check({
        {"messages.0.content: Field required", "messages.0.content: Field required"},
        {"messages.1.tool_calls.0.function.arguments", "messages.1.tool_calls.0.function.arguments"},
        {"tools.0.custom.input_schema.properties.city", "tools.0.custom.input_schema.properties.city"},
        {"response_format.json_schema.name is missing", "response_format.json_schema.name is missing"},
        {"thinking.budget_tokens", "thinking.budget_tokens"},
        {"messages.acme.org", "***.***.org"},
        {"x.0.acme.org", "***.***.***.org"},
    });
}

TEST(MaskSecrets, MasksKeys) {
    check({
        {"Incorrect API key sk-abcdefghij1234567890 given", "Incorrect API key *** given"},
        {"key=sk-proj-AAAA_bbbb-cccc1234", "key=***"},
        {"x.sk-abcdefghij1234567890", "x.***"},
        {"sk-short and task-abcdefghij1234567890", "sk-short and task-abcdefghij1234567890"},
        {"my_api_key:'x' api_key:v1 \"api_key:abc\"", "my_api_key:'x' api_key:*** \"api_key:***\""},
    });
}

TEST(MaskSecrets, ReplacesTheChannelsKeyEverywhere) {
    constexpr std::array<std::string_view, 3> kSecrets = {"AIzaSecretKey", "", "abc"};
    EXPECT_EQ(mask_secrets("key AIzaSecretKey, again AIzaSecretKeyAIzaSecretKey. abc", kSecrets),
              "key ***, again ******. abc");
    EXPECT_EQ(mask_secrets("https://a.org/AIzaSecretKey", kSecrets), "https://***.org/***");
}

TEST(MaskSecrets, ReplacesThePartsOfAKeyThatGoUpstreamAlone) {
    constexpr std::array<std::string_view, 1> kSecrets = {"bce-v3/ALTAK-x/0123456789|app-1|us-east-1"};
    EXPECT_EQ(mask_secrets("invalid key bce-v3/ALTAK-x/0123456789 in us-east-1", kSecrets),
              "invalid key *** in us-east-1");
}

TEST(MaskSecrets, ReplacesWhatAKeyThatIsAnObjectHoldsForSecret) {
    constexpr std::array<std::string_view, 1> kSecrets = {
        R"({"type":"service_account","project_id":"project-of-ours-1","client_email":"me@project-of-ours-1.iam.ex",)"
        R"("private_key":"-----BEGIN\nAAAA","n":1234567890123456789,"inner":{"id":"0123456789abcdef"}})"};
    EXPECT_EQ(
        mask_secrets("denied on projects/project-of-ours-1 to me@project-of-ours-1.iam.ex, a service_account",
                     kSecrets),
        "denied on projects/*** to ***, a service_account");
    constexpr std::array<std::string_view, 2> kOdd = {"{", R"({"a":)"};
    EXPECT_EQ(mask_secrets(R"({"a" : { b)", kOdd), R"({"a" : { b)") << "no JSON: a key as any other";
}

TEST(MaskSecrets, StaysLinearOnHostileText) {
    for (const std::string_view piece :
         {"a.", "[", "[:", "sk-", "api_key:", "http", "https://", "-.", "x_"}) {
        std::string text;
        while (text.size() < 400'000) text += piece;
        EXPECT_FALSE(mask_secrets(text).empty());
    }
}

TEST(CutBytes, NeverCutsInsideACharacter) {
    EXPECT_EQ(cut_bytes("abc", 3), "abc");
    EXPECT_EQ(cut_bytes("abcd", 3), "abc");
    const std::string_view text = "a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80";    // 1, 2, 3 and 4 bytes
    EXPECT_EQ(cut_bytes(text, 10), text);
    for (std::size_t bytes = 6; bytes < 10; ++bytes)
        EXPECT_EQ(cut_bytes(text, bytes), text.substr(0, 6)) << bytes;
    EXPECT_EQ(cut_bytes(text, 5), text.substr(0, 3));
    EXPECT_EQ(cut_bytes(text, 2), "a");
    EXPECT_EQ(cut_bytes(text, 0), "");
    EXPECT_EQ(cut_bytes("\x80\x80\x80\x80\x80\x80", 5).size(), 5U) << "no UTF-8";
}

}    // namespace
}    // namespace opusclaw::text
