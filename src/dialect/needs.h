// dialect/needs.h: what an encoder must have fetched before it can write a request (DESIGN section 4; Encoded::needs).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace opusclaw::dialect {

/// The URLs to fetch, each once, in the order of the request.
class Needs {
public:
    /// `url` is a view into the request, which outlives this.
    void add(std::string_view url) {
        if (seen_.insert(url).second) urls_.emplace_back(url);
    }
    std::vector<std::string> take() { return std::move(urls_); }

private:
    std::unordered_set<std::string_view> seen_;
    std::vector<std::string> urls_;
};

}    // namespace opusclaw::dialect
