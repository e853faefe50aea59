// Command line of the two programs of the bench: `--name value` pairs and nothing else. bench/run is the only caller.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::bench {

class Flags {
public:
    /// Reads `--name value` pairs; a name may come several times. Throws std::runtime_error on anything else.
    Flags(int count, char** arguments);

    /// The last value given for `name`, else `fallback`.
    std::string text(const std::string& name, std::string fallback) const;
    /// The same as a number; throws std::runtime_error when the value is not a whole non-negative one.
    std::int64_t number(const std::string& name, std::int64_t fallback) const;
    /// Every value given for `name`, in order.
    std::vector<std::string> all(const std::string& name) const;
    /// Throws std::runtime_error when a flag was given that is not in `known`: a typing error must not be measured.
    void only(const std::vector<std::string_view>& known) const;

private:
    std::map<std::string, std::vector<std::string>> values_;
};

}    // namespace opusclaw::bench
