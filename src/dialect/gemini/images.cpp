// dialect/gemini/images.cpp: see the header. What a later place says of the size wins over an earlier one.
#include "dialect/gemini/images.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "dialect/broken_answer.h"
#include "dialect/gemini/parts.h"
#include "dialect/gemini/predict.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::View;

std::string text_at(const View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

std::string said_by(const chat::Message& message) {
    std::string text;
    for (const chat::Part& part : message.parts) {
        if (const auto* const words = std::get_if<chat::Text>(&part)) text += words->text;
    }
    return text;
}

std::string prompt_of(const chat::Request& chat, const View& body) {
    for (const chat::Message& message : chat.messages) {
        if (message.role != chat::Role::User) continue;
        std::string text = said_by(message);
        if (!text::trim(text).empty()) return text;
    }
    std::string prompt = text_at(body, "prompt");
    if (text::trim(prompt).empty()) refuse_conversion("prompt is required for image generation");
    return prompt;
}

std::optional<View> extra_of(const View& body) {
    const auto extra = body.find("extra_body");
    return extra && extra->type() == json::Type::Object ? extra : std::nullopt;
}

std::int64_t count_of(const View& body) {
    std::int64_t count = 1;
    for (const auto& place : {std::optional<View>(body), extra_of(body)}) {
        const auto wish = place ? place->find("n") : std::nullopt;
        const auto number = wish ? wish->as_int() : std::nullopt;
        if (number && *number > 0) count = *number;
    }
    return count;
}

std::string size_of(const View& body) {
    std::string size = text_at(body, "size");
    const auto take = [&size](const View& object, std::string_view name) {
        std::string wish = text_at(object, name);
        if (!wish.empty()) size = std::move(wish);
    };
    if (const auto extra = extra_of(body)) {
        take(*extra, "size");
        take(*extra, "aspectRatio");
        if (const auto parameters = extra->find("parameters")) take(*parameters, "aspectRatio");
    }
    return size;
}

std::string ratio_of(std::string size) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRatios = {
        {{"1536x1024", "3:2"}, {"1024x1536", "2:3"}, {"1024x1792", "9:16"}, {"1792x1024", "16:9"}}};
    if (size.find(':') != std::string::npos) return size;
    const auto found = std::ranges::find(kRatios, size,
                                         &std::pair<std::string_view, std::string_view>::first);
    return std::string(found == kRatios.end() ? "1:1" : found->second);
}

void write_image(json::Writer& writer, std::string_view base64) {
    writer.begin_object().member("url", "").member("b64_json", base64).member("revised_prompt", "");
    writer.end_object();
}

}    // namespace

std::string encode_image_request(const chat::Request& chat, std::string_view body) {
    const View root = json::view_of(body);
    std::string out;
    json::Writer writer(out);
    writer.begin_object().key("instances").begin_array().begin_object();
    writer.member("prompt", prompt_of(chat, root)).end_object().end_array();
    writer.key("parameters").begin_object().member("sampleCount", count_of(root));
    writer.member("aspectRatio", ratio_of(size_of(root))).member("personGeneration", "allow_adult");
    writer.end_object().end_object();
    return out;
}

std::string encode_image_answer(std::string_view answer, std::int64_t created) {
    std::string out, filtered;
    std::size_t images = 0;
    with_answer_object(answer, [&](const View& root) {
        json::Writer writer(out);
        writer.begin_object().member("created", created).key("data").begin_array();
        const auto list = root.find("predictions");
        if (list) {
            list->each_item([&](const View& item) {
                const Prediction kind = kind_of(item);
                if (kind == Prediction::Filtered && filtered.empty())
                    filtered = text_at(item, "raiFilteredReason");
                if (kind == Prediction::Image) {
                    write_image(writer, text_at(item, "bytesBase64Encoded"));
                    ++images;
                }
                return true;
            });
        }
        writer.end_array().end_object();
    });
    if (images > 0) return out;
    if (!filtered.empty()) {
        throw Error(ErrorKind::UpstreamRefused, "prompt_blocked", Message::literal(filtered))
            .with_status(400);
    }
    throw Error(ErrorKind::UpstreamBroken, "empty_response", Message::literal("no images generated"))
        .with_status(500);
}

}    // namespace opusclaw::dialect::gemini
