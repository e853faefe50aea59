// tests/http_head_reference.h: what Boost.Beast's parser makes of a request head, for tests that hold our own reader against it.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw::net {

using ReadFields = std::vector<std::pair<std::string, std::string>>;

/// Gathers the fields of one head.
class BeastParser final : public boost::beast::http::basic_parser<true> {
public:
    /// Name and value of each field, in order; nullopt: it refuses the head, or does not end where the bytes end.
    std::optional<ReadFields> read(std::string_view head) {
        skip(true);    // the head only
        body_limit(boost::none);
        header_limit(static_cast<std::uint32_t>(head.size()) + 1);
        Code error;
        const std::size_t used = put(boost::asio::const_buffer(head.data(), head.size()), error);
        if (error || !is_done() || used != head.size()) return std::nullopt;
        return fields_;
    }

private:
    using Code = boost::beast::error_code;
    using Text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, Text, Text, int, Code&) override {}
    void on_response_impl(int, Text, int, Code&) override {}
    void on_field_impl(boost::beast::http::field, Text name, Text value, Code&) override {
        fields_.emplace_back(std::string(name), std::string(value));
    }
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(Text, Code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }
    void on_finish_impl(Code&) override {}

    ReadFields fields_;
};

}    // namespace opusclaw::net
