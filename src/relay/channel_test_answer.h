// relay/channel_test_answer.h: judges the answer to a test (spec 03 section 4.3): a whole body, or a stream event by event. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/token_estimate.h"
#include "dialect/usage.h"
#include "relay/channel_test_plan.h"
#include "relay/failure.h"

namespace opusclaw::relay {

/// What an answer with status 200 was worth.
struct TestAnswer {
    std::optional<Failure> failure;
    std::optional<dialect::Usage> usage;    // as told
    bool output = false;                    // something of what was asked for came
};

/// `bad response status code N, message: M, body: B`, under the provider's own code if it sent one.
Failure refused_test(std::string_view body, int status);
/// What a provider told in the middle of its stream.
Failure refused_test(const dialect::ClientError& error);

TestAnswer judge_body(std::string_view body, TestKind kind, dialect::OutputCounter& counter);

/// A stream's payloads, one after the other.
class TestStream {
public:
    TestStream(TestKind kind, dialect::OutputCounter& counter) : kind_(kind), counter_(counter) {}
    /// `payload`: behind `data:`.
    void take(std::string_view payload);
    /// At the end: what it all was worth. `bytes`: how much was read.
    TestAnswer finish(std::size_t bytes);

private:
    TestKind kind_;
    dialect::OutputCounter& counter_;
    TestAnswer answer_;
    std::size_t events_ = 0;
};

}    // namespace opusclaw::relay
