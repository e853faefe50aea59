// billing/refusal.cpp: by the codes that store/driver_error gives.
#include "billing/refusal.h"

namespace opusclaw::billing {

bool is_refusal(const Error& error) {
    return error.code == "value_refused" || error.code == "value_out_of_range" ||
           error.code == "unique_violation";
}

std::string reason_of(const Error& error) { return error.detail.empty() ? error.what() : error.detail; }

}    // namespace opusclaw::billing
