// provider/aws_sigv4.h: AWS Signature Version 4 in the Authorization header (spec 07 section 8.5; AWS IAM User Guide, "Create a signed AWS
// API request"). Pure: the time is given in. Session tokens and signatures in queries are left out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "provider/provider.h"

namespace opusclaw::provider {

struct AwsKey {
    std::string_view access, secret, region;
};

/// A request as it will be sent. Views live during the call.
struct AwsRequest {
    std::string_view method = "POST";
    std::string_view path = "/";                // on the wire, without query
    std::span<const UpstreamHeader> headers;    // to be signed, `host` and `x-amz-date` among them
    std::string_view body;
    std::string_view service = "bedrock";
};

/// `YYYYMMDDTHHMMSSZ`, in UTC.
std::string aws_date(std::int64_t unix_seconds);
/// The text whose hash is signed.
std::string aws_canonical_request(const AwsRequest& request);
/// The bytes that sign everything of one day, region and service. `date`: 8 digits.
std::string aws_signing_key(const AwsKey& key, std::string_view date, std::string_view service);
/// The value of the Authorization header. `date` as aws_date() gives it, and as the header `x-amz-date` says.
std::string aws_authorization(const AwsKey& key, const AwsRequest& request, std::string_view date);

}    // namespace opusclaw::provider
