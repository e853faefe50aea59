// tests/unit/net/certificates.h: self-signed certificates made with the openssl command in a directory of their own, gone with
// the test. Keys for tests only; nothing of them is kept in the tree.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace opusclaw::net {

/// A certificate for localhost, api.example.test and 127.0.0.1 that is its own root.
class TestCertificate {
public:
    TestCertificate() {
        std::string pattern = (std::filesystem::temp_directory_path() / "opusclaw-tls-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        directory_ = pattern;
        const std::string command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            " -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,DNS:api.example.test,IP:127.0.0.1'"
            " -keyout '" +
            key() + "' -out '" + certificate() + "' 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl req failed");
    }
    ~TestCertificate() { std::filesystem::remove_all(directory_); }
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;

    std::string certificate() const { return (directory_ / "cert.pem").string(); }
    std::string key() const { return (directory_ / "key.pem").string(); }
    std::filesystem::path directory() const { return directory_; }

private:
    std::filesystem::path directory_;
};

}    // namespace opusclaw::net
