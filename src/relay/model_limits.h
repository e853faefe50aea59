// relay/model_limits.h: how often a user may ask for models (spec 04 section 3.6; 01 section 14.3), across all tokens, in memory of this
// process: a list of answered requests and a bucket of all.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "account/caller.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// 429, and when to come again.
struct TooManyRequests : Error {
    TooManyRequests(std::string text, std::chrono::seconds wait)
        : Error(ErrorKind::RateLimited, "", Message::literal(std::move(text))), retry_after(wait) {}
    std::chrono::seconds retry_after;
};

/// The limits of one caller; nullopt: none.
struct ModelLimit {
    settings::RequestLimit most;    // 0: any number
    std::chrono::minutes window{1};
};
std::optional<ModelLimit> model_limit(const account::Caller& caller, const settings::Settings& settings);

/// Thread-safe.
class ModelLimits {
public:
    static constexpr std::size_t kMostUsers = 100'000;    // beyond it, those at rest are forgotten

    /// A place among the answered requests. Given back unless the request was answered. Move-only.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept : limits_(other.limits_), user_(other.user_), at_(other.at_) {
            other.limits_ = nullptr;
        }
        Place& operator=(Place&& other) noexcept {
            std::swap(limits_, other.limits_);
            std::swap(user_, other.user_);
            std::swap(at_, other.at_);
            return *this;
        }
        ~Place();
        void keep() { limits_ = nullptr; }

    private:
        friend class ModelLimits;
        ModelLimits* limits_ = nullptr;
        UserId user_;
        SteadyTime at_{};
    };
    /// Throws TooManyRequests.
    Place admit(UserId user, const ModelLimit& limit, SteadyTime now);

private:
    struct Use {
        std::deque<SteadyTime> answered;    // and those that may be yet; rising
        double left = 0;                    // in the bucket
        SteadyTime filled{};
        bool asked = false;
    };
    void give_back(UserId user, SteadyTime at);
    static void take_place(Use& use, const ModelLimit& limit, SteadyTime now);
    static void take_from_bucket(Use& use, const ModelLimit& limit, SteadyTime now);

    std::mutex mutex_;
    std::unordered_map<std::int64_t, Use> uses_;
};

}    // namespace opusclaw::relay
