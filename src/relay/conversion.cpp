// relay/conversion.cpp: two codecs, chosen by the forms of the request and of the provider's endpoint.
#include "relay/conversion.h"

#include <utility>

#include "base/error.h"
#include "base/unfit.h"
#include "dialect/gemini/embeddings.h"
#include "dialect/gemini/images.h"
#include "relay/long_work.h"
#include "relay/prepare.h"
#include "relay/remote_files.h"
#include "relay/request_form.h"
#include "relay/responses_policy.h"

namespace opusclaw::relay {
namespace {

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
    made.kind = Converted::Embeddings;
    made.vectors_as_base64 = gemini::vector_form(facts.peeked.text) == gemini::VectorForm::Base64;
    made.body = PaddedBuffer(gemini::encode_embeddings_request(facts.peeked.text, route.model.name));
    take_body(made, facts, route, route.model.name);
}

void convert_images(Conversion& made, const Facts& facts, const Route& route) {
    made.kind = Converted::Images;
    const dialect::chat::Request chat = decoded(made.pair.client, facts);
    made.body = PaddedBuffer(dialect::gemini::encode_image_request(chat, facts.peeked.text));
    take_body(made, facts, route, route.model.name);
}

/// Where a file has a form of its own or none; elsewhere it can be named in a text (spec 06 section 13.2).
MissingFile when_missing(dialect::Dialect target) {
    const bool needed = target == dialect::Dialect::Anthropic || target == dialect::Dialect::Gemini;
    return needed ? MissingFile::EndsIt : MissingFile::IsEmpty;
}

/// A Chat client's request that the policy sends over /v1/responses: the channel's rules are written for what it came as.
struct ChatForm {
    ChatForm(const Facts& facts, const Route& route)
        : form(with_channel_rules(facts, route)), body(form.body) {
        chat = read_facts(body, {.form = *facts.form, .content_type = "application/json", .path_model = {}});
    }
    ChatForm(const ChatForm&) = delete;
    ChatForm& operator=(const ChatForm&) = delete;

    ChannelForm form;
    PaddedBuffer body;
    Facts chat;
};

void chat_form(const Answering& answering, std::optional<ChatForm>& form) {
    const bool chat = answering.facts.form->endpoint == provider::Endpoint::ChatCompletions;
    if (chat && by_policy(answering.route, answering.facts)) form.emplace(answering.facts, answering.route);
}

}    // namespace

std::unique_ptr<Conversion> convert(const Facts& facts, const Route& route,
                                    const settings::Settings& settings, const dialect::FetchedFiles& files) {
    auto made = std::make_unique<Conversion>(
        dialect::Pair{.provider = *dialect::find_codec(route.form->dialect),
                      .client = *dialect::find_codec(facts.form->dialect)});
    if (facts.form->translated == Translated::AsEmbeddings) {
        convert_embeddings(*made, facts, route);
        return made;
    }
    if (route.form->endpoint == provider::Endpoint::Predict) {
        convert_images(*made, facts, route);
        return made;
    }
    dialect::chat::Request request = decoded(made->pair.client, facts);
    if (facts.form->wishes == WishPlace::Path) {
        request.model = facts.model;
        request.stream = facts.stream;
    }
    const std::string model = target_model(facts, route);
    const dialect::Profile profile = profile_of(route, facts, settings);
    dialect::Encoded encoded = made->pair.provider.encode_request(
        request, {.model = model, .profile = profile, .files = files});
    if (!encoded.needs.empty()) {
        made->needs = std::move(encoded.needs);
        return made;
    }
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
    RemoteFiles& remote = *answering.remote;
    std::optional<ChatForm> chat;
    const auto make = [&] {
        if (!chat) chat_form(answering, chat);
        made = convert(chat ? chat->chat : answering.facts, answering.route, answering.settings,
                       remote.files());
    };
    const dialect::Dialect target = answering.route.form->dialect;
    for (bool fetched = false;; fetched = true) {
        if (!try_work(answering.facts.body_bytes + remote.bytes(), make))
            co_await answering.services.workers.run(make);
        if (made->needs.empty()) break;
        if (fetched) throw_error(ErrorKind::Internal, kFailed, "a file that was fetched is asked for again");
        const auto failure = co_await remote.fetch(answering.exchange, made->needs, when_missing(target));
        if (failure) refuse_file(*failure, target);
    }
    made->prompted = chat.has_value();
    made->prompt_overwritten = chat && chat->form.prompt_overwritten;
    answering.trace.not_carried = made->not_carried;
    co_return made;
}

}    // namespace opusclaw::relay
