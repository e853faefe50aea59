// The objects of OpenAI's Chat Completions API as its reference documents them: completions, chunks, tool calls, models,
// embeddings, errors, and the headers that come with them. Plain values; how they are sent is the script's matter.

export interface Usage {
    prompt_tokens: number;
    completion_tokens: number;
    total_tokens: number;
    prompt_tokens_details?: { cached_tokens: number; audio_tokens: number };
    completion_tokens_details?: {
        reasoning_tokens: number;
        audio_tokens: number;
        accepted_prediction_tokens: number;
        rejected_prediction_tokens: number;
    };
}

export function usage(prompt: number, completion: number, cached = 0): Usage {
    return {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
        completion_tokens_details: {
            reasoning_tokens: 0,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
        },
    };
}

export interface ToolCall {
    id: string;
    name: string;
    arguments: string;
}

export interface Reply {
    id: string;
    model: string;
    created: number;
    text: string;
    toolCalls: ToolCall[];
    usage: Usage | undefined;
}

function finishReason(reply: Reply): string {
    return reply.toolCalls.length > 0 ? "tool_calls" : "stop";
}

export function completion(reply: Reply): object {
    const calls = reply.toolCalls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: call.arguments },
    }));
    const message = {
        role: "assistant",
        content: calls.length > 0 ? null : reply.text,
        ...(calls.length > 0 ? { tool_calls: calls } : {}),
        refusal: null,
        annotations: [],
    };
    return {
        id: reply.id,
        object: "chat.completion",
        created: reply.created,
        model: reply.model,
        choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(reply) }],
        ...(reply.usage ? { usage: reply.usage } : {}),
        service_tier: "default",
        system_fingerprint: "fp_5d7a1c9e42",
    };
}

/** All chunks of a streamed reply; the text is cut after each blank. */
export function chunks(reply: Reply, includeUsage: boolean): object[] {
    const deltas: object[] = [
        { role: "assistant", content: reply.toolCalls.length > 0 ? null : "", refusal: null },
    ];
    for (const piece of reply.toolCalls.length > 0 ? [] : pieces(reply.text)) deltas.push({ content: piece });
    reply.toolCalls.forEach((call, index) => deltas.push(...toolCallDeltas(call, index)));
    const list = deltas.map((delta) => chunk(reply, { delta, finish: null, includeUsage }));
    list.push(chunk(reply, { delta: {}, finish: finishReason(reply), includeUsage }));
    if (includeUsage) list.push({ ...chunkHead(reply), choices: [], usage: reply.usage });
    return list;
}

export function pieces(text: string): string[] {
    return text.match(/\S+\s*|\s+/g) ?? [];
}

function toolCallDeltas(call: ToolCall, index: number): object[] {
    const parts = call.arguments.match(/.{1,8}/gs) ?? [];
    const first = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
    return [
        { tool_calls: [first] },
        ...parts.map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
    ];
}

function chunkHead(reply: Reply): object {
    return {
        id: reply.id,
        object: "chat.completion.chunk",
        created: reply.created,
        model: reply.model,
        service_tier: "default",
        system_fingerprint: "fp_5d7a1c9e42",
    };
}

interface ChunkContent {
    delta: object;
    finish: string | null;
    includeUsage: boolean;
}

export function chunk(reply: Reply, content: ChunkContent): object {
    return {
        ...chunkHead(reply),
        choices: [{ index: 0, delta: content.delta, logprobs: null, finish_reason: content.finish }],
        ...(content.includeUsage ? { usage: null } : {}),
    };
}

export function modelList(models: string[]): object {
    const data = models.map((id) => ({ id, object: "model", created: 1721172717, owned_by: "system" }));
    return { object: "list", data };
}

export function embeddingList(model: string, inputs: number): object {
    const data = Array.from({ length: inputs }, (_, index) => ({
        object: "embedding",
        index,
        embedding: [0.25, -0.5, 0.125],
    }));
    return { object: "list", data, model, usage: { prompt_tokens: 4 * inputs, total_tokens: 4 * inputs } };
}

export interface ErrorBody {
    message: string;
    type: string;
    param: string | null;
    code: string | null;
}

export interface Refusal {
    status: number;
    error: ErrorBody;
}

export function refusal(status: number, message: string, more: Partial<ErrorBody> = {}): Refusal {
    return { status, error: { message, type: "invalid_request_error", param: null, code: null, ...more } };
}

/** The answer to a prompt that its filters do not let through. */
export const blockedPrompt = {
    error: {
        message:
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.",
        type: "invalid_request_error",
        param: null,
        code: "invalid_prompt",
    },
};

/** Headers that the provider's edge adds to every answer; some of them a gateway must not pass on. */
export function vendorHeaders(serial: number): Record<string, string> {
    return {
        date: new Date().toUTCString(),
        "x-request-id": `req_sim${String(serial).padStart(8, "0")}`,
        "openai-organization": "org-simulated",
        "openai-project": "proj_simulated",
        "openai-processing-ms": "12",
        "openai-version": "2020-10-01",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-remaining-requests": "9999",
        "set-cookie": "__cf_bm=simulated; path=/; HttpOnly; Secure",
        server: "cloudflare",
        "cf-ray": "0000000000000000-SIM",
        "strict-transport-security": "max-age=31536000",
    };
}
