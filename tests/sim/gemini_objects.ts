// The objects of Google's generateContent API as its reference documents them: answers, stream chunks, usage, errors of
// google.rpc.Status, and the headers that come with them. Plain values; how they are sent is the script's matter.

export interface Usage {
    promptTokenCount: number;
    candidatesTokenCount?: number;
    thoughtsTokenCount?: number;
    cachedContentTokenCount?: number;
    toolUsePromptTokenCount?: number;
    totalTokenCount: number;
    promptTokensDetails?: { modality: string; tokenCount: number }[];
    candidatesTokensDetails?: { modality: string; tokenCount: number }[];
}

export function usage(prompt: number, candidates: number, more: { thoughts?: number; cached?: number } = {}): Usage {
    const { thoughts = 0, cached = 0 } = more;
    return {
        promptTokenCount: prompt,
        candidatesTokenCount: candidates,
        ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
        ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
        totalTokenCount: prompt + candidates + thoughts,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: prompt }],
    };
}

export type Part =
    | { text: string; thought?: boolean; thoughtSignature?: string }
    | { functionCall: { name: string; args: unknown; id?: string }; thoughtSignature?: string }
    | { inlineData: { mimeType: string; data: string } };

export interface Reply {
    id: string;
    model: string;
    parts: Part[];
    finishReason: string;
    usage: Usage | undefined;
}

export function answer(reply: Reply): object {
    return chunk(reply, reply.parts, reply.finishReason);
}

function chunk(reply: Reply, parts: Part[], finishReason?: string): object {
    return {
        candidates: [
            {
                content: { ...(parts.length > 0 ? { parts } : {}), role: "model" },
                ...(finishReason === undefined ? {} : { finishReason }),
                index: 0,
            },
        ],
        ...(reply.usage === undefined ? {} : { usageMetadata: finishReason === undefined ? early(reply.usage) : reply.usage }),
        modelVersion: reply.model,
        responseId: reply.id,
    };
}

/** What chunks before the last one tell: the prompt alone. */
function early(whole: Usage): Usage {
    const { promptTokenCount, promptTokensDetails } = whole;
    return {
        promptTokenCount,
        totalTokenCount: promptTokenCount,
        ...(promptTokensDetails ? { promptTokensDetails } : {}),
    };
}

export function pieces(text: string): string[] {
    return text.match(/\S+\s*|\s+/g) ?? [];
}

/** A part as it grows over chunks: texts word by word, everything else at once. A signature comes with the last. */
function grown(part: Part): Part[] {
    if (!("text" in part)) return [part];
    const { text, thoughtSignature, ...rest } = part;
    const words = pieces(text).map((word): Part => ({ text: word, ...rest }));
    if (thoughtSignature !== undefined) words.push({ text: "", ...rest, thoughtSignature });
    return words;
}

/** All chunks of a streamed reply; the last one has the reason and the whole usage. */
export function chunks(reply: Reply): object[] {
    const parts = reply.parts.flatMap(grown);
    const last = parts.pop();
    return [
        ...parts.map((part) => chunk(reply, [part])),
        chunk(reply, last === undefined ? [] : [last], reply.finishReason),
    ];
}

/** One chunk as the vendor frames it. */
export function framed(value: object): string {
    return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

/** A prompt that was blocked, with what it cost. */
export function blocked(reason: string, prompt: number): object {
    return {
        promptFeedback: { blockReason: reason },
        usageMetadata: { promptTokenCount: prompt, totalTokenCount: prompt },
        modelVersion: "simulated",
        responseId: "sim-blocked",
    };
}

export interface Refusal {
    code: number;
    status: string;
    message: string;
    details?: object[];
}

export function errorBody(refusal: Refusal): object {
    return { error: refusal };
}

export function invalid(message: string, details?: object[]): Refusal {
    return { code: 400, message, status: "INVALID_ARGUMENT", ...(details ? { details } : {}) };
}

/** What the JSON layer refuses, before any service sees it. */
export function badPayload(message: string): Refusal {
    return invalid(message, [
        { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ description: message }] },
    ]);
}

/** Headers that the provider's edge adds to every answer. */
export function vendorHeaders(serial: number): Record<string, string> {
    return {
        date: new Date().toUTCString(),
        vary: "X-Origin",
        server: "scaffolding on HTTPServer2",
        "x-xss-protection": "0",
        "x-frame-options": "SAMEORIGIN",
        "x-content-type-options": "nosniff",
        "server-timing": `gfet4t7; dur=${serial}`,
    };
}
