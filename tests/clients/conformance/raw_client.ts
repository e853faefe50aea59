// Requests as bytes, for what no package would send.
import type { Dialect } from "./model.ts";

export interface Raw {
    path: string;
    body: string;
}

/** The path of a dialect, and a body of `members` that names the model where the dialect has it in the body. */
export function rawRequest(dialect: Dialect, model: string, members: object, streams = true): Raw {
    const named = { model, ...(streams && { stream: true }), ...members };
    switch (dialect) {
        case "chat":
            return { path: "/v1/chat/completions", body: JSON.stringify(named) };
        case "responses":
            return { path: "/v1/responses", body: JSON.stringify(named) };
        case "messages":
            return { path: "/v1/messages", body: JSON.stringify({ max_tokens: 4096, ...named }) };
        case "gemini": {
            const action = streams ? "streamGenerateContent?alt=sse" : "generateContent";
            return { path: `/v1beta/models/${model}:${action}`, body: JSON.stringify(members) };
        }
    }
}

/** A question, where answers with thoughts are welcome. */
export const RAW_STREAMS: Record<Dialect, object> = {
    chat: { messages: [{ role: "user", content: "hi" }] },
    responses: { input: "hi" },
    messages: { messages: [{ role: "user", content: "hi" }] },
    gemini: {
        contents: [{ role: "user", parts: [{ text: "hi" }] }],
        generationConfig: { thinkingConfig: { includeThoughts: true } },
    },
};
