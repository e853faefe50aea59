// base/version.cpp: gives out the version that the build wrote into version_text.h (cmake/version.cmake).
#include "base/version.h"

#include "version_text.h"

namespace opusclaw {

static_assert(sizeof(OPUSCLAW_VERSION) > 1, "a build without a version is not allowed");

std::string_view version() { return OPUSCLAW_VERSION; }

}    // namespace opusclaw
