// relay/conversion.cpp: two codecs, chosen by the forms of the request and of the provider's endpoint.
#include "relay/conversion.h"

#include <utility>

#include "base/error.h"
#include "base/unfit.h"
#include "dialect/gemini/embeddings.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

// Longer bodies take more than a millisecond (DESIGN section 5).
constexpr std::size_t kMostOnLoop = std::size_t{1} << 20;
constexpr std::string_view kFailed = "convert_request_failed";

/// The name that the encoder gets: mapped, and for Chat providers with the wish to think that mapping took away (spec 06 section 22.1).
std::string target_model(const Facts& facts, const Route& route) {
    constexpr std::string_view kThinking = "-thinking";
    std::string model(route.model.name);
    const bool chat = route.form->dialect == dialect::Dialect::OpenaiChat &&
                      route.provider->chat.reasoning != dialect::ReasoningForm::OpenRouter;
    const bool lost = facts.model.ends_with(kThinking) && !model.ends_with(kThinking) &&
                      route.name_rule == nullptr;
    if (facts.form->keeps_thinking_suffix && chat && lost) model += kThinking;
    return model;
}

dialect::chat::Request decoded(const dialect::Codec& client, const Facts& facts) {
    try {
        return client.decode_request(facts.peeked.text);
    } catch (const Error& error) {
        if (error.code != "invalid_json") throw;
        throw Error(error.kind, std::string(kFailed), error.message, error.detail);
    }
}

/// Reads what was made as any other request to that endpoint.
void take_body(Conversion& made, const Facts& facts, const Route& route, std::string_view model) {
    made.facts = read_facts(made.body, {.form = *route.form,
                                        .content_type = "application/json",
                                        .path_model = model,
                                        .path_streams = facts.stream});
    made.route = route;
    made.route.model.name = made.facts.model;
}

void convert_embeddings(Conversion& made, const Facts& facts, const Route& route) {
    namespace gemini = dialect::gemini;
    made.embeddings = true;
    made.vectors_as_base64 = gemini::vector_form(facts.peeked.text) == gemini::VectorForm::Base64;
    made.body = PaddedBuffer(gemini::encode_embeddings_request(facts.peeked.text, route.model.name));
    take_body(made, facts, route, route.model.name);
}

}    // namespace

std::unique_ptr<Conversion> convert(const Facts& facts, const Route& route,
                                    const settings::Settings& settings) {
    auto made = std::make_unique<Conversion>(
        dialect::Pair{.provider = *dialect::find_codec(route.form->dialect),
                      .client = *dialect::find_codec(facts.form->dialect)});
    if (facts.form->translated == Translated::AsEmbeddings) {
        convert_embeddings(*made, facts, route);
        return made;
    }
    dialect::chat::Request request = decoded(made->pair.client, facts);
    if (facts.form->wishes == WishPlace::Path) {
        request.model = facts.model;
        request.stream = facts.stream;
    }
    const std::string model = target_model(facts, route);
    const dialect::Profile profile = profile_of(route, facts, settings);
    const dialect::FetchedFiles files;
    dialect::Encoded encoded = made->pair.provider.encode_request(
        request, {.model = model, .profile = profile, .files = files});
    if (!encoded.needs.empty())
        throw Unfit(kFailed, "files behind URLs are not fetched for this channel: send their data instead");
    made->body = PaddedBuffer(encoded.body);
    take_body(*made, facts, route, encoded.model);
    made->include_thoughts = request.gemini.include_thoughts.value_or(false);
    made->tools = std::move(encoded.tools);
    made->shown_request = dialect::shown_request(facts.form->dialect, facts.peeked.text);
    made->not_carried = std::move(encoded.notes);
    return made;
}

Task<std::unique_ptr<Conversion>> convert(const Answering& answering) {
    std::unique_ptr<Conversion> made;
    const auto make = [&answering] { return convert(answering.facts, answering.route, answering.settings); };
    if (answering.facts.body_bytes <= kMostOnLoop) {
        made = make();
    } else {
        made = co_await answering.services.workers.run(make);
    }
    answering.trace.not_carried = made->not_carried;
    co_return made;
}

}    // namespace opusclaw::relay
