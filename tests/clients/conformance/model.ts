// The words of the conformance matrix: what a program asks, what a provider plays, what arrived there and what the program's package gave
// back, each in a form that no dialect owns. Drivers of clients (client_*.ts) and of providers (upstream_*.ts) translate to and from it.
import type { Script } from "../../sim/exchange.ts";
import type { HttpServer } from "../../sim/server.ts";

export const DIALECTS = ["chat", "responses", "messages", "gemini"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** As the log rows call them (spec 06 section 1). */
export const SHOWN: Record<Dialect, string> = {
    chat: "OpenAI Compatible",
    responses: "OpenAI Responses",
    messages: "Claude Messages",
    gemini: "Google Gemini",
};

export type Mode = "full" | "stream";

export interface Call {
    id: string;
    name: string;
    input: Record<string, unknown>;
    /** Of a custom tool, where the dialect has those: `input.input` is its text then. */
    custom?: true;
}

export interface Result {
    id: string;
    name: string;
    output: string;
    failed?: boolean;
}

/** With a URL it is named by that, and not sent. */
export type Piece = { text: string } | { image: string; url?: string } | { pdf: string; name: string; url?: string };

export type Turn =
    | { user: Piece[] }
    | { said: string; calls?: Call[] }
    /** An answer that the package gave, handed back as the package wants it. */
    | { again: Answer }
    | { results: Result[] };

export interface Tool {
    name: string;
    description: string;
    schema: Record<string, unknown>;
}

export type Choice = "auto" | "none" | "required" | { tool: string };

export interface Ask {
    model: string;
    mode: Mode;
    system?: string;
    turns: Turn[];
    tools?: Tool[];
    choice?: Choice;
    reasoning?: boolean;
    schema?: Record<string, unknown>;
    stop?: string[];
    limit?: number;
}

/** How an answer ended; stop sequences end it naturally for most dialects. */
export type Finish = "stop" | "limit" | "calls" | "refusal";

export interface Usage {
    /** Tokens of the prompt, what was cached among them. */
    input: number;
    cached: number;
    output: number;
}

export interface Answer {
    text: string;
    /** Words of a refusal, where the dialect tells them apart. */
    refusal: string;
    thought: string;
    calls: Call[];
    finish: Finish | string;
    usage: Usage;
    /** As the package holds it, for `again`. */
    native: unknown;
}

/** An error as the package threw it. */
export interface Problem {
    /** Of the package's error class. */
    kind: string;
    status: number | undefined;
    message: string;
    /** What had been streamed before. */
    delivered: string;
}

export interface Reply {
    thought?: string;
    text: string;
    refusal?: string;
    calls?: Call[];
    finish: Finish;
}

/** What the simulated provider does with a request. */
export type Play =
    | { reply: Reply }
    /** Streams, and goes on behind each event when that promise says so. */
    | { paced: Reply; behind: (event: string) => Promise<void> }
    /** Refuses with the vendor's own error body. */
    | { fails: number; message: string }
    /** Breaks off when it has told the text: within a stream, or within the body. */
    | { breaks: Reply }
    /** Tells of an error in its own words: by an event within a stream, or instead of an answer under status 200. */
    | { complains: Reply; message: string }
    /** Does not take the prompt for what is in it. */
    | { blocks: true }
    /** Ends in order without having produced anything. */
    | { silent: true };

/** What reached the provider, in order and in one form for all dialects. */
export interface Arrived {
    system: string;
    /** One line for each part: `user: text …`, `assistant: call #1 …`, `result: #1 …`. */
    lines: string[];
    tools: string[];
    choice: string;
    reasoning: boolean;
    schema: string;
    stop: string[];
    limit: number | undefined;
    stream: boolean;
}

export interface Named {
    /** In the report. */
    name: string;
    dialect: Dialect;
}

export interface Talking {
    /** Throws what the package throws; `heard` gets each piece of streamed text. */
    ask(ask: Ask, heard: (text: string) => void): Promise<Answer>;
    problem(error: unknown): { status: number | undefined; message: string };
}

export type Client = Named & Talking;

/** A package that talks to the gateway at an address, with a key, through a `fetch` that somebody listens to. */
export type Connect = (url: string, key: string, fetch: typeof globalThis.fetch) => Talking;

export interface Upstream extends Named {
    sim: HttpServer;
    /** Refusals of the simulator's checks. */
    refused: unknown[];
    models: { plain: string; reasoning: string };
    next(script: Script): void;
    script(play: Play): Script;
    /** Reads the body of a request. `target` is its path with the query. */
    arrived(body: any, target: string): Arrived;
    forget(): void;
    /** What a program is told of a prompt that is blocked. */
    blockedWords: string;
    /** Tokens of the prompt in the log row: Anthropic's do not count what was cached. */
    rowPrompt: number;
}

/** What every simulated provider reports of every answer. */
export const USAGE: Usage = { input: 38, cached: 8, output: 12 };

export const ERROR_MARK = "[error] ";

/** How a result of a tool reads, whatever form a dialect gives to it. */
export function resultLine(id: string, text: string, failed = false): string {
    if (failed) return `result: ${id} failed ${text}`;
    if (text.startsWith(ERROR_MARK)) return resultLine(id, text.slice(ERROR_MARK.length), true);
    try {
        const value = JSON.parse(text);
        // The `ai` package names the function within what it gave.
        const members = Object.keys(value ?? {}).filter((key) => key !== "name");
        if (members.join() === "error" && typeof value.error === "string") return resultLine(id, value.error, true);
        if (members.join() !== "content") return `result: ${id} ${canonicalJson(value)}`;
        return resultLine(id, typeof value.content === "string" ? value.content : JSON.stringify(value.content));
    } catch {
        return `result: ${id} ${text}`;
    }
}

export function callLine(id: string, name: string, input: unknown): string {
    return `assistant: call ${id} ${name} ${canonicalJson(input)}`;
}

export function imageLine(role: string, mime: string, base64: string): string {
    return `${role}: image ${mime} ${base64}`;
}

export function pdfLine(role: string, base64: string): string {
    return `${role}: pdf ${base64}`;
}

/** JSON with sorted keys: an order of members says nothing. */
export function canonicalJson(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join()}}`;
}

export function toolLine(name: string, description: string, schema: unknown): string {
    return `${name}: ${description} ${canonicalJson(schema)}`;
}

/** Ids become ordinals, and calls of one turn stand before their results: dialects differ in both. */
export function canonicalLines(lines: string[]): string[] {
    const ordinals = new Map<string, string>();
    const kindOf = (line: string) => /^(assistant: call|result:) (\S+)/.exec(line);
    const renamed = lines.map((line) => {
        const match = kindOf(line);
        if (!match) return line;
        const [head, kind, id] = match as unknown as [string, string, string];
        if (kind !== "result:") ordinals.set(id, `#${ordinals.size + 1}`);
        return `${kind} ${ordinals.get(id) ?? "orphan"}${line.slice(head.length)}`;
    });
    const sorted: string[] = [];
    let results: string[] = [];
    for (const line of renamed) {
        if (line.startsWith("result:")) {
            results.push(line);
            continue;
        }
        if (!line.startsWith("assistant: call")) sorted.push(...results.splice(0));
        sorted.push(line);
    }
    return [...sorted, ...results];
}

/** A result written to a dialect that has no word for a failure. */
export function markedOutput(result: Result): string {
    return result.failed ? `${ERROR_MARK}${result.output}` : result.output;
}

export function dataUrl(mime: string, base64: string): string {
    return `data:${mime};base64,${base64}`;
}

/** The two halves of a data URL; of any other its own text. */
export function splitDataUrl(url: string): { mime: string; base64: string } {
    const match = /^data:([^;,]+);base64,(.*)$/.exec(url);
    return match ? { mime: match[1]!, base64: match[2]! } : { mime: "url", base64: url };
}
