// net/content_decoder.cpp: Decoder of net/content_coding.h over zlib, brotli and zstd, one class a library. Limits on the
// output are the caller's; the libraries' own memory is bounded here.
#include <brotli/decode.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "net/content_coding.h"

namespace opusclaw::net {

struct Decoder::Impl {
    virtual ~Impl() = default;
    /// As Decoder::step(); adds to `written`.
    virtual State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) = 0;
};

namespace {

using State = Decoder::State;
constexpr std::size_t kPiece = 1U << 30;    // zlib counts in 32 bits
constexpr int kGzipWindow = 15 + 16;        // zlib's ways to name the wrapper
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;
constexpr int kZstdWindowLog = 23;    // 8 MB: what RFC 9659 lets a sender use

/// zlib's stream with its lifetime; the wrapper is chosen at the start.
class Inflate {
public:
    explicit Inflate(int window) {
        if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
    }
    ~Inflate() { inflateEnd(&stream_); }
    Inflate(const Inflate&) = delete;
    Inflate& operator=(const Inflate&) = delete;

    bool ended() const { return ended_; }
    void next_member() {
        inflateReset(&stream_);
        ended_ = false;
    }
    /// Runs until the input is used up, the room is full, the data ends or breaks.
    State run(std::string_view& input, char* out, std::size_t room, std::size_t& written) {
        while (!ended_) {
            const std::size_t offered = std::min(input.size(), kPiece);
            const std::size_t free = std::min(room - written, kPiece);
            stream_.next_in = reinterpret_cast<const Bytef*>(input.data());
            stream_.avail_in = static_cast<uInt>(offered);
            stream_.next_out = reinterpret_cast<Bytef*>(out + written);
            stream_.avail_out = static_cast<uInt>(free);
            const int result = inflate(&stream_, Z_NO_FLUSH);
            input.remove_prefix(offered - stream_.avail_in);
            written += free - stream_.avail_out;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return State::Bad;
            ended_ = result == Z_STREAM_END;
            if (!ended_ && written == room) return State::Output;
            if (!ended_ && input.empty()) return State::NeedMore;
        }
        return State::End;
    }

private:
    z_stream stream_{};
    bool ended_ = false;
};

class GzipDecoder : public Decoder::Impl {
public:
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) override {
        for (;;) {
            if (inflate_.ended()) {
                if (input.empty()) return State::End;
                if (written == room) return State::Output;
                inflate_.next_member();
            }
            const State state = inflate_.run(input, out, room, written);
            if (state != State::End) return state;
        }
    }

private:
    Inflate inflate_{kGzipWindow};
};

/// `deflate` means zlib's wrapper, but some senders leave it out: the first two bytes tell.
class DeflateDecoder : public Decoder::Impl {
public:
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) override {
        while (head_size_ < head_.size() && !input.empty()) {
            head_[head_size_++] = input.front();
            input.remove_prefix(1);
        }
        if (head_size_ < head_.size()) return State::NeedMore;
        if (!inflate_) {
            inflate_ = std::make_unique<Inflate>(wrapped() ? kZlibWindow : kRawWindow);
            rest_of_head_ = {head_.data(), head_.size()};
        }
        if (!rest_of_head_.empty()) {
            const State state = inflate_->run(rest_of_head_, out, room, written);
            if (state == State::Bad || state == State::Output) return state;
        }
        const State state = inflate_->run(input, out, room, written);
        return state == State::End && !(input.empty() && rest_of_head_.empty()) ? State::Bad : state;
    }

private:
    bool wrapped() const {
        const unsigned first = static_cast<unsigned char>(head_[0]);
        const unsigned second = static_cast<unsigned char>(head_[1]);
        return (first & 0x0F) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
    }
    std::array<char, 2> head_{};
    std::size_t head_size_ = 0;
    std::string_view rest_of_head_;
    std::unique_ptr<Inflate> inflate_;
};

class BrotliDecoder : public Decoder::Impl {
public:
    BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
        if (!state_) throw std::bad_alloc();
    }
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) override {
        if (ended_) return input.empty() ? State::End : State::Bad;
        std::size_t left = input.size();
        std::size_t free = room;
        const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
        auto* next_out = reinterpret_cast<std::uint8_t*>(out);
        const BrotliDecoderResult result = BrotliDecoderDecompressStream(state_.get(), &left, &next_in, &free,
                                                                         &next_out, nullptr);
        input.remove_prefix(input.size() - left);
        written += room - free;
        switch (result) {
            case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return State::NeedMore;
            case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return State::Output;
            case BROTLI_DECODER_RESULT_SUCCESS: break;
            default: return State::Bad;
        }
        ended_ = true;
        return input.empty() ? State::End : State::Bad;
    }

private:
    struct Delete {
        void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
    };
    std::unique_ptr<BrotliDecoderState, Delete> state_;
    bool ended_ = false;
};

class ZstdDecoder : public Decoder::Impl {
public:
    ZstdDecoder() : context_(ZSTD_createDCtx()) {
        if (!context_) throw std::bad_alloc();
        ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
    }
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) override {
        for (;;) {
            if (ended_ && input.empty()) return State::End;
            ZSTD_inBuffer from{input.data(), input.size(), 0};
            ZSTD_outBuffer to{out, room, written};
            const std::size_t result = ZSTD_decompressStream(context_.get(), &to, &from);
            input.remove_prefix(from.pos);
            written = to.pos;
            if (ZSTD_isError(result) != 0) return State::Bad;
            ended_ = result == 0;
            if (ended_ && input.empty()) return State::End;
            if (written == room) return State::Output;
            if (input.empty()) return State::NeedMore;
        }
    }

private:
    struct Delete {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Delete> context_;
    bool ended_ = false;
};

class IdentityDecoder : public Decoder::Impl {
public:
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written) override {
        written = std::min(room, input.size());
        if (written != 0) std::memcpy(out, input.data(), written);
        input.remove_prefix(written);
        return input.empty() ? State::End : State::Output;
    }
};

}    // namespace

Decoder::Decoder(Coding coding) {
    switch (coding) {
        case Coding::Identity: impl_ = std::make_unique<IdentityDecoder>(); break;
        case Coding::Gzip: impl_ = std::make_unique<GzipDecoder>(); break;
        case Coding::Deflate: impl_ = std::make_unique<DeflateDecoder>(); break;
        case Coding::Brotli: impl_ = std::make_unique<BrotliDecoder>(); break;
        case Coding::Zstd: impl_ = std::make_unique<ZstdDecoder>(); break;
    }
}

Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Decoder::State Decoder::step(std::string_view& input, char* out, std::size_t room, std::size_t& written) {
    written = 0;
    return impl_->step(input, out, room, written);
}

}    // namespace opusclaw::net
