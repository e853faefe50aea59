// relay/stream_bill.cpp: see the header. What counts as a clean end, and which figures are estimated, stands with the reader of the
// provider's format.
#include "relay/stream_bill.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/text_mask.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

const dialect::AnswerReader& provider_reader(const Answering& answering) {
    return *answering.route.form->reader;
}

/// Media that its provider does not count.
void count_media(const Answering& answering, dialect::Usage& usage, std::size_t media) {
    const std::int64_t each = provider_reader(answering).tokens_of_media;
    if (media == 0 || each == 0 || usage.completion != 0) return;
    usage.completion = each * static_cast<std::int64_t>(media);
    usage.total = std::max(usage.total, usage.prompt + usage.completion);
}

/// Spec 05 section 7.3: whoever gave up reading broke it as well.
bool broke_off(const Answering& answering, const StreamFindings& found) {
    if (found.finished || found.ended) return false;
    return found.error || !normal_end(answering.trace.stream->reason());
}

/// No key that a provider's words repeat is cut in half, and so kept.
std::string without_keys(const Answering& answering, std::string_view text) {
    const std::string_view secrets[] = {answering.route.key, answering.trace.access_token};
    return text::without_secrets(text, secrets);
}

bool ended_cleanly(const Answering& answering) {
    return provider_reader(answering).clean_end == dialect::CleanEnd::IsNormal &&
           normal_end(answering.trace.stream->reason());
}

}    // namespace

Failure no_output() {
    Failure failure;
    failure.client.status = 500;
    failure.client.code = "do_request_failed";
    failure.client.message = "upstream stream interrupted: received prompt tokens but no completion output";
    return failure;
}

bool may_bill(const Answering& answering, const StreamFindings& found) {
    if (found.output) return true;
    if (found.error) return false;
    if (found.answer_without_output) return true;
    const bool ended = found.finished || ended_cleanly(answering);
    return ended && found.usage && found.usage->completion > 0;
}

Task<bool> complete_usage(const Answering& answering, StreamFindings& found,
                          const dialect::OutputCounter& counter) {
    const bool each = provider_reader(answering).estimated_figures ==
                      dialect::EstimatedFigures::EachThatIsMissing;
    dialect::Usage usage = found.usage.value_or(dialect::Usage{});
    count_media(answering, usage, found.media);
    const bool missing = usage.empty() || (each && !usage.tells_prompt()) ||
                         ((each || broke_off(answering, found)) && usage.completion == 0);
    if (!found.output) {
        if (usage.empty()) answering.trace.note = kNothingTold;
        co_return false;
    }
    if (missing) usage = co_await estimate_usage(answering, usage, counter);
    // What was told before the end is not all of it.
    const bool unfinished = each && !found.finished && !found.ended;
    if (unfinished) {
        usage.completion = std::max(usage.completion, counter.estimated());
        usage.total = usage.prompt + usage.completion;
    }
    found.usage = usage;
    co_return missing;
}

void settle_stream(const Answering& answering, const StreamFindings& found) {
    note_refusal(answering, {found.usage, found.output, found.answer_without_output, found.reject_reason});
    answering.settler.settle(answering.route, found.usage.value_or(dialect::Usage{}),
                             found.output ? billing::Delivered::Output : billing::Delivered::Nothing);
}

void take_error(const Answering& answering, StreamFindings& found, const dialect::ClientError& error) {
    found.error.emplace();
    found.error->client = error;
    found.error->detail = error.message;
    stop_with(answering, error.message);
}

void stop_with(const Answering& answering, std::string_view why) {
    note_fault(answering, why);
    answering.trace.stream->end(StreamEnd::HandlerStop, without_keys(answering, why));
}

void note_fault(const Answering& answering, std::string_view why) {
    answering.trace.stream->soft_error(without_keys(answering, why));
}

void name_break(const Answering& answering, StreamFindings& found) {
    if (!ended_cleanly(answering) && !found.finished && !found.ended && !found.error) {
        found.error = no_output();
        found.error->client.code = "upstream_stream_interrupted";
        found.error->client.message = "upstream stream interrupted";
    }
    if (!found.error) return;
    const std::string_view secrets[] = {answering.route.key, answering.trace.access_token};
    mask(*found.error, secrets);
}

void tell_end(const Answering& answering) {
    const StreamStatus& status = *answering.trace.stream;
    const log::Level level = status.ok() ? log::Level::Debug : log::Level::Error;
    if (!log::enabled(level)) return;
    log::write(level, answering.trace.request_id,
               without_keys(answering, status.log_line(answering.trace.received)));
}

void end_with(const Answering& answering, const Error& error) {
    const bool gone = error.kind == ErrorKind::ClientGone || answering.exchange.client_gone();
    StreamEnd reason = StreamEnd::ScannerError;
    if (error.kind == ErrorKind::UpstreamTimeout) reason = StreamEnd::Timeout;
    if (gone) reason = StreamEnd::ClientGone;
    answering.trace.stream->end(reason, without_keys(answering, error.what()));
}

}    // namespace opusclaw::relay
