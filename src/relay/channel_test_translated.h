// relay/channel_test_translated.h: judges the answer to a test that was translated for the channel (spec 03 section 4.3): it is translated
// back, then judged as any other; what it cost is told by the provider's own figures. Pure.
#pragma once

#include <string_view>

#include "dialect/translate.h"
#include "relay/channel_test_answer.h"
#include "relay/conversion.h"

namespace opusclaw::relay {

TestAnswer judge_translated_body(const Conversion& conversion, std::string_view body, TestKind kind,
                                 dialect::OutputCounter& counter);

/// A stream's payloads, one after the other. The conversion outlives it.
class TranslatedTestStream {
public:
    TranslatedTestStream(const Conversion& conversion, TestKind kind, dialect::OutputCounter& counter);
    /// `payload`: behind `data:`.
    void take(std::string_view payload);
    /// As TestStream.
    TestAnswer finish(std::size_t bytes);

private:
    dialect::StreamTranslation translation_;
    dialect::OutputCounter unused_;    // what is judged is counted by its judge
    TestStream judge_;
    std::optional<dialect::Usage> usage_;
    std::optional<Failure> failure_;
};

}    // namespace opusclaw::relay
