// relay/channel_test_answer.cpp: chat answers are read by their codec; of the others usage and the list of results count.
#include "relay/channel_test_answer.h"

#include <array>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "dialect/openai_chat/read.h"

namespace opusclaw::relay {
namespace {

Failure failure_of(std::string message, std::string code, int status) {
    Failure failure;
    failure.client.status = status;
    failure.client.message = std::move(message);
    failure.client.code = std::move(code);
    failure.detail = failure.client.message;
    return failure;
}

constexpr int kBadGateway = 502;

Failure bad_body(std::string message) {
    return failure_of(std::move(message), "bad_response_body", kBadGateway);
}

/// What an `error` member says, in the order of spec 03 section 4.3.
std::string error_text(const json::View& error) {
    for (const auto& message : {error.find("message"), error.at({"error", "message"})}) {
        if (message && !message->as_string().value_or("").empty()) return *message->as_string();
    }
    return error.as_string().value_or(std::string(error.raw()));
}

/// An error instead of an answer; or nothing.
std::optional<Failure> error_in(const json::View& root, std::string_view text) {
    const auto find = [](const json::View& object) {
        auto error = object.find("error");
        if (error && error->is_null()) error.reset();
        return error;
    };
    std::optional<json::View> error = find(root);
    root.each_item([&](json::View item) {
        if (!error) error = find(item);
        return !error.has_value();
    });
    if (!error) return std::nullopt;
    Failure failure = Failure::of_answer(text, kBadGateway);
    failure.client.message = "upstream error: " + error_text(*error);
    if (failure.client.code == "bad_response_status_code") failure.client.code = "bad_response_body";
    return failure;
}

std::int64_t count(const json::View& usage, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const auto value = usage.find(name);
        if (const auto number = value ? value->as_int() : std::nullopt; number && *number > 0) return *number;
    }
    return 0;
}

/// Of answers other than chats: the names of both families, at the top, in `response` or in `meta`.
std::optional<dialect::Usage> usage_in(const json::View& root) {
    std::optional<json::View> found = root.find("usage");
    if (!found || found->type() != json::Type::Object) found = root.at({"response", "usage"});
    if (!found || found->type() != json::Type::Object) found = root.at({"meta", "billed_units"});
    if (!found || found->type() != json::Type::Object) return std::nullopt;
    dialect::Usage usage;
    usage.prompt = count(*found, {"prompt_tokens", "input_tokens"});
    usage.completion = count(*found, {"completion_tokens", "output_tokens"});
    usage.total = count(*found, {"total_tokens"});
    if (usage.empty()) usage.prompt = usage.total;
    usage.total = usage.prompt + usage.completion;
    usage.clamp();
    return usage;
}

bool has_results(const json::View& root) {
    constexpr std::array<std::string_view, 3> kLists = {"data", "results", "output"};
    for (const std::string_view name : kLists) {
        const auto list = root.find(name);
        bool any = false;
        if (list) {
            list->each_item([&any](json::View) {
                any = true;
                return false;
            });
        }
        if (any) return true;
    }
    return false;
}

}    // namespace

Failure refused_test(std::string_view body, int status) {
    constexpr std::size_t kShownBody = 2048;
    Failure failure = Failure::of_answer(body, status);
    const std::string plain = "bad response status code " + std::to_string(status);
    std::string message = plain;
    if (failure.client.message != plain) message += ", message: " + failure.client.message;
    message.append(", body: ").append(text::cut_utf8(text::clean_utf8(body), kShownBody));
    failure.client.message = std::move(message);
    return failure;
}

Failure refused_test(const dialect::ClientError& error) {
    Failure failure;
    failure.client = error;
    failure.detail = error.message;
    return failure;
}

TestAnswer judge_body(std::string_view body, TestKind kind, dialect::OutputCounter& counter) {
    TestAnswer answer;
    try {
        const json::Document document = json::Document::copy(body);
        document.validate();
        const json::View root = document.root();
        answer.failure = error_in(root, body);
        if (answer.failure) return answer;
        if (kind == TestKind::Chat) {
            const auto facts = dialect::openai_chat::read_answer(body);
            dialect::openai_chat::count_answer(body, counter);
            answer.usage = facts.usage;
            answer.output = facts.output || facts.answer_without_output;
        } else if (root.type() == json::Type::Object) {
            answer.usage = usage_in(root);
            answer.output = has_results(root);
        } else {
            answer.failure = bad_body("the answer is no JSON object");
        }
    } catch (const Error& error) {
        answer.failure = bad_body(error.message.text);
    }
    if (!answer.failure && !answer.usage && !answer.output) answer.failure = bad_body("usage is nil");
    return answer;
}

void TestStream::take(std::string_view payload) {
    payload = text::trim(payload);
    if (payload.empty() || payload == "[DONE]") return;
    ++events_;
    if (answer_.failure) return;
    try {
        const json::Document document = json::Document::copy(payload);
        const json::View root = document.root();
        answer_.failure = error_in(root, payload);
        if (answer_.failure) return;
        if (kind_ == TestKind::Chat) {
            const auto facts = dialect::openai_chat::read_chunk(payload, counter_);
            if (facts.usage) answer_.usage = facts.usage;
            answer_.output = answer_.output || facts.output || facts.answer_without_output;
        } else if (auto usage = usage_in(root)) {
            answer_.usage = usage;
            answer_.output = true;
        } else if (const auto delta = root.find("delta")) {
            counter_.add(delta->as_string().value_or(""));
            answer_.output = true;
        }
    } catch (const Error&) {
        // A chunk that cannot be read is skipped, as the relay does; whether anything came is judged at the end.
    }
}

TestAnswer TestStream::finish(std::size_t bytes) {
    if (answer_.failure) return std::move(answer_);
    if (bytes == 0) {
        answer_.failure = bad_body("stream response body is empty");
    } else if (events_ == 0) {
        answer_.failure = bad_body("stream response body does not contain a valid stream event");
    }
    return std::move(answer_);
}

}    // namespace opusclaw::relay
