// provider/hosted_claude.cpp: one walk over the top level of a body. What the rules of the model change was done before (relay/
// messages_rules.h), or by the encoder.
#include "provider/hosted_claude.h"

#include <algorithm>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "provider/hosted_media.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kVersion = "anthropic_version", kBeta = "anthropic_beta";

void write_beta(json::Writer& writer, std::string_view beta) {
    writer.key(kBeta).begin_array();
    for (const std::string_view part : text::split(beta, ',')) {
        if (const std::string_view item = text::trim(part); !item.empty()) writer.value(item);
    }
    writer.end_array();
}

bool is_kept(const HostedClaude& cloud, std::string_view name, json::View value) {
    if (std::ranges::find(cloud.members, name) == cloud.members.end()) return false;
    return cloud.zero_tokens == ZeroTokens::Sent || name != "max_tokens" || value.as_int() != 0;
}

std::string limited(const HostedClaude& cloud, const CallBody& body, json::View root) {
    std::string out;
    out.reserve(body.text.size() + 128);
    json::Writer writer(out);
    writer.begin_object().member(kVersion, cloud.version);
    const bool by_header = cloud.beta_in_body && !body.beta.empty();
    if (by_header) write_beta(writer, body.beta);
    root.each_member([&](std::string_view name, json::View value) {
        const bool own_beta = name == kBeta && cloud.beta_in_body && !by_header;
        if (name == "messages" && body.files != nullptr && !body.files->empty()) {
            writer.member_raw(name, with_hosted_media(value.raw(), *body.files));
        } else if (own_beta || is_kept(cloud, name, value)) {
            writer.member_raw(name, value.raw());
        }
        return true;
    });
    writer.end_object();
    return out;
}

std::string passed_on(const HostedClaude& cloud, const CallBody& body, json::View root) {
    std::string out;
    out.reserve(body.text.size() + 128);
    json::Writer writer(out);
    writer.begin_object();
    root.each_member([&](std::string_view name, json::View value) {
        if (name != "model" && name != "stream") writer.member_raw(name, value.raw());
        return true;
    });
    if (!root.find(kVersion)) writer.member(kVersion, cloud.version);
    writer.end_object();
    return out;
}

}    // namespace

std::string hosted_claude_body(const HostedClaude& cloud, const CallBody& body) {
    const json::Document document = json::Document::over(body.text);
    return body.origin == BodyOrigin::PassedOn ? passed_on(cloud, body, document.root())
                                               : limited(cloud, body, document.root());
}

}    // namespace opusclaw::provider
