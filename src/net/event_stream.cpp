// net/event_stream.cpp: lengths and checksums first, then headers. A message that lies within one slice is not copied; one that was cut
// is gathered, and nothing is gathered for a length that its checksum does not confirm.
#include "net/event_stream.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "base/error.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kPrelude = 12, kChecksum = 4, kLengths = 8;
constexpr std::size_t kKeptCapacity = 64 * 1024;    // between messages; a huge buffer is given back

[[noreturn]] void broken(std::string_view why) {
    throw_error(ErrorKind::UpstreamBroken, "bad_event_stream", "the upstream sent a broken event stream",
                std::string(why));
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

std::uint32_t crc(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

/// Takes bytes off the front of the headers.
class HeaderBytes {
public:
    explicit HeaderBytes(std::string_view left) : left_(left) {}
    bool done() const { return left_.empty(); }
    std::string_view take(std::size_t count) {
        if (count > left_.size()) broken("a header ends behind the headers");
        const std::string_view taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }
    std::size_t number(std::size_t bytes) { return static_cast<std::size_t>(big_endian(take(bytes))); }

private:
    std::string_view left_;
};

std::string_view take_value(HeaderBytes& bytes, EventHeaderType type) {
    // By type; of texts the length is sent.
    constexpr std::array<std::size_t, 10> kSizes = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
    if (type == EventHeaderType::Bytes || type == EventHeaderType::String) return bytes.take(bytes.number(2));
    return bytes.take(kSizes[static_cast<std::size_t>(type)]);
}

void append_number(std::string& out, std::uint32_t value, unsigned bytes) {
    for (unsigned left = bytes; left > 0; --left) out += static_cast<char>(value >> (8 * (left - 1)) & 0xff);
}

}    // namespace

std::string_view EventMessage::text(std::string_view name) const {
    const auto found = std::ranges::find_if(headers, [name](const EventHeader& header) {
        return header.type == EventHeaderType::String && header.name == name;
    });
    return found == headers.end() ? std::string_view() : found->value;
}

void EventStreamDecoder::feed(std::string_view slice) {
    assert(slice_.empty() && "call next() until it returns nothing");
    slice_ = slice;
}

/// The length of the message that begins with it.
std::size_t EventStreamDecoder::check_prelude(std::string_view prelude) const {
    if (crc(prelude.substr(0, kLengths)) != big_endian(prelude.substr(kLengths, kChecksum)))
        broken("the checksum of the lengths is wrong");
    const auto total = static_cast<std::size_t>(big_endian(prelude.substr(0, 4)));
    const auto headers = static_cast<std::size_t>(big_endian(prelude.substr(4, 4)));
    if (total > largest_) broken("a message is too long");
    if (total < kPrelude + kChecksum || headers > total - kPrelude - kChecksum)
        broken("the lengths do not fit");
    return total;
}

EventMessage EventStreamDecoder::parse(std::string_view message) const {
    const std::string_view checked = message.substr(0, message.size() - kChecksum);
    if (crc(checked) != big_endian(message.substr(checked.size())))
        broken("the checksum of a message is wrong");
    const auto size = static_cast<std::size_t>(big_endian(message.substr(4, 4)));
    EventMessage parsed;
    parsed.payload = checked.substr(kPrelude + size);
    HeaderBytes bytes(checked.substr(kPrelude, size));
    while (!bytes.done()) {
        EventHeader header;
        header.name = bytes.take(bytes.number(1));
        const std::size_t type = bytes.number(1);
        if (type > static_cast<std::size_t>(EventHeaderType::Uuid)) broken("a header of an unknown type");
        header.type = static_cast<EventHeaderType>(type);
        header.value = take_value(bytes, header.type);
        parsed.headers.push_back(header);
    }
    return parsed;
}

std::optional<EventMessage> EventStreamDecoder::next() {
    if (used_ > 0) {
        pending_.clear();
        if (pending_.capacity() > kKeptCapacity) std::string().swap(pending_);
        used_ = 0;
    }
    const auto gather = [this](std::size_t wanted) {
        const std::size_t more = std::min(wanted - pending_.size(), slice_.size());
        pending_.append(slice_.substr(0, more));
        slice_.remove_prefix(more);
        return pending_.size() == wanted;
    };
    if (pending_.empty() && slice_.size() >= kPrelude) {
        const std::size_t total = check_prelude(slice_.substr(0, kPrelude));
        if (slice_.size() >= total) {
            const std::string_view message = slice_.substr(0, total);
            slice_.remove_prefix(total);
            return parse(message);
        }
    }
    if (slice_.empty()) return std::nullopt;
    if (pending_.size() < kPrelude && !gather(kPrelude)) return std::nullopt;
    if (!gather(check_prelude(std::string_view(pending_).substr(0, kPrelude)))) return std::nullopt;
    used_ = pending_.size();
    return parse(pending_);
}

std::string write_event_message(const std::vector<std::pair<std::string, std::string>>& headers,
                                std::string_view payload) {
    std::string block;
    for (const auto& [name, value] : headers) {
        append_number(block, static_cast<std::uint32_t>(name.size()), 1);
        block += name;
        block += static_cast<char>(EventHeaderType::String);
        append_number(block, static_cast<std::uint32_t>(value.size()), 2);
        block += value;
    }
    std::string out;
    append_number(out, static_cast<std::uint32_t>(kPrelude + block.size() + payload.size() + kChecksum), 4);
    append_number(out, static_cast<std::uint32_t>(block.size()), 4);
    append_number(out, crc(out), 4);
    out.append(block).append(payload);
    append_number(out, crc(out), 4);
    return out;
}

}    // namespace opusclaw::net
