// Anthropic's Messages as a provider of the conformance matrix: how it tells a reply, and how a request that it got reads.
import type { AnthropicSim } from "../../sim/anthropic.ts";
import * as wire from "../../sim/anthropic_objects.ts";
import type { Exchange } from "../../sim/exchange.ts";
import { SIGNATURES } from "./fixtures.ts";
import {
    type Arrived,
    callLine,
    canonicalJson,
    canonicalLines,
    imageLine,
    pdfLine,
    type Reply,
    resultLine,
    toolLine,
    type Upstream,
    USAGE,
} from "./model.ts";
import { scriptOf, type Wire } from "./plays.ts";

const FINISH = { stop: "end_turn", limit: "max_tokens", calls: "tool_use", refusal: "refusal" };

function replyOf(exchange: Exchange, reply: Reply): wire.Reply {
    const content: wire.Block[] = [];
    if (reply.thought) content.push({ type: "thinking", thinking: reply.thought, signature: SIGNATURES.messages });
    if (reply.text !== "") content.push({ type: "text", text: reply.text });
    for (const { id, name, input } of reply.calls ?? []) content.push({ type: "tool_use", id, name, input });
    return {
        id: "msg_sim000001",
        model: exchange.request.json.model,
        content,
        stopReason: FINISH[reply.finish],
        usage: wire.usage(USAGE.input - USAGE.cached, USAGE.output, { read: USAGE.cached }),
    };
}

const WIRE: Wire = {
    streamed: (exchange) => exchange.request.json.stream === true,
    whole: (exchange, reply) => wire.message(replyOf(exchange, reply)),
    events: (exchange, reply) => wire.events(replyOf(exchange, reply)).map(wire.framed),
    error: (_status, message) => wire.errorBody({ type: "rate_limit_error", message }),
    blocked: (exchange) => exchange.json(400, wire.blockedPrompt),
    errorEvent: (message) => wire.framed({ type: "error", error: { type: "overloaded_error", message } }),
};

/** The parts of a result that are of a type. */
function resultParts(block: any, type: string): any[] {
    return Array.isArray(block.content) ? block.content.filter((part: any) => part.type === type) : [];
}

function resultText(block: any): string {
    if (typeof block.content === "string") return block.content;
    return resultParts(block, "text")
        .map((part: any) => part.text)
        .join("\n");
}

function blockLine(role: string, block: any): string {
    const { source } = block;
    switch (block.type) {
        case "text":
            return `${role}: text ${block.text}`;
        case "image":
            return imageLine(role, source.media_type ?? source.type, source.data ?? source.url);
        case "document":
            return pdfLine(role, source.data ?? source.url);
        case "thinking":
            return `assistant: thought ${block.thinking} signed ${block.signature}`;
        case "tool_use":
            return callLine(block.id, block.name, block.input);
        case "tool_result":
            return resultLine(block.tool_use_id, resultText(block), block.is_error === true);
        default:
            return `${role}: ${block.type}`;
    }
}

function messageLines({ role, content }: any): string[] {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const results = blocks.filter((block: any) => block.type === "tool_result");
    const rest = blocks.filter((block: any) => block.type !== "tool_result");
    const shown = results.flatMap((block: any) => resultParts(block, "image"));
    return [...results, ...shown, ...rest].map((block: any) => blockLine(role, block));
}

const CHOICES: Record<string, string> = { auto: "auto", none: "none", any: "required" };

function arrived(body: any): Arrived {
    const system = typeof body.system === "string" ? [{ text: body.system }] : (body.system ?? []);
    const choice = body.tool_choice ?? { type: "auto" };
    const format = body.output_config?.format;
    return {
        system: system.map((block: any) => block.text).join("\n"),
        lines: canonicalLines(body.messages.flatMap(messageLines)),
        tools: (body.tools ?? []).map((tool: any) => toolLine(tool.name, tool.description, tool.input_schema)),
        choice: choice.name ?? CHOICES[choice.type],
        reasoning: body.thinking !== undefined,
        schema: format ? canonicalJson(format.schema) : "",
        stop: body.stop_sequences ?? [],
        limit: body.max_tokens,
        stream: body.stream === true,
    };
}

const CLAUDE = "claude-sonnet-4-5-20250929";

export function messagesUpstream(sim: AnthropicSim): Upstream {
    return {
        name: "Anthropic",
        dialect: "messages",
        sim,
        refused: sim.refused,
        models: { plain: CLAUDE, reasoning: CLAUDE },
        next: (script) => sim.next(script),
        script: (play) => scriptOf(play, WIRE),
        arrived,
        forget: () => sim.forget(),
        blockedWords: wire.blockedPrompt.error.message,
        rowPrompt: USAGE.input - USAGE.cached,
    };
}
