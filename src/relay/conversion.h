// relay/conversion.h: the stage `prepare` for a request whose provider speaks another dialect (DESIGN section 7; spec 06 sections 3, 4, 7
// to 14): decoded with the client's codec, encoded with the provider's. What is put in between by the channel: relay/prepare.h.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "dialect/translate.h"
#include "relay/answer.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "relay/trace.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// What was asked for: whether the codecs of the two dialects have a part in it.
enum class Converted { Conversation, Embeddings, Images };

/// A translated request and what its answer is translated back with. Stays where it is made: its facts point into its body.
struct Conversion {
    explicit Conversion(dialect::Pair codecs) : pair(codecs) {}
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;

    dialect::Pair pair;
    PaddedBuffer body;    // in the provider's dialect; empty once it was sent
    Facts facts;          // of that body
    Route route;          // the attempt's, with the name of the model that the body has
    dialect::ToolMap tools;
    std::string shown_request;    // what the client's dialect repeats in its answers
    Converted kind = Converted::Conversation;
    bool vectors_as_base64 = false;          // an embeddings client reads them so
    bool include_thoughts = false;           // a Gemini client wants to read the model's thoughts
    std::vector<std::string> not_carried;    // what the provider's dialect has no place for, by name
    bool prompted = false;                   // the channel's own prompt is in it
    bool prompt_overwritten = false;         // before the client's
    std::vector<std::string> needs;          // URLs to fetch before it can be made; then there is no body
};

/// `body` is what `facts` were read of; `route` translates(). `files` are those that were fetched so far. Pure, some microseconds a
/// kilobyte. Throws Error(InvalidRequest, "convert_request_failed") for what the client wrote, Unfit for what this channel cannot take.
std::unique_ptr<Conversion> convert(const Facts& facts, const Route& route,
                                    const settings::Settings& settings,
                                    const dialect::FetchedFiles& files = {});

/// The same for an attempt: long bodies on a worker, and what is needed is fetched (`answering.remote`); what was not carried goes to
/// the trace. Throws "convert_request_failed" for a file that cannot be had, too, and Error(ClientGone).
Task<std::unique_ptr<Conversion>> convert(const Answering& answering);

}    // namespace opusclaw::relay
