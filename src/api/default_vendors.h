// api/default_vendors.h: who makes a model, judged by its name, where no metadata says so (spec 03 section 13.1). Pure.
#pragma once

#include <string_view>

namespace opusclaw::api {

struct DefaultVendor {
    std::string_view name, icon;
};
/// Of the known parts of names the longest that `model` contains counts; of equally long ones the first of the chapter. An empty
/// name: nobody known.
DefaultVendor default_vendor(std::string_view model);

}    // namespace opusclaw::api
