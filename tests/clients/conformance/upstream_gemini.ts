// Google's Gemini as a provider of the conformance matrix: how it tells a reply, and how a request that it got reads.
import type { Exchange } from "../../sim/exchange.ts";
import type { GeminiSim } from "../../sim/gemini.ts";
import * as wire from "../../sim/gemini_objects.ts";
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

const MODEL = "gemini-2.5-flash";
const BLOCK_REASON = "PROHIBITED_CONTENT";
const FINISH = { stop: "STOP", limit: "MAX_TOKENS", calls: "STOP", refusal: "SAFETY" };

/** The first call is signed, when the model has thought. */
function replyOf(_exchange: Exchange, reply: Reply): wire.Reply {
    const parts: wire.Part[] = [];
    if (reply.thought) parts.push({ text: reply.thought, thought: true });
    if (reply.text !== "") parts.push({ text: reply.text });
    reply.calls?.forEach(({ name, input }, index) =>
        parts.push({
            functionCall: { name, args: input },
            ...(reply.thought && index === 0 ? { thoughtSignature: SIGNATURES.gemini } : {}),
        }),
    );
    return {
        id: "sim-000001",
        model: MODEL,
        parts,
        finishReason: FINISH[reply.finish],
        usage: wire.usage(USAGE.input, USAGE.output, { cached: USAGE.cached }),
    };
}

async function blocked(exchange: Exchange): Promise<void> {
    const told = wire.blocked(BLOCK_REASON, USAGE.input);
    if (!WIRE.streamed(exchange)) return exchange.json(200, told);
    await exchange.openStream();
    await exchange.piece(wire.framed(told));
    await exchange.end();
}

const WIRE: Wire = {
    streamed: (exchange) => exchange.request.target.includes(":streamGenerateContent"),
    whole: (exchange, reply) => wire.answer(replyOf(exchange, reply)),
    events: (exchange, reply) => wire.chunks(replyOf(exchange, reply)).map(wire.framed),
    error: (code, message) => wire.errorBody({ code, message, status: "RESOURCE_EXHAUSTED" }),
    blocked: (exchange) => blocked(exchange),
    errorEvent: (message) => wire.framed(wire.errorBody({ code: 503, message, status: "UNAVAILABLE" })),
};

/** Calls and results meet by name and order here: the reader numbers both. */
class Reader {
    readonly #calls = new Map<string, number>();
    readonly #results = new Map<string, number>();

    #number(of: Map<string, number>, name: string): string {
        const next = (of.get(name) ?? 0) + 1;
        of.set(name, next);
        return `${name}/${next}`;
    }

    /** Lines of a part, and where they stand among those of their turn: results, what is said, what is called. */
    part(role: string, part: any): { place: number; lines: string[] } {
        const { functionCall: call, functionResponse: result, inlineData, fileData } = part;
        const media = inlineData ?? fileData;
        if (call) {
            const line = callLine(this.#number(this.#calls, call.name), call.name, call.args ?? {});
            return { place: 2, lines: [line] };
        }
        if (result) {
            const id = this.#number(this.#results, result.name);
            return { place: 0, lines: [resultLine(id, JSON.stringify(result.response))] };
        }
        if (media) {
            const pdf = media.mimeType === "application/pdf";
            const line = pdf
                ? pdfLine(role, media.data ?? media.fileUri)
                : imageLine(role, fileData ? "url" : media.mimeType, media.data ?? media.fileUri);
            return { place: 1, lines: [line] };
        }
        // What a model has thought need not come back, its signature must.
        return { place: 1, lines: part.thought || part.text === "" ? [] : [`${role}: text ${part.text}`] };
    }

    content(content: any): string[] {
        const role = content.role === "model" ? "assistant" : "user";
        const signatures = content.parts
            .filter((part: any) => part.thoughtSignature === SIGNATURES.gemini)
            .map((part: any) => `assistant: signature ${part.thoughtSignature}`);
        const read = content.parts.map((part: any) => this.part(role, part));
        const placed = [0, 1, 2].flatMap((place) => read.filter((one: any) => one.place === place));
        return [...signatures, ...placed.flatMap((one: any) => one.lines)];
    }
}

/** Types in lower case: the dialect takes both. */
function lower(schema: any): any {
    if (Array.isArray(schema)) return schema.map(lower);
    if (typeof schema !== "object" || schema === null) return schema;
    const entries = Object.entries(schema).map(([key, value]) => [
        key,
        key === "type" && typeof value === "string" ? value.toLowerCase() : lower(value),
    ]);
    return Object.fromEntries(entries);
}

function choiceOf(config: any): string {
    if (config?.allowedFunctionNames) return config.allowedFunctionNames.join();
    return { ANY: "required", NONE: "none" }[config?.mode as string] ?? "auto";
}

function arrived(body: any, target: string): Arrived {
    const config = body.generationConfig ?? {};
    const reader = new Reader();
    const declared = (body.tools ?? []).flatMap((tool: any) => tool.functionDeclarations ?? []);
    const schema = config.responseJsonSchema ?? config.responseSchema;
    return {
        system: (body.systemInstruction?.parts ?? []).map((part: any) => part.text).join("\n"),
        lines: canonicalLines(body.contents.flatMap((content: any) => reader.content(content))),
        tools: declared.map((tool: any) =>
            toolLine(tool.name, tool.description, lower(tool.parameters ?? tool.parametersJsonSchema)),
        ),
        choice: choiceOf(body.toolConfig?.functionCallingConfig),
        reasoning: config.thinkingConfig !== undefined,
        schema: schema ? canonicalJson(lower(schema)) : "",
        stop: config.stopSequences ?? [],
        limit: config.maxOutputTokens,
        stream: target.includes(":streamGenerateContent"),
    };
}

export function geminiUpstream(sim: GeminiSim): Upstream {
    return {
        name: "Gemini",
        dialect: "gemini",
        sim,
        refused: sim.refused,
        models: { plain: MODEL, reasoning: MODEL },
        next: (script) => sim.next(script),
        script: (play) => scriptOf(play, WIRE),
        arrived,
        forget: () => sim.forget(),
        blockedWords: `request blocked by Gemini API: ${BLOCK_REASON}`,
        rowPrompt: USAGE.input,
    };
}
