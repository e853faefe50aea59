// Tests of base/crypto_rsa: the example of RFC 7515, and keys that are none.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/crypto.h"

namespace opusclaw::crypto {
namespace {

std::string key() {
    std::ifstream file(TEST_DATA "/keys/rfc7515_a2.pem");
    return {std::istreambuf_iterator<char>(file), {}};
}

// Appendix A.2.
constexpr std::string_view kInput =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
    "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
    "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
    "wlVmtVrBp0igcN_IoypGlUPQGe77Rw";

TEST(SignRs256, GivesTheSignatureOfTheRfc) {
    const auto signature = sign_rs256(key(), kInput);
    ASSERT_TRUE(signature);
    EXPECT_EQ(base64url_encode(*signature), kSignature);
}

TEST(SignRs256, TakesRsaKeysOnly) {
    EXPECT_FALSE(sign_rs256("", kInput));
    EXPECT_FALSE(sign_rs256("no key", kInput));
    EXPECT_FALSE(sign_rs256("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", kInput));
    EXPECT_FALSE(sign_rs256(std::string(100'000, 'A'), kInput));
    // An elliptic key (made with `openssl ecparam -name prime256v1 -genkey`, for this test).
    constexpr std::string_view kCurve =
        "-----BEGIN EC PRIVATE KEY-----\n"
        "MHcCAQEEIFP4NKAEGQkPylL4s1riS2p02Jp/RINdV6v82p9F1DyloAoGCCqGSM49\n"
        "AwEHoUQDQgAEk0GrdopXUknGkv6ENKpSclBr6cYV+bgeISe6FmaQWMl2aXcAy1pq\n"
        "ofoKcKKmU6qKHMO6dWF2EpyS2GVNOBh/hA==\n"
        "-----END EC PRIVATE KEY-----\n";
    EXPECT_FALSE(sign_rs256(kCurve, kInput));
    EXPECT_TRUE(sign_rs256(key(), kInput)) << "a bad key leaves nothing behind";
}

}    // namespace
}    // namespace opusclaw::crypto
