// A client of the relayed endpoints that hides nothing: status, headers, text, events as they came. With the one check that
// every failure must stand: a clean error in OpenAI's shape that names the request and nothing it must not name.
import { expect } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import { readAnswer, type Answer } from "./admin.ts";

export interface ChatOptions {
    path?: string;
    method?: string;
    headers?: Record<string, string>;
    signal?: AbortSignal;
}

export const MESSAGES = [{ role: "user", content: "Say hello." }];

/** An answer, with what its event stream holds if it is one. */
export class ChatAnswer {
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
    readonly json: any;
    /** The payloads of the events, "[DONE]" included. */
    readonly payloads: string[];

    constructor(answer: Answer) {
        ({ status: this.status, headers: this.headers, text: this.text, json: this.json } = answer);
        this.payloads = this.streamed ? payloadsOf(answer.text) : [];
    }

    get streamed(): boolean {
        return this.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    }

    get requestId(): string {
        return this.headers.get("x-oneapi-request-id") ?? "";
    }

    /** The parsed events without the end marker. */
    get events(): any[] {
        return this.payloads.filter((payload) => payload !== "[DONE]").map((payload) => JSON.parse(payload));
    }

    /** What the model said. */
    get content(): string {
        if (!this.streamed) return this.json.choices[0].message.content;
        return this.events.map((event) => event.choices?.[0]?.delta?.content ?? "").join("");
    }

    /** The usage that the client was told. */
    get usage(): any {
        return this.streamed ? this.events.findLast((event) => event.usage)?.usage : this.json.usage;
    }

    /** The error object, from the body or from the event that ended the stream. */
    get error(): { message: string; type: string; param: unknown; code: unknown } | undefined {
        return this.streamed ? this.events.find((event) => event.error)?.error : this.json?.error;
    }
}

/** Payloads of an event stream, which must be framed as the gateway promises: data lines and comments only. */
export function payloadsOf(text: string): string[] {
    if (text === "") return [];
    expect(text.endsWith("\n\n")).toBe(true);
    const payloads: string[] = [];
    for (const frame of text.slice(0, -2).split("\n\n")) {
        const lines = frame.split("\n").filter((line) => !line.startsWith(":"));
        if (lines.length === 0) continue;
        for (const line of lines) expect(line).toStartWith("data: ");
        payloads.push(lines.map((line) => line.slice(6)).join("\n"));
    }
    return payloads;
}

export class ChatClient {
    constructor(
        readonly base: string,
        readonly key: string,
    ) {}

    /** Text and bytes go out as they are, everything else as JSON. */
    open(body: unknown, options: ChatOptions = {}): Promise<Response> {
        const bare = typeof body === "string" || body instanceof Uint8Array;
        return fetch(this.base + (options.path ?? "/v1/chat/completions"), {
            method: options.method ?? "POST",
            headers: {
                "Content-Type": "application/json",
                Authorization: `Bearer ${this.key}`,
                ...options.headers,
            },
            body: bare ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
            ...(options.signal ? { signal: options.signal } : {}),
        });
    }

    async send(body: unknown, options: ChatOptions = {}): Promise<ChatAnswer> {
        return new ChatAnswer(await readAnswer(await this.open(body, options)));
    }

    /** A small chat request; `more` adds or replaces members. */
    chat(more: Record<string, unknown> = {}, options: ChatOptions = {}): Promise<ChatAnswer> {
        return this.send({ model: "gpt-4o", messages: MESSAGES, ...more }, options);
    }
}

export interface ExpectedError {
    status: number | number[];
    code?: string | number | null | (string | null)[];
    type?: string;
    message?: string | RegExp;
}

/** Checks an error answer in full, and that it gives nothing away. */
export function expectError(answer: ChatAnswer, expected: ExpectedError): void {
    const shown = `${answer.status} ${answer.text.slice(0, 500)}`;
    expect([expected.status].flat(), shown).toContain(answer.status);
    expect(answer.headers.get("content-type"), shown).toStartWith("application/json");
    expectErrorObject(answer, expected);
}

/** Checks the error object of an answer or of the stream that it ended. */
export function expectErrorObject(answer: ChatAnswer, expected: Omit<ExpectedError, "status">): void {
    const { error } = answer;
    const shown = `${answer.status} ${answer.text.slice(0, 500)}`;
    expect(error, shown).toBeDefined();
    expect(Object.keys(error!).sort(), shown).toEqual(["code", "message", "param", "type"]);
    expect(answer.requestId).toMatch(/^\d{14}\w{17,45}$/);
    const suffix = ` (request id: ${answer.requestId})`;
    expect(error!.message).toEndWith(suffix);
    expect(error!.message.split("(request id:")).toHaveLength(2);
    const message = error!.message.slice(0, -suffix.length);
    if (typeof expected.message === "string") expect(message).toBe(expected.message);
    if (expected.message instanceof RegExp) expect(message).toMatch(expected.message);
    if (expected.code !== undefined)
        expect([expected.code].flat(), shown).toContain(error!.code as string | number | null);
    if (expected.type !== undefined) expect(error!.type).toBe(expected.type);
    expectNoSecret(answer.text);
}

/** The provider's key, its address and the names of our own parts are nobody's business. */
export function expectNoSecret(text: string): void {
    expect(text).not.toContain(SIM_KEY);
    const said = text.replaceAll(/\b\d{20,}[0-9A-Za-z]+\b/g, "");    // ids of requests end in random letters, which may be any word
    expect(said).not.toMatch(/127\.0\.0\.1|\[::1\]|localhost/);
    expect(said).not.toMatch(/\bstd::|\.cpp\b|boost|simdjson|0x[0-9a-f]{6,}|asio/i);
}
