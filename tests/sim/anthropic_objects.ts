// The objects of Anthropic's Messages API as its reference documents them: messages, stream events, usage, errors, and the headers
// that come with them. Plain values; how they are sent is the script's matter.

export interface Usage {
    input_tokens: number;
    output_tokens: number;
    cache_creation_input_tokens: number;
    cache_read_input_tokens: number;
    cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
    service_tier: string;
}

export interface Cached {
    read?: number;
    write5m?: number;
    write1h?: number;
}

export function usage(input: number, output: number, cached: Cached = {}): Usage {
    const { read = 0, write5m = 0, write1h = 0 } = cached;
    return {
        input_tokens: input,
        cache_creation_input_tokens: write5m + write1h,
        cache_read_input_tokens: read,
        cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
        output_tokens: output,
        service_tier: "standard",
    };
}

export type Block =
    | { type: "text"; text: string }
    | { type: "thinking"; thinking: string; signature: string }
    | { type: "tool_use"; id: string; name: string; input: unknown };

export interface Reply {
    id: string;
    model: string;
    content: Block[];
    stopReason: string;
    usage: Usage;
}

export function message(reply: Reply): object {
    return {
        id: reply.id,
        type: "message",
        role: "assistant",
        model: reply.model,
        content: reply.content,
        stop_reason: reply.stopReason,
        stop_sequence: null,
        usage: reply.usage,
    };
}

export function pieces(text: string): string[] {
    return text.match(/\S+\s*|\s+/g) ?? [];
}

export interface Event {
    type: string;
    [member: string]: unknown;
}

/** A block as it begins, and the deltas that fill it. */
function grown(block: Block): { start: object; deltas: object[] } {
    switch (block.type) {
        case "text":
            return {
                start: { type: "text", text: "" },
                deltas: pieces(block.text).map((text) => ({ type: "text_delta", text })),
            };
        case "thinking":
            return {
                start: { type: "thinking", thinking: "", signature: "" },
                deltas: [
                    ...pieces(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking })),
                    { type: "signature_delta", signature: block.signature },
                ],
            };
        case "tool_use": {
            const parts = JSON.stringify(block.input).match(/.{1,8}/gs) ?? [];
            return {
                start: { type: "tool_use", id: block.id, name: block.name, input: {} },
                deltas: ["", ...parts].map((partial_json) => ({ type: "input_json_delta", partial_json })),
            };
        }
    }
}

function blockEvents(block: Block, index: number): Event[] {
    const { start, deltas } = grown(block);
    return [
        { type: "content_block_start", index, content_block: start },
        ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
        { type: "content_block_stop", index },
    ];
}

/** All events of a streamed reply. The opening one tells a placeholder for the output, the closing one the real figure. */
export function events(reply: Reply): Event[] {
    const opening = { ...message(reply), content: [], stop_reason: null, usage: { ...reply.usage, output_tokens: 1 } };
    return [
        { type: "message_start", message: opening },
        { type: "ping" },
        ...reply.content.flatMap(blockEvents),
        {
            type: "message_delta",
            delta: { stop_reason: reply.stopReason, stop_sequence: null },
            usage: { output_tokens: reply.usage.output_tokens },
        },
        { type: "message_stop" },
    ];
}

/** One event as the vendor frames it. */
export function framed(event: Event): string {
    return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export interface Refusal {
    status: number;
    type: string;
    message: string;
}

export function errorBody({ type, message: text }: Omit<Refusal, "status">): object {
    return { type: "error", error: { type, message: text }, request_id: "req_011SimError" };
}

/** The answer to a prompt that its filters do not let through. */
export const blockedPrompt = {
    type: "error",
    error: { type: "invalid_request_error", message: "Output blocked by content filtering policy" },
    request_id: "req_011SimError",
};

export function invalid(text: string): Refusal {
    return { status: 400, type: "invalid_request_error", message: text };
}

/** Headers that the provider's edge adds to every answer; some of them a gateway must not pass on. */
export function vendorHeaders(serial: number): Record<string, string> {
    return {
        date: new Date().toUTCString(),
        "request-id": `req_011Sim${String(serial).padStart(8, "0")}`,
        "anthropic-organization-id": "org-simulated",
        "anthropic-ratelimit-requests-limit": "4000",
        "anthropic-ratelimit-requests-remaining": "3999",
        "set-cookie": "__cf_bm=simulated; path=/; HttpOnly; Secure",
        server: "cloudflare",
        "cf-ray": "0000000000000000-SIM",
    };
}
