// provider/bedrock.h: what calls to AWS Bedrock share, whatever the model: key, address, signature, errors and framed events (spec 07
// sections 8.1, 8.2, 8.6, 8.7). Only for provider.
#pragma once

#include <string>

#include "provider/aws_sigv4.h"
#include "provider/protocol.h"

namespace opusclaw::provider {

struct BedrockKey {
    AwsKey signing;    // `access` is empty for a bearer key
    std::string_view bearer;
};
/// Throws Error(Internal, "channel:aws_client_error").
BedrockKey read_bedrock_key(std::string_view key);

std::string bedrock_url(const CallFacts& call);
std::vector<UpstreamHeader> bedrock_headers(const CallFacts& call, std::string_view token);
std::vector<UpstreamHeader> bedrock_signature(const CallFacts& call, const SigningFacts& facts);
dialect::ClientError bedrock_error(const ErrorFacts& facts);
/// The bytes of a chunk, or what was told in place of one.
StreamPiece bedrock_piece(const StreamMessage& message);

}    // namespace opusclaw::provider
