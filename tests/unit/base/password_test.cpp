// Tests of base/password.h: published bcrypt hashes (jBCrypt, crypt_blowfish, Go's x/crypto) and the borders of passwords.
#include "base/password.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "base/error.h"

namespace opusclaw {
namespace {

struct Known {
    std::string_view password, hash;
};
constexpr Known kKnown[] = {
    {"", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."},
    {"a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"},
    {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
    {"abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"},
    {"~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"},
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
    {"allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"},
    // The fault that libxcrypt guards against under $2a$: Go gives the plain value.
    {"\xff\xff\xa3", "$2a$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"},
    {"\xff\xff\xa3", "$2b$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"},
    {"\xff\xff\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"},
};

TEST(VerifyPassword, AcceptsPublishedHashes) {
    for (const Known& known : kKnown) {
        EXPECT_TRUE(verify_password(known.password, known.hash)) << known.hash;
        EXPECT_FALSE(verify_password(std::string(known.password) + "x", known.hash)) << known.hash;
    }
}

/// CPU time of this thread, in seconds.
double work_of_comparison(std::string_view stored) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    };
    const double begin = now();
    EXPECT_FALSE(verify_password("not the password", stored)) << stored;
    return now() - begin;
}

TEST(VerifyPassword, WorksAsLongForWhatIsNoHash) {
    const std::string whole = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";
    const auto with = [&whole](std::size_t at, std::string_view text) {
        return std::string(whole).replace(at, text.size(), text);
    };
    const double usual = work_of_comparison(whole);
    for (const std::string& stored : {std::string(), std::string("plain"), whole + "x", with(4, "99"),
                                      with(4, "03"), with(9, "!"), with(2, "x")})
        EXPECT_GT(work_of_comparison(stored) * 4, usual) << stored;
}

TEST(HashPassword, GivesACostTenHashOfItsOwnSalt) {
    const std::string hash = hash_password("correct horse");
    EXPECT_EQ(hash.size(), 60U);
    EXPECT_TRUE(hash.starts_with("$2a$10$")) << hash;
    EXPECT_TRUE(verify_password("correct horse", hash));
    EXPECT_FALSE(verify_password("correct Horse", hash));
    EXPECT_NE(hash, hash_password("correct horse"));
}

TEST(HashPassword, TakesTextOtherThanAscii) {
    const std::string hash = hash_password("密码-пароль");
    EXPECT_TRUE(verify_password("密码-пароль", hash));
    EXPECT_FALSE(verify_password("密码-паролъ", hash));
}

TEST(HashPassword, TakesSeventyTwoBytesAndRefusesMoreAndNul) {
    EXPECT_TRUE(verify_password(std::string(72, 'x'), hash_password(std::string(72, 'x'))));
    for (const std::string& password : {std::string(73, 'x'), std::string("a\0b", 3), std::string(1, '\0')}) {
        try {
            hash_password(password);
            FAIL() << password.size();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind, ErrorKind::InvalidRequest);
            EXPECT_EQ(error.code, "password_invalid");
        }
    }
}

TEST(VerifyPassword, LooksAtTheFirstSeventyTwoBytesAsGoDoes) {
    const std::string hash = hash_password(std::string(72, 'x'));
    EXPECT_TRUE(verify_password(std::string(72, 'x') + "more", hash));
    EXPECT_TRUE(verify_password(std::string(5000, 'x'), hash));
    EXPECT_FALSE(verify_password(std::string(71, 'x'), hash));
    EXPECT_FALSE(verify_password(std::string("abc\0", 4), kKnown[2].hash));
}

TEST(VerifyPassword, RefusesWhatIsNoBcryptHash) {
    const std::string good(kKnown[2].hash);
    for (const std::string& hash :
         {std::string(), std::string("abc"), good.substr(0, 59), good + "x", "$2x" + good.substr(3),
          "$1$" + good.substr(3), "$2a$0x" + good.substr(6), "$2a$99" + good.substr(6),
          good.substr(0, 10) + "!" + good.substr(11), std::string(60, '*')})
        EXPECT_FALSE(verify_password("abc", hash)) << hash;
}

}    // namespace
}    // namespace opusclaw
