// OpenAI's Responses as a provider of the conformance matrix: how it tells a reply, and how a request that it got reads.
import type { Exchange } from "../../sim/exchange.ts";
import type { OpenAiSim } from "../../sim/openai.ts";
import { blockedPrompt, pieces } from "../../sim/openai_objects.ts";
import { framed } from "../../sim/openai_routes.ts";
import { SIGNATURES } from "./fixtures.ts";
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

type Body = Record<string, any>;

const usage = {
    input_tokens: USAGE.input,
    input_tokens_details: { cached_tokens: USAGE.cached },
    output_tokens: USAGE.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USAGE.input + USAGE.output,
};

function items(exchange: Exchange, reply: Reply): Body[] {
    const wanted = exchange.request.json.include?.includes("reasoning.encrypted_content");
    const list: Body[] = [];
    if (reply.thought) {
        list.push({
            id: "rs_sim000001",
            type: "reasoning",
            summary: [{ type: "summary_text", text: reply.thought }],
            ...(wanted ? { encrypted_content: SIGNATURES.responses } : {}),
        });
    }
    if (reply.text !== "") {
        const content = [{ type: "output_text", text: reply.text, annotations: [], logprobs: [] }];
        list.push({ id: "msg_sim000001", type: "message", status: "completed", role: "assistant", content });
    }
    if (reply.refusal) {
        const content = [{ type: "refusal", refusal: reply.refusal }];
        list.push({ id: "msg_sim000002", type: "message", status: "completed", role: "assistant", content });
    }
    reply.calls?.forEach((call, index) => list.push(callItem(call, index)));
    return list;
}

function callItem(call: Call, index: number): Body {
    const shared = { status: "completed", call_id: call.id, name: call.name };
    return call.custom
        ? { id: `ctc_sim00000${index}`, type: "custom_tool_call", ...shared, input: call.input.input }
        : { id: `fc_sim00000${index}`, type: "function_call", ...shared, arguments: JSON.stringify(call.input) };
}

function response(exchange: Exchange, more: Body): Body {
    const { model, instructions, tools } = exchange.request.json;
    return {
        id: "resp_sim000001",
        object: "response",
        created_at: 1764000000,
        status: "in_progress",
        error: null,
        incomplete_details: null,
        instructions: instructions ?? null,
        model,
        output: [],
        parallel_tool_calls: true,
        tools: tools ?? [],
        usage: null,
        ...more,
    };
}

function ended(exchange: Exchange, reply: Reply): Body {
    const reasons: Record<string, string> = { limit: "max_output_tokens", refusal: "content_filter" };
    const reason = reasons[reply.finish];
    return response(exchange, {
        status: reason ? "incomplete" : "completed",
        incomplete_details: reason ? { reason } : null,
        output: items(exchange, reply),
        usage,
    });
}

/** The events that fill one item. */
function filled(item: Body, output_index: number): Body[] {
    const place = { item_id: item.id, output_index };
    if (item.type === "reasoning") {
        const [part] = item.summary;
        const at = { ...place, summary_index: 0 };
        return [
            { type: "response.reasoning_summary_part.added", ...at, part: { type: "summary_text", text: "" } },
            ...pieces(part.text).map((delta) => ({ type: "response.reasoning_summary_text.delta", ...at, delta })),
            { type: "response.reasoning_summary_text.done", ...at, text: part.text },
            { type: "response.reasoning_summary_part.done", ...at, part },
        ];
    }
    if (item.type === "message") {
        const [part] = item.content;
        const at = { ...place, content_index: 0 };
        if (part.type === "refusal") {
            return [
                { type: "response.content_part.added", ...at, part: { ...part, refusal: "" } },
                ...pieces(part.refusal).map((delta) => ({ type: "response.refusal.delta", ...at, delta })),
                { type: "response.refusal.done", ...at, refusal: part.refusal },
                { type: "response.content_part.done", ...at, part },
            ];
        }
        return [
            { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
            ...pieces(part.text).map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
            { type: "response.output_text.done", ...at, text: part.text, logprobs: [] },
            { type: "response.content_part.done", ...at, part },
        ];
    }
    const parts: string[] = (item.arguments ?? item.input).match(/.{1,8}/gs) ?? [];
    if (item.type === "custom_tool_call") {
        return [
            ...parts.map((delta) => ({ type: "response.custom_tool_call_input.delta", ...place, delta })),
            { type: "response.custom_tool_call_input.done", ...place, input: item.input },
        ];
    }
    return [
        ...parts.map((delta) => ({ type: "response.function_call_arguments.delta", ...place, delta })),
        { type: "response.function_call_arguments.done", ...place, arguments: item.arguments },
    ];
}

function begun(item: Body): Body {
    if (item.type === "reasoning") return { ...item, summary: [] };
    if (item.type === "message") return { ...item, status: "in_progress", content: [] };
    return { ...item, status: "in_progress", [item.type === "function_call" ? "arguments" : "input"]: "" };
}

function events(exchange: Exchange, reply: Reply): string[] {
    const last = ended(exchange, reply);
    const list: Body[] = [
        { type: "response.created", response: response(exchange, {}) },
        { type: "response.in_progress", response: response(exchange, {}) },
        ...(last.output as Body[]).flatMap((item, output_index) => [
            { type: "response.output_item.added", output_index, item: begun(item) },
            ...filled(item, output_index),
            { type: "response.output_item.done", output_index, item },
        ]),
        { type: `response.${last.status}`, response: last },
    ];
    return list.map((event, index) => framed({ ...event, sequence_number: index }));
}

const WIRE: Wire = {
    streamed: (exchange) => exchange.request.json.stream === true,
    whole: ended,
    events,
    error: (_status, message) => ({
        error: { message, type: "requests", param: null, code: "rate_limit_exceeded" },
    }),
    blocked: (exchange) => exchange.json(400, blockedPrompt),
    errorEvent: (message) => framed({ type: "error", code: "server_error", message, param: null, sequence_number: 99 }),
};

function partLine(role: string, part: any): string {
    if (part.type === "input_image") {
        const { mime, base64 } = splitDataUrl(part.image_url);
        return imageLine(role, mime, base64);
    }
    if (part.type === "input_file") return pdfLine(role, part.file_url ?? splitDataUrl(part.file_data).base64);
    return `${role}: text ${part.text}`;
}

function outputText(output: any): string {
    if (typeof output === "string") return output;
    const texts = output.filter((part: any) => part.type === "input_text");
    return texts.map((part: any) => part.text).join("\n");
}

/** The lines of all items; images of results stand behind the results. */
function linesOf(items: any[]): string[] {
    const lines: string[] = [];
    const shown: string[] = [];
    for (const item of items) {
        if (!/_call(_output)?$/.test(item.type ?? "")) lines.push(...shown.splice(0));
        lines.push(...itemLines(item));
        const parts = Array.isArray(item.output) ? item.output : [];
        shown.push(...parts.filter((part: any) => part.type === "input_image").map((part: any) => partLine("user", part)));
    }
    return [...lines, ...shown];
}

function itemLines(item: any): string[] {
    switch (item.type ?? "message") {
        case "message":
            if (typeof item.content === "string") return item.content === "" ? [] : [`${item.role}: text ${item.content}`];
            return item.content.map((part: any) => partLine(item.role, part));
        case "function_call":
            return [callLine(item.call_id, item.name, JSON.parse(item.arguments))];
        case "custom_tool_call":
            return [callLine(item.call_id, item.name, { input: item.input })];
        case "custom_tool_call_output":
        case "function_call_output":
            return [resultLine(item.call_id, outputText(item.output))];
        case "reasoning": {
            const text = item.summary.map((part: any) => part.text).join("\n\n");
            return [`assistant: thought ${text} signed ${item.encrypted_content}`];
        }
        default:
            return [`${item.type}`];
    }
}

function arrived(body: any): Arrived {
    const input = typeof body.input === "string" ? [{ role: "user", content: body.input }] : body.input;
    const system = input.filter((item: any) => /system|developer/.test(item.role));
    const rest = input.filter((item: any) => !system.includes(item));
    const choice = body.tool_choice ?? "auto";
    const format = body.text?.format;
    return {
        system: [body.instructions ?? [], ...system.map((item: any) => item.content)].flat().join("\n"),
        lines: canonicalLines(linesOf(rest)),
        tools: (body.tools ?? []).map((tool: any) => toolLine(tool.name, tool.description, tool.parameters)),
        choice: choice.name ?? choice,
        reasoning: body.reasoning !== undefined,
        schema: format ? canonicalJson(format.schema) : "",
        stop: [],
        limit: body.max_output_tokens,
        stream: body.stream === true,
    };
}

export function responsesUpstream(sim: OpenAiSim): Upstream {
    return {
        name: "OpenAI Responses",
        dialect: "responses",
        sim,
        refused: sim.refused,
        models: { plain: "gpt-4o", reasoning: "o3" },
        next: (script) => sim.next(script),
        script: (play) => scriptOf(play, WIRE),
        arrived,
        forget: () => sim.forget(),
        blockedWords: blockedPrompt.error.message,
        rowPrompt: USAGE.input,
    };
}
