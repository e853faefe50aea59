// dialect/gemini/embeddings.cpp: see the header. Numbers keep their spelling where they stay numbers.
#include "dialect/gemini/embeddings.h"

#include <array>
#include <bit>
#include <optional>
#include <vector>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/unfit.h"
#include "dialect/broken_answer.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::View;

constexpr std::string_view kFailed = "convert_request_failed";

std::string text_of(const View& item) {
    auto text = item.as_string();
    if (!text) throw Unfit(kFailed, "input of token numbers is not supported by the selected channel");
    return std::move(*text);
}

std::vector<std::string> inputs_of(const View& root) {
    std::vector<std::string> texts;
    const auto input = root.find("input");
    if (input && input->type() == json::Type::String) texts.push_back(text_of(*input));
    if (input && input->type() == json::Type::Array) {
        input->each_item([&texts](const View& item) {
            texts.push_back(text_of(item));
            return true;
        });
    }
    if (texts.empty()) throw_error(ErrorKind::InvalidRequest, kFailed, "input is empty");
    return texts;
}

/// Models that can be told how long their vectors are to be.
std::optional<std::int64_t> dimensions_of(const View& root, std::string_view model) {
    if (model != "text-embedding-004" && !model.starts_with("gemini-embedding")) return std::nullopt;
    const auto wish = root.find("dimensions");
    const auto number = wish ? wish->as_int() : std::nullopt;
    return number && *number > 0 ? number : std::nullopt;
}

void append_float(std::string& bytes, double value) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((bits >> shift) & 0xFF));
}

void write_vector(json::Writer& writer, const View& values, VectorForm form) {
    if (form == VectorForm::Numbers) {
        writer.raw(values.raw());
        return;
    }
    std::string bytes;
    values.each_item([&bytes](const View& value) {
        append_float(bytes, value.as_double().value_or(0));
        return true;
    });
    writer.value(crypto::base64_encode(bytes));
}

void write_item(json::Writer& writer, const View& embedding, std::size_t index, VectorForm form) {
    writer.begin_object().member("object", "embedding").member("index", index).key("embedding");
    const auto values = embedding.find("values");
    if (values && values->type() == json::Type::Array) {
        write_vector(writer, *values, form);
    } else {
        writer.begin_array().end_array();
    }
    writer.end_object();
}

}    // namespace

std::string encode_embeddings_request(std::string_view body, std::string_view model) {
    const View root = json::view_of(body);
    const std::vector<std::string> texts = inputs_of(root);
    const auto dimensions = dimensions_of(root, model);
    const std::string name = "models/" + std::string(model);
    std::string out;
    json::Writer writer(out);
    writer.begin_object().key("requests").begin_array();
    for (const std::string& text : texts) {
        writer.begin_object().member("model", name).key("content").begin_object().key("parts").begin_array();
        writer.begin_object().member("text", text).end_object().end_array().end_object();
        writer.member_if("outputDimensionality", dimensions).end_object();
    }
    writer.end_array().end_object();
    return out;
}

VectorForm vector_form(std::string_view body) {
    const auto form = json::view_of(body).find("encoding_format");
    return form && form->as_string() == "base64" ? VectorForm::Base64 : VectorForm::Numbers;
}

std::string encode_embeddings_answer(std::string_view answer, const EmbeddingsReply& reply) {
    std::string out;
    with_answer_object(answer, [&](const View& root) {
        json::Writer writer(out);
        writer.begin_object().member("object", "list").key("data").begin_array();
        std::size_t index = 0;
        if (const auto list = root.find("embeddings")) {
            list->each_item([&](const View& item) {
                write_item(writer, item, index++, reply.form);
                return true;
            });
        }
        writer.end_array().member("model", reply.model).key("usage").begin_object();
        writer.member("prompt_tokens", reply.prompt_tokens).member("total_tokens", reply.prompt_tokens);
        writer.end_object().end_object();
    });
    return out;
}

}    // namespace opusclaw::dialect::gemini
