// The Vercel AI SDK with its providers for OpenAI (Chat and Responses), Anthropic and Google, as clients of the conformance matrix: one way
// to ask, four dialects on the wire.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import {
    APICallError,
    type AssistantModelMessage,
    type Experimental_DownloadFunction as DownloadFunction,
    generateText,
    jsonSchema,
    type LanguageModel,
    type LanguageModelUsage,
    type ModelMessage,
    Output,
    RetryError,
    streamText,
    type ToolContent,
    tool,
    type UserContent,
} from "ai";

import type { Answer, Ask, Connect, Dialect, Piece, Result, Turn } from "./model.ts";

/** The package adds it to the limit by itself. */
const BUDGET = 3000;
const FINISH: Record<string, string> = {
    stop: "stop",
    length: "limit",
    "tool-calls": "calls",
    "content-filter": "refusal",
};

const OPENAI_REASONING = { reasoningEffort: "high", forceReasoning: true, store: false };
const REASONING: Record<Dialect, Record<string, Record<string, any>>> = {
    chat: { openai: OPENAI_REASONING },
    responses: {
        openai: { ...OPENAI_REASONING, reasoningSummary: "auto", include: ["reasoning.encrypted_content"] },
    },
    messages: { anthropic: { thinking: { type: "enabled", budgetTokens: BUDGET } } },
    gemini: { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 8000 } } },
};

function userContent(turn: { user: Piece[] }): UserContent {
    return turn.user.map((piece) => {
        if ("text" in piece) return { type: "text", text: piece.text };
        const url = piece.url && new URL(piece.url);
        if ("image" in piece) return { type: "file", data: url || piece.image, mediaType: "image/png" };
        return { type: "file", data: url || piece.pdf, mediaType: "application/pdf", filename: piece.name };
    });
}

function toolResult({ id, name, output, failed }: Result): ToolContent[number] {
    const value = failed
        ? { type: "error-text" as const, value: output }
        : { type: "json" as const, value: JSON.parse(output) };
    return { type: "tool-result", toolCallId: id, toolName: name, output: value };
}

function messages(turn: Turn): ModelMessage[] {
    if ("user" in turn) return [{ role: "user", content: userContent(turn) }];
    if ("again" in turn) return turn.again.native as AssistantModelMessage[];
    if ("results" in turn) return [{ role: "tool", content: turn.results.map(toolResult) }];
    const calls = (turn.calls ?? []).map(({ id, name, input }) => ({
        type: "tool-call" as const,
        toolCallId: id,
        toolName: name,
        input,
    }));
    return [{ role: "assistant", content: [{ type: "text", text: turn.said }, ...calls] }];
}

/** What the package does with files that a provider does not fetch, but for its refusal of private addresses, where those of tests are. */
const download: DownloadFunction = (files) =>
    Promise.all(
        files.map(async ({ url, isUrlSupportedByModel }) => {
            if (isUrlSupportedByModel) return null;
            const response = await fetch(url);
            const mediaType = response.headers.get("content-type") ?? undefined;
            return { data: new Uint8Array(await response.arrayBuffer()), mediaType };
        }),
    );

function options(ask: Ask, model: LanguageModel, dialect: Dialect) {
    const tools = ask.tools?.map(({ name, description, schema }) => [
        name,
        tool({ description, inputSchema: jsonSchema(schema) }),
    ]);
    const { choice } = ask;
    return {
        model,
        maxRetries: 0,
        experimental_download: download,
        messages: ask.turns.flatMap(messages),
        ...(ask.system && { system: ask.system }),
        ...(tools && { tools: Object.fromEntries(tools) }),
        ...(choice && {
            toolChoice: typeof choice === "string" ? choice : { type: "tool" as const, toolName: choice.tool },
        }),
        ...(ask.schema && { output: Output.object({ schema: jsonSchema(ask.schema), name: "sky" }) as any }),
        ...(ask.stop && { stopSequences: ask.stop }),
        ...(ask.limit && { maxOutputTokens: ask.limit - (ask.reasoning && dialect === "messages" ? BUDGET : 0) }),
        ...(ask.reasoning && { providerOptions: REASONING[dialect] }),
    };
}

interface Told {
    text: string;
    reasoningText: string | undefined;
    toolCalls: { toolCallId: string; toolName: string; input: unknown }[];
    finishReason: string;
    usage: LanguageModelUsage;
    response: { messages: ModelMessage[] };
}

function answer(result: Told): Answer {
    return {
        text: result.text,
        refusal: "",
        thought: result.reasoningText ?? "",
        calls: result.toolCalls.map(({ toolCallId, toolName, input }) => ({
            id: toolCallId,
            name: toolName,
            input: input as Record<string, unknown>,
        })),
        finish: FINISH[result.finishReason] ?? result.finishReason,
        usage: {
            input: result.usage.inputTokens ?? 0,
            cached: result.usage.inputTokenDetails.cacheReadTokens ?? 0,
            output: result.usage.outputTokens ?? 0,
        },
        native: result.response.messages.filter((message) => message.role === "assistant"),
    };
}

async function streamed(ask: ReturnType<typeof options>, heard: (text: string) => void): Promise<Answer> {
    const stream = streamText({ ...ask, onError: () => {} });
    for await (const part of stream.fullStream) {
        if (part.type === "text-delta") heard(part.text);
        if (part.type === "error") throw part.error;
    }
    return answer({
        text: await stream.text,
        reasoningText: await stream.reasoningText,
        toolCalls: await stream.toolCalls,
        finishReason: await stream.finishReason,
        usage: await stream.usage,
        response: await stream.response,
    });
}

function problem(error: unknown): { status: number | undefined; message: string } {
    const cause = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(cause)) return { status: cause.statusCode, message: cause.message };
    if (cause instanceof Error) return { status: undefined, message: cause.message };
    // Events of errors come through as the provider's package read them.
    return { status: undefined, message: JSON.stringify(cause) };
}

function modelsOf(dialect: Dialect, url: string, settings: { apiKey: string; fetch: typeof fetch }): (model: string) => LanguageModel {
    switch (dialect) {
        case "chat":
            return createOpenAI({ baseURL: `${url}/v1`, ...settings }).chat;
        case "responses":
            return createOpenAI({ baseURL: `${url}/v1`, ...settings }).responses;
        case "messages":
            return createAnthropic({ baseURL: `${url}/v1`, ...settings });
        case "gemini":
            return createGoogle({ baseURL: `${url}/v1beta`, ...settings });
    }
}

export function aiClient(dialect: Dialect): Connect {
    return (url, apiKey, fetch) => {
        const model = modelsOf(dialect, url, { apiKey, fetch });
        return {
            async ask(ask, heard) {
                const asked = options(ask, model(ask.model), dialect);
                if (ask.mode === "stream") return streamed(asked, heard);
                return answer((await generateText(asked)) as unknown as Told);
            },
            problem,
        };
    };
}
