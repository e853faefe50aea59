// A world with a third provider: the simulated Gemini behind a channel of its own, beside those of OpenAI and Anthropic. What tests of
// Gemini's paths and of conversations that it answers stand on.
import { expect } from "bun:test";

import { GEMINI_KEY, type GeminiSim, startGeminiSim } from "../sim/gemini.ts";
import type { ChannelSettings, LogRow } from "./admin.ts";
import { type ChatAnswer, type ChatOptions, expectNoSecret } from "./chat_client.ts";
import { type ClaudeWorld, type MessageAnswer, startClaudeWorld } from "./claude_world.ts";
import { World, type WorldOptions } from "./world.ts";

export const GEMINI = "gemini-2.5-pro";
/** What the simulated Gemini's ordinary answer costs: 40 tokens in and 11 out, eight times as dear, at a ratio of 0.625. */
export const GEMINI_PRICE = Math.round((40 + 11 * 8) * 0.625);
export const CONTENTS = [{ role: "user", parts: [{ text: "Say hello." }] }];

export interface GenerateOptions extends ChatOptions {
    model?: string;
    /** Of the path; `generateContent` unless told. */
    action?: string;
    /** `v1beta` unless told. */
    version?: string;
    query?: string;
}

export async function postGemini(world: World, body: unknown, options: GenerateOptions = {}): Promise<GeminiAnswer> {
    const { model = GEMINI, action = "generateContent", version = "v1beta", query = "", ...rest } = options;
    const path = `/${version}/models/${model}:${action}${query === "" ? "" : `?${query}`}`;
    const response = await world.client.open(body, { path, ...rest });
    return new GeminiAnswer(response.status, response.headers, await response.text());
}

export class GeminiWorld {
    /** The same world, seen from the channel of the simulated Gemini: `costs` looks at that one. */
    readonly side: World;

    constructor(
        readonly claude: ClaudeWorld,
        readonly gemini: GeminiSim,
        readonly channelId: number,
    ) {
        const { world } = claude;
        this.side = new World(world.sim, world.gateway, world.admin, channelId, world.token);
    }

    get world(): World {
        return this.claude.world;
    }

    /** A small generateContent request; `more` adds or replaces members. */
    generate(more: Record<string, unknown> = {}, options: GenerateOptions = {}): Promise<GeminiAnswer> {
        return this.post({ contents: CONTENTS, ...more }, options);
    }

    /** The same as a stream of events. */
    stream(more: Record<string, unknown> = {}, options: GenerateOptions = {}): Promise<GeminiAnswer> {
        return this.generate(more, { action: "streamGenerateContent", query: "alt=sse", ...options });
    }

    post(body: unknown, options: GenerateOptions = {}): Promise<GeminiAnswer> {
        return postGemini(this.world, body, options);
    }

    chat(more: Record<string, unknown> = {}): Promise<ChatAnswer> {
        return this.world.client.chat({ model: GEMINI, ...more });
    }

    message(more: Record<string, unknown> = {}): Promise<MessageAnswer> {
        return this.claude.message({ model: GEMINI, ...more });
    }

    row(answer: { requestId: string }): Promise<{ row: LogRow; other: any }> {
        return this.claude.row(answer);
    }

    forget(): void {
        this.claude.forget();
        this.gemini.forget();
    }

    async close(): Promise<void> {
        try {
            await this.claude.close();
        } finally {
            await this.gemini.close();
        }
    }
}

/** An answer in Gemini's dialect, whole or as chunks. */
export class GeminiAnswer {
    readonly json: any;
    readonly chunks: any[];

    constructor(
        readonly status: number,
        readonly headers: Headers,
        readonly text: string,
    ) {
        const streamed = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
        this.chunks = streamed ? chunksOf(text) : [];
        this.json = streamed ? undefined : JSON.parse(text);
    }

    get requestId(): string {
        return this.headers.get("x-oneapi-request-id") ?? "";
    }

    get parts(): any[] {
        const answers = this.json ? [this.json] : this.chunks;
        return answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
    }

    /** What the model said, without its thoughts. */
    get said(): string {
        return this.parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join("");
    }

    get usage(): any {
        return (this.json ?? this.chunks.findLast((chunk) => chunk.usageMetadata))?.usageMetadata;
    }

    get finishReason(): string | undefined {
        const answers = this.json ? [this.json] : this.chunks;
        return answers.map((answer) => answer.candidates?.[0]?.finishReason ?? undefined).findLast((reason) => reason);
    }

    get error(): any {
        return this.json?.error ?? this.chunks.find((chunk) => chunk.error)?.error;
    }
}

/** The payloads of a stream of data lines and nothing else. */
function chunksOf(text: string): any[] {
    return text
        .split("\n\n")
        .filter((frame) => frame !== "")
        .map((frame) => {
            if (!frame.startsWith("data: ")) throw new Error(`badly framed: ${frame}`);
            return JSON.parse(frame.slice("data: ".length));
        });
}

export interface ExpectedGeminiError {
    code: number;
    status: string;
    reason?: string;
    message: string | RegExp;
}

/** Checks an error in Google's form, whole or at the end of a stream, and that it gives nothing away. */
export function expectGeminiError(answer: GeminiAnswer, expected: ExpectedGeminiError): void {
    const { error } = answer;
    expect(error, answer.text).toBeDefined();
    expect([error.code, error.status], answer.text).toEqual([expected.code, expected.status]);
    if (answer.json) expect(answer.status).toBe(expected.code);
    const suffix = ` (request id: ${answer.requestId})`;
    expect(error.message).toEndWith(suffix);
    const message = error.message.slice(0, -suffix.length);
    if (typeof expected.message === "string") expect(message).toBe(expected.message);
    else expect(message).toMatch(expected.message);
    expect(error.details).toHaveLength(1);
    expect(error.details[0]["@type"]).toBe("type.googleapis.com/google.rpc.ErrorInfo");
    if (expected.reason !== undefined) expect(error.details[0].reason).toBe(expected.reason);
    expectNoSecret(answer.text);
    expect(answer.text).not.toContain(GEMINI_KEY);
}

export async function startGeminiWorld(
    options: WorldOptions & { claude?: Partial<ChannelSettings>; gemini?: Partial<ChannelSettings> } = {},
): Promise<GeminiWorld> {
    const gemini = await startGeminiSim();
    const claude = await startClaudeWorld(options);
    const channelId = await claude.world.admin.addChannel({
        type: 24,
        name: "gemini",
        key: GEMINI_KEY,
        base_url: gemini.url,
        models: GEMINI,
        ...options.gemini,
    });
    return new GeminiWorld(claude, gemini, channelId);
}
