// OpenAI's Chat Completions as a provider of the conformance matrix: how it tells a reply, and how a request that it got reads.
import type { Exchange } from "../../sim/exchange.ts";
import { OpenAiSim } from "../../sim/openai.ts";
import * as wire from "../../sim/openai_objects.ts";
import {
    type Arrived,
    type Call,
    callLine,
    canonicalJson,
    canonicalLines,
    imageLine,
    pdfLine,
    type Reply,
    resultLine,
    splitDataUrl,
    toolLine,
    type Upstream,
    USAGE,
} from "./model.ts";
import { scriptOf, type Wire } from "./plays.ts";

const FINISH = { stop: "stop", limit: "length", calls: "tool_calls", refusal: "content_filter" };
const usage = wire.usage(USAGE.input, USAGE.output, USAGE.cached);

function head(exchange: Exchange, object: string): object {
    const { model } = exchange.request.json;
    return { id: "chatcmpl-sim000001", object, created: 1764000000, model, system_fingerprint: "fp_5d7a1c9e42" };
}

function callOf(call: Call): object {
    const { id, name, input } = call;
    if (call.custom) return { id, type: "custom", custom: { name, input: input.input } };
    return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

function whole(exchange: Exchange, reply: Reply): object {
    const calls = reply.calls?.map(callOf);
    const message = {
        role: "assistant",
        content: reply.text === "" ? null : reply.text,
        ...(reply.thought ? { reasoning_content: reply.thought } : {}),
        ...(calls ? { tool_calls: calls } : {}),
        refusal: reply.refusal ?? null,
        annotations: [],
    };
    const choice = { index: 0, message, logprobs: null, finish_reason: FINISH[reply.finish] };
    return { ...head(exchange, "chat.completion"), choices: [choice], usage };
}

function events(exchange: Exchange, reply: Reply): string[] {
    const deltas: object[] = [{ role: "assistant", content: "", refusal: null }];
    for (const piece of wire.pieces(reply.thought ?? "")) deltas.push({ reasoning_content: piece });
    for (const piece of wire.pieces(reply.refusal ?? "")) deltas.push({ refusal: piece });
    for (const piece of wire.pieces(reply.text)) deltas.push({ content: piece });
    reply.calls?.forEach((call, index) => {
        if (call.custom) return deltas.push({ tool_calls: [{ index, ...callOf(call) }] });
        const fn = { name: call.name, arguments: "" };
        deltas.push({ tool_calls: [{ index, id: call.id, type: "function", function: fn }] });
        for (const part of JSON.stringify(call.input).match(/.{1,8}/gs) ?? []) {
            deltas.push({ tool_calls: [{ index, function: { arguments: part } }] });
        }
        return undefined;
    });
    const start = head(exchange, "chat.completion.chunk");
    const chunk = (delta: object, finish: string | null): object => ({
        ...start,
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
        usage: null,
    });
    const chunks = [...deltas.map((delta) => chunk(delta, null)), chunk({}, FINISH[reply.finish])];
    if (exchange.request.json.stream_options?.include_usage) chunks.push({ ...start, choices: [], usage });
    return [...chunks.map((value) => JSON.stringify(value)), "[DONE]"].map((data) => `data: ${data}\n\n`);
}

const WIRE: Wire = {
    streamed: (exchange) => exchange.request.json.stream === true,
    whole,
    events,
    error: (_status, message) => ({
        error: { message, type: "requests", param: null, code: "rate_limit_exceeded" },
    }),
    blocked: (exchange) => exchange.json(400, wire.blockedPrompt),
    errorEvent: (message) =>
        `data: ${JSON.stringify({ error: { message, type: "server_error", param: null, code: "server_error" } })}\n\n`,
};

function partLine(part: any): string {
    if (part.type === "text") return `user: text ${part.text}`;
    if (part.type === "image_url") {
        const { mime, base64 } = splitDataUrl(part.image_url.url);
        return imageLine("user", mime, base64);
    }
    return pdfLine("user", splitDataUrl(part.file.file_data).base64);
}

function messageLines(message: any): string[] {
    if (message.role === "tool") return [resultLine(message.tool_call_id, message.content)];
    if (message.role === "user") {
        if (typeof message.content === "string") return [`user: text ${message.content}`];
        return message.content.map(partLine);
    }
    const lines: string[] = [];
    if (message.reasoning_content) lines.push(`assistant: thought ${message.reasoning_content}`);
    const texts = typeof message.content === "string" ? [{ text: message.content }] : (message.content ?? []);
    for (const { text } of texts) if (text !== "") lines.push(`assistant: text ${text}`);
    for (const call of message.tool_calls ?? []) {
        if (call.custom) lines.push(callLine(call.id, call.custom.name, { input: call.custom.input }));
        else lines.push(callLine(call.id, call.function.name, JSON.parse(call.function.arguments)));
    }
    return lines;
}

function arrived(body: any): Arrived {
    const system = body.messages.filter((message: any) => /system|developer/.test(message.role));
    const rest = body.messages.filter((message: any) => !system.includes(message));
    const choice = body.tool_choice ?? "auto";
    const format = body.response_format;
    return {
        system: system.map((message: any) => message.content).join("\n"),
        lines: canonicalLines(rest.flatMap(messageLines)),
        tools: (body.tools ?? []).map((tool: any) => {
            const { name, description, parameters } = tool[tool.type];
            return toolLine(name, description, parameters);
        }),
        choice: choice.function?.name ?? choice,
        reasoning: body.reasoning_effort !== undefined,
        schema: format ? canonicalJson(format.json_schema.schema) : "",
        stop: [body.stop ?? []].flat(),
        limit: body.max_completion_tokens ?? body.max_tokens,
        stream: body.stream === true,
    };
}

export function chatUpstream(sim: OpenAiSim): Upstream {
    return {
        name: "OpenAI Chat",
        dialect: "chat",
        sim,
        refused: sim.refused,
        models: { plain: "gpt-4.1", reasoning: "gpt-5-mini" },
        next: (script) => sim.next(script),
        script: (play) => scriptOf(play, WIRE),
        arrived,
        forget: () => sim.forget(),
        blockedWords: wire.blockedPrompt.error.message,
        rowPrompt: USAGE.input,
    };
}
