// The official @anthropic-ai/sdk package, as a client of the conformance matrix.
import Anthropic from "@anthropic-ai/sdk";

import type { Answer, Ask, Choice, Piece, Talking, Turn } from "./model.ts";

type Block = Anthropic.ContentBlockParam;

/** The dialect demands a limit of every request. */
const LIMIT = 4000;
const FINISH: Record<string, string> = {
    end_turn: "stop",
    max_tokens: "limit",
    tool_use: "calls",
    refusal: "refusal",
};

function block(piece: Piece): Block {
    if ("text" in piece) return { type: "text", text: piece.text };
    if (piece.url !== undefined) {
        const source = { type: "url" as const, url: piece.url };
        return "image" in piece ? { type: "image", source } : { type: "document", title: piece.name, source };
    }
    if ("image" in piece) {
        return { type: "image", source: { type: "base64", media_type: "image/png", data: piece.image } };
    }
    const source = { type: "base64" as const, media_type: "application/pdf" as const, data: piece.pdf };
    return { type: "document", title: piece.name, source };
}

function message(turn: Turn): Anthropic.MessageParam {
    if ("user" in turn) {
        const [first, ...more] = turn.user;
        const plain = more.length === 0 && "text" in first!;
        return { role: "user", content: plain ? first.text : turn.user.map(block) };
    }
    if ("again" in turn) return { role: "assistant", content: turn.again.native as Block[] };
    if ("results" in turn) {
        const results = turn.results.map((result) => ({
            type: "tool_result" as const,
            tool_use_id: result.id,
            content: result.output,
            ...(result.failed && { is_error: true }),
        }));
        return { role: "user", content: results };
    }
    const uses = (turn.calls ?? []).map(({ id, name, input }) => ({ type: "tool_use" as const, id, name, input }));
    return { role: "assistant", content: [{ type: "text", text: turn.said }, ...uses] };
}

function choice(value: Choice): Anthropic.ToolChoice {
    if (typeof value !== "string") return { type: "tool", name: value.tool };
    return { type: value === "required" ? "any" : value };
}

function parameters(ask: Ask): Anthropic.MessageCreateParamsNonStreaming {
    return {
        model: ask.model,
        max_tokens: ask.limit ?? LIMIT,
        messages: ask.turns.map(message),
        ...(ask.system && { system: ask.system }),
        ...(ask.tools && {
            tools: ask.tools.map(({ name, description, schema }) => ({
                name,
                description,
                input_schema: schema as Anthropic.Tool.InputSchema,
            })),
        }),
        ...(ask.choice && { tool_choice: choice(ask.choice) }),
        ...(ask.schema && { output_config: { format: { type: "json_schema", schema: ask.schema } } }),
        ...(ask.stop && { stop_sequences: ask.stop }),
        ...(ask.reasoning && { thinking: { type: "enabled", budget_tokens: 3000 } }),
    };
}

function answer(said: Anthropic.Message): Answer {
    const calls = said.content
        .filter((one) => one.type === "tool_use")
        .map(({ id, name, input }) => ({ id, name, input: input as Record<string, unknown> }));
    const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: written } = said.usage;
    return {
        text: said.content.map((one) => (one.type === "text" ? one.text : "")).join(""),
        refusal: "",
        thought: said.content.map((one) => (one.type === "thinking" ? one.thinking : "")).join(""),
        calls,
        finish: FINISH[said.stop_reason ?? ""] ?? String(said.stop_reason),
        usage: {
            input: fresh + (read ?? 0) + (written ?? 0),
            cached: read ?? 0,
            output: said.usage.output_tokens,
        },
        native: said.content,
    };
}

export function messagesClient(baseURL: string, apiKey: string, fetch: typeof globalThis.fetch): Talking {
    const anthropic = new Anthropic({ baseURL, apiKey, authToken: null, maxRetries: 0, fetch });
    return {
        async ask(ask, heard) {
            if (ask.mode === "full") return answer(await anthropic.messages.create(parameters(ask)));
            const stream = anthropic.messages.stream(parameters(ask)).on("text", heard);
            return answer(await stream.finalMessage());
        },
        problem(error) {
            if (!(error instanceof Anthropic.APIError)) throw error;
            return { status: error.status, message: error.message };
        },
    };
}
