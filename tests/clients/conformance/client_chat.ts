// The official openai package speaking Chat Completions, as a client of the conformance matrix.
import OpenAI from "openai";

import {
    type Answer,
    type Ask,
    type Call,
    type Choice,
    dataUrl,
    markedOutput,
    type Piece,
    type Talking,
    type Turn,
} from "./model.ts";

type Message = OpenAI.Chat.ChatCompletionMessageParam;
/** What programs read beside the documented members: reasoning, and what it is signed with. */
type Said = OpenAI.Chat.ChatCompletionMessage & { reasoning_content?: string; reasoning_details?: any[] };

export const CHAT_FINISH: Record<string, string> = {
    stop: "stop",
    length: "limit",
    tool_calls: "calls",
    content_filter: "refusal",
};

function part(piece: Piece): OpenAI.Chat.ChatCompletionContentPart {
    if ("text" in piece) return { type: "text", text: piece.text };
    if ("image" in piece) {
        return { type: "image_url", image_url: { url: piece.url ?? dataUrl("image/png", piece.image) } };
    }
    // The dialect has no word for the URL of a file; programs put it in the place of the data.
    const data = piece.url ?? dataUrl("application/pdf", piece.pdf);
    return { type: "file", file: { filename: piece.name, file_data: data } };
}

function toolCall(call: Call): OpenAI.Chat.ChatCompletionMessageFunctionToolCall {
    return { id: call.id, type: "function", function: { name: call.name, arguments: JSON.stringify(call.input) } };
}

function messages(turn: Turn): Message[] {
    if ("user" in turn) {
        const [first, ...more] = turn.user;
        if (more.length === 0 && "text" in first!) return [{ role: "user", content: first.text }];
        return [{ role: "user", content: turn.user.map(part) }];
    }
    if ("again" in turn) return [turn.again.native as Message];
    if ("results" in turn) {
        return turn.results.map((result) => ({ role: "tool", tool_call_id: result.id, content: markedOutput(result) }));
    }
    const calls = turn.calls?.map(toolCall);
    return [{ role: "assistant", content: turn.said, ...(calls ? { tool_calls: calls } : {}) }];
}

function choice(value: Choice): OpenAI.Chat.ChatCompletionToolChoiceOption {
    return typeof value === "string" ? value : { type: "function", function: { name: value.tool } };
}

function parameters(ask: Ask): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
    const system: Message[] = ask.system ? [{ role: "system", content: ask.system }] : [];
    return {
        model: ask.model,
        messages: [...system, ...ask.turns.flatMap(messages)],
        ...(ask.tools && {
            tools: ask.tools.map(({ name, description, schema }) => ({
                type: "function" as const,
                function: { name, description, parameters: schema },
            })),
        }),
        ...(ask.choice && { tool_choice: choice(ask.choice) }),
        ...(ask.schema && {
            response_format: { type: "json_schema", json_schema: { name: "sky", schema: ask.schema, strict: true } },
        }),
        ...(ask.stop && { stop: ask.stop }),
        ...(ask.limit && { max_completion_tokens: ask.limit }),
        ...(ask.reasoning && { reasoning_effort: "high", store: false }),
    };
}

function answer(said: Said, finish: string | null, usage: OpenAI.CompletionUsage | undefined): Answer {
    const calls = (said.tool_calls ?? []).map((call) => {
        if (call.type !== "function") throw new Error("not a call of a function");
        return { id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) };
    });
    return {
        text: said.content ?? "",
        refusal: said.refusal ?? "",
        thought: said.reasoning_content ?? "",
        calls,
        finish: CHAT_FINISH[finish ?? ""] ?? String(finish),
        usage: {
            input: usage?.prompt_tokens ?? 0,
            cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
            output: usage?.completion_tokens ?? 0,
        },
        native: said,
    };
}

/** Adds the pieces of a chunk to what has been said. */
function grow(said: Said, delta: any): void {
    if (delta.refusal) said.refusal = (said.refusal ?? "") + delta.refusal;
    if (delta.content) said.content = (said.content ?? "") + delta.content;
    if (delta.reasoning_content) said.reasoning_content = (said.reasoning_content ?? "") + delta.reasoning_content;
    for (const detail of delta.reasoning_details ?? []) {
        said.reasoning_details ??= [];
        const known = said.reasoning_details.find((one) => one.index === detail.index);
        if (!known) said.reasoning_details.push({ ...detail });
        else Object.assign(known, detail, { text: (known.text ?? "") + (detail.text ?? "") });
    }
    for (const { index, ...piece } of delta.tool_calls ?? []) {
        said.tool_calls ??= [];
        const known = said.tool_calls[index] as any;
        if (!known) said.tool_calls[index] = structuredClone(piece);
        else known.function.arguments += piece.function?.arguments ?? "";
        // Where Gemini's signatures stand, by its own compatible endpoint.
        if (known && piece.extra_content) known.extra_content = piece.extra_content;
    }
}

export function chatClient(baseURL: string, apiKey: string, fetch: typeof globalThis.fetch): Talking {
    const openai = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0, fetch });
    const streamed = async (ask: Ask, heard: (text: string) => void): Promise<Answer> => {
        const said: Said = { role: "assistant", content: null, refusal: null };
        let finish: string | null = null;
        let usage: OpenAI.CompletionUsage | undefined;
        const request = { ...parameters(ask), stream: true as const, stream_options: { include_usage: true } };
        for await (const chunk of await openai.chat.completions.create(request)) {
            usage = chunk.usage ?? usage;
            const [first] = chunk.choices;
            if (!first) continue;
            finish = first.finish_reason ?? finish;
            if (first.delta.content) heard(first.delta.content);
            grow(said, first.delta);
        }
        return answer(said, finish, usage);
    };
    return {
        async ask(ask, heard) {
            if (ask.mode === "stream") return streamed(ask, heard);
            const completion = await openai.chat.completions.create(parameters(ask));
            const [first] = completion.choices;
            return answer(first!.message, first!.finish_reason, completion.usage);
        },
        problem: openaiProblem,
    };
}

export function openaiProblem(error: unknown): { status: number | undefined; message: string } {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return { status: error.status, message: error.message };
}
