// Tests of base/crypto.h against published vectors: FIPS 180-4, RFC 1321, RFC 4231, RFC 4648, RFC 3720 and the GCM
// specification of NIST.
#include "base/crypto.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace opusclaw::crypto {
namespace {

std::string bytes(std::string_view hexadecimal) { return from_hex(hexadecimal).value(); }

TEST(Digest, GivesThePublishedSha256) {
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, GivesThePublishedSha1AndMd5) {
    EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hex(md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(HmacSha256, GivesTheValuesOfRfc4231) {
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(
        hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, TakesEmptyKeysAndTexts) {
    EXPECT_EQ(hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hex, ReadsBothCasesAndRefusesTheRest) {
    EXPECT_EQ(hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
    EXPECT_EQ(from_hex("00FF1a"), std::string("\x00\xff\x1a", 3));
    EXPECT_EQ(from_hex(""), "");
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
    EXPECT_FALSE(from_hex(" 0"));
}

struct Base64Case {
    std::string_view plain, standard, url_safe;
};
constexpr Base64Case kBase64Cases[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+", "-__-"},
};

TEST(Base64, GivesTheValuesOfRfc4648InBothAlphabets) {
    for (const Base64Case& c : kBase64Cases) {
        EXPECT_EQ(base64_encode(c.plain), c.standard);
        EXPECT_EQ(base64_decode(c.standard), c.plain);
        EXPECT_EQ(base64url_encode(c.plain), c.url_safe);
        EXPECT_EQ(base64url_decode(c.url_safe), c.plain);
    }
}

TEST(Base64, RefusesASecondSpellingOfTheSameBytes) {
    for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
                                        "Zm9v====", "====", "Z=g=", "-__-", "Zm$v"})
        EXPECT_FALSE(base64_decode(text)) << text;
    for (const std::string_view text : {"Zg==", "Z", "Zh", "Zm9", "+//+", "Zm 9v"})
        EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(ConstantTimeEqual, ComparesWholeTexts) {
    EXPECT_TRUE(constant_time_equal("", ""));
    EXPECT_TRUE(constant_time_equal("secret", "secret"));
    EXPECT_FALSE(constant_time_equal("secret", "secreT"));
    EXPECT_FALSE(constant_time_equal("secret", "secret1"));
    EXPECT_FALSE(constant_time_equal("", "x"));
}

TEST(RandomBytes, GivesAsManyAsAskedAndNeverTheSame) {
    EXPECT_EQ(random_bytes(0), "");
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) seen.insert(random_bytes(16));
    EXPECT_EQ(seen.size(), 200U);
    EXPECT_EQ(random_bytes(100'000).size(), 100'000U);
}

TEST(UuidV4, HasTheFormAndTheVersionOfRfc9562) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const std::string uuid = uuid_v4();
        ASSERT_EQ(uuid.size(), 36U);
        EXPECT_EQ(uuid[14], '4');
        EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos) << uuid;
        for (std::size_t k = 0; k < uuid.size(); ++k)
            EXPECT_EQ(uuid[k] == '-', k == 8 || k == 13 || k == 18 || k == 23) << uuid;
        EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos) << uuid;
        seen.insert(uuid);
    }
    EXPECT_EQ(seen.size(), 200U);
}

std::string counting(int from, int step) {
    std::string out;
    for (int i = 0; i < 32; ++i) out += static_cast<char>(from + i * step);
    return out;
}

TEST(Crc32c, GivesTheValuesOfRfc3720) {
    for (const auto& checksum : {crc32c, crc32c_by_tables}) {
        EXPECT_EQ(checksum(std::string(32, '\0'), 0), 0x8a9136aaU);
        EXPECT_EQ(checksum(std::string(32, '\xff'), 0), 0x62a8ab43U);
        EXPECT_EQ(checksum(counting(0, 1), 0), 0x46dd794eU);
        EXPECT_EQ(checksum(counting(31, -1), 0), 0x113fdb5cU);
        EXPECT_EQ(checksum("123456789", 0), 0xe3069283U);
        EXPECT_EQ(checksum("", 0), 0U);
    }
}

TEST(Crc32c, GoesOnOverPiecesAndIsTheSameWithAndWithoutTheInstruction) {
    const std::string data = random_bytes(300);
    for (std::size_t cut = 0; cut <= data.size(); ++cut) {
        const std::string_view head = std::string_view(data).substr(0, cut);
        const std::string_view tail = std::string_view(data).substr(cut);
        ASSERT_EQ(crc32c(head), crc32c_by_tables(head));
        ASSERT_EQ(crc32c(tail, crc32c(head)), crc32c(data)) << cut;
        ASSERT_EQ(crc32c_by_tables(tail, crc32c_by_tables(head)), crc32c(data)) << cut;
    }
}

TEST(Open, ReadsTheGcmVectorsOfNist) {
    const std::string zeros(32, '\0');
    const std::string case13 = bytes(
        "000000000000000000000000"
        "530f8afbc74536b9a963b4f1c4cb738b");
    EXPECT_EQ(open(zeros, case13), "");
    const std::string case14 = bytes(
        "000000000000000000000000"
        "cea7403d4d606b6e074ec5d3baf39d18"
        "d0d1c8a799996bf0265b98b5d48ab919");
    EXPECT_EQ(open(zeros, case14), std::string(16, '\0'));
    const std::string case16 = bytes(
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b");
    const std::string plain = bytes(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    const std::string key = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    EXPECT_EQ(open(key, case16, bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")), plain);
    EXPECT_FALSE(open(key, case16));
}

TEST(Seal, IsOpenedByTheSameKeyAndContextOnly) {
    const std::string key = random_bytes(32);
    for (const std::string_view plain :
         {std::string_view(""), std::string_view("x"), std::string_view("a\0b", 3)}) {
        const std::string sealed = seal(key, plain, "session");
        EXPECT_EQ(sealed.size(), plain.size() + 28);
        EXPECT_EQ(open(key, sealed, "session"), plain);
        EXPECT_FALSE(open(key, sealed, "other"));
        EXPECT_FALSE(open(key, sealed));
        EXPECT_FALSE(open(random_bytes(32), sealed, "session"));
    }
    EXPECT_NE(seal(key, "same"), seal(key, "same"));
}

TEST(Open, RefusesWhateverWasChangedOrCut) {
    const std::string key = random_bytes(32);
    const std::string sealed = seal(key, "id=1;role=1");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open(key, changed)) << i;
        EXPECT_FALSE(open(key, sealed.substr(0, i))) << i;
    }
    EXPECT_FALSE(open(key, sealed + "x"));
}

TEST(Seal, RefusesAKeyOfAnotherLength) {
    EXPECT_THROW(seal(std::string(16, 'k'), "x"), std::invalid_argument);
    EXPECT_THROW(open(std::string(33, 'k'), std::string(40, 'x')), std::invalid_argument);
    EXPECT_THROW(open("", ""), std::invalid_argument);
}

}    // namespace
}    // namespace opusclaw::crypto
