// Coding agents against every provider dialect: requests shaped like those of Claude Code, Codex CLI and Gemini CLI over two turns, with their
// many tools, long results, images, custom tools and the reasoning that goes back. The simulated providers refuse what the vendors would.
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { PATIENCE } from "../integration/gateway.ts";
import { CLAUDE_COUNT } from "../sim/anthropic.ts";
import * as agents from "./conformance/agent_requests.ts";
import { PNG, SIGNATURES, THOUGHT } from "./conformance/fixtures.ts";
import { callLine, type Dialect, imageLine, type Reply, resultLine, type Upstream } from "./conformance/model.ts";
import { type ConformanceWorld, startConformanceWorld, UPSTREAMS } from "./conformance/world.ts";

setDefaultTimeout(PATIENCE);

let world: ConformanceWorld;

beforeAll(async () => {
    world = await startConformanceWorld();
});

afterAll(() => world.close());

const DONE: Reply = { text: "All done.", finish: "stop" };

const PROVIDERS: [string, Dialect][] = UPSTREAMS.map(({ name, dialect }) => [name, dialect]);

function provider(dialect: Dialect): Upstream {
    return world.upstreams.find((one) => one.dialect === dialect)!;
}

/** Readies the provider for one request. */
function plays(upstream: Upstream, reply: Reply): void {
    upstream.forget();
    upstream.next(upstream.script({ reply }));
}

/** The one request that the provider got, and took. */
function got(upstream: Upstream): { body: any; arrived: ReturnType<Upstream["arrived"]> } {
    expect(upstream.refused).toEqual([]);
    expect(upstream.sim.requests).toHaveLength(1);
    const [request] = upstream.sim.requests;
    return { body: request!.json, arrived: upstream.arrived(request!.json, request!.target) };
}

/** How the provider gets back what it reasoned. */
function reasoned(dialect: Dialect): string[] {
    if (dialect === "chat") return [];
    if (dialect === "gemini") return [`assistant: signature ${SIGNATURES.gemini}`];
    return [`assistant: thought ${THOUGHT} signed ${SIGNATURES[dialect]}`];
}

/** The same for programs that cannot ask OpenAI to seal it. */
function reasonedUnsealed(dialect: Dialect): string[] {
    return dialect === "responses" ? [] : reasoned(dialect);
}

async function notCarried(requestId: string): Promise<string[]> {
    const row = (await world.rows()).get(requestId);
    return JSON.parse(row!.other).not_carried ?? [];
}

describe.each(PROVIDERS)("Claude Code to %s", (_name, dialect) => {
    const calls = [
        { id: "toolu_sim0", name: "Read", input: { file_path: "/src/main.ts" } },
        { id: "toolu_sim1", name: "Bash", input: { file_path: "none" } },
    ];

    test("works over two turns with a hundred tools, marks of the cache, thinking and a long result", async () => {
        const upstream = provider(dialect);
        const anthropic = new Anthropic({ baseURL: world.gateway.url, apiKey: world.key, authToken: null, maxRetries: 0 });
        const options = { headers: agents.CLAUDE_CODE_HEADERS };
        const ask = (turns: any[]) =>
            anthropic.beta.messages
                .stream(agents.claudeCode(upstream.models.reasoning, turns), options)
                .finalMessage();
        plays(upstream, { thought: THOUGHT, text: "I read it.", calls, finish: "calls" });
        const first = await ask([]);
        expect(got(upstream).arrived.tools).toHaveLength(agents.TOOL_NAMES.length);
        expect(first.stop_reason).toBe("tool_use");
        const uses = first.content.filter((block) => block.type === "tool_use");
        expect(uses.map(({ name, input }) => ({ name, input }))).toEqual(calls.map(({ name, input }) => ({ name, input })) as any);

        plays(upstream, DONE);
        const results = agents.claudeResults(uses.map(({ id }) => id), PNG);
        const second = await ask([{ role: "assistant", content: first.content }, results]);
        expect(second.content.at(-1)).toMatchObject({ type: "text", text: "All done." });
        const { body, arrived } = got(upstream);
        expect(JSON.stringify(body).length).toBeGreaterThan(300_000);
        expect(arrived.lines.slice(2)).toEqual([
            ...reasonedUnsealed(dialect),
            "assistant: text I read it.",
            callLine("#1", "Read", calls[0]!.input),
            callLine("#2", "Bash", calls[1]!.input),
            // Results of Chat and Gemini are text: media stand beside them.
            resultLine("#1", /chat|gemini/.test(dialect) ? `${agents.LONG_TEXT}\n[file image/png]` : agents.LONG_TEXT),
            resultLine("#2", "exit code 1: no such file", true),
            imageLine("user", "image/png", PNG),
        ]);
        expect(JSON.stringify(body).includes("cache_control")).toBe(dialect === "messages");
    });

    test("counts tokens", async () => {
        const upstream = provider(dialect);
        const anthropic = new Anthropic({ baseURL: world.gateway.url, apiKey: world.key, authToken: null, maxRetries: 0 });
        const { max_tokens: _limit, temperature: _heat, metadata: _who, ...body } = agents.claudeCode(upstream.models.reasoning, []);
        const { input_tokens: tokens } = await anthropic.beta.messages.countTokens(body, { headers: agents.CLAUDE_CODE_HEADERS });
        if (dialect === "messages") expect(tokens).toBe(CLAUDE_COUNT);
        else expect(tokens).toBeGreaterThan(10_000);
    });
});

describe.each(PROVIDERS)("Codex CLI to %s", (_name, dialect) => {
    test("works over two turns with custom tools and sealed reasoning", async () => {
        const upstream = provider(dialect);
        const openai = new OpenAI({ baseURL: `${world.gateway.url}/v1`, apiKey: world.key, maxRetries: 0 });
        const ask = async (items: any[]): Promise<OpenAI.Responses.Response> => {
            const stream = openai.responses.stream(agents.codex(upstream.models.reasoning, items), { headers: agents.CODEX_HEADERS });
            return stream.finalResponse();
        };
        plays(upstream, {
            thought: THOUGHT,
            text: "I look.",
            calls: [
                { id: "call_shell", name: "shell", input: { command: ["rg", "-n", "a \"b\""], timeout_ms: 1000 } },
                { id: "call_patch", name: "apply_patch", input: { input: agents.PATCH }, custom: true },
            ],
            finish: "calls",
        });
        const first = await ask([]);
        const items: OpenAI.Responses.ResponseOutputItem[] = first.output;
        const shell = items.find((item) => item.type === "function_call")!;
        const patch = items.find((item) => item.type === "custom_tool_call")!;
        expect(JSON.parse(shell.arguments)).toEqual({ command: ["rg", "-n", "a \"b\""], timeout_ms: 1000 });
        expect([patch.name, patch.input]).toEqual(["apply_patch", agents.PATCH]);
        expect(got(upstream).arrived.tools.map((tool) => tool.split(":")[0])).toEqual(["shell", "apply_patch", "view_image"]);

        plays(upstream, DONE);
        const second = await ask([
            ...items,
            { type: "function_call_output", call_id: shell.call_id, output: agents.LONG_TEXT },
            { type: "custom_tool_call_output", call_id: patch.call_id, output: "Done!" },
        ]);
        expect(second.output_text).toBe("All done.");
        expect(got(upstream).arrived.lines.slice(2)).toEqual([
            ...reasoned(dialect),
            "assistant: text I look.",
            callLine("#1", "shell", JSON.parse(shell.arguments)),
            callLine("#2", "apply_patch", { input: agents.PATCH }),
            resultLine("#1", agents.LONG_TEXT),
            resultLine("#2", "Done!"),
        ]);
    });
});

describe.each(PROVIDERS)("Gemini CLI to %s", (_name, dialect) => {
    async function post(action: string, body: object): Promise<Response> {
        const model = provider(dialect).models.reasoning;
        return fetch(`${world.gateway.url}/v1beta/models/${model}:${action}`, {
            method: "POST",
            headers: {
                "content-type": "application/json",
                "x-goog-api-key": world.key,
                "user-agent": `GeminiCLI/0.9.0/${model} (linux; x64)`,
            },
            body: JSON.stringify(body),
        });
    }

    async function parts(contents: any[]): Promise<any[]> {
        const response = await post("streamGenerateContent?alt=sse", agents.geminiCli(contents));
        const text = await response.text();
        expect(response.status, text).toBe(200);
        const events = text.split(/\r?\n\r?\n/).filter((frame) => frame.startsWith("data: "));
        const all = events.flatMap((frame) => JSON.parse(frame.slice(6)).candidates?.[0]?.content?.parts ?? []);
        return all.reduce(joined, []);
    }

    /** The program keeps neighbouring texts as one. */
    function joined(parts: any[], part: any): any[] {
        const last = parts.at(-1);
        const plain = (one: any) => one?.text !== undefined && !one.thought && !one.thoughtSignature;
        if (!plain(last) || !plain(part)) return [...parts, part];
        return [...parts.slice(0, -1), { text: last.text + part.text }];
    }

    test("works over two turns with signed calls and a long result", async () => {
        const upstream = provider(dialect);
        const input = { file_path: "/src/main.ts" };
        plays(upstream, { thought: THOUGHT, text: "I read it.", calls: [{ id: "call_1", name: "Read", input }], finish: "calls" });
        const first = await parts([]);
        const { functionCall: call } = first.find((part) => part.functionCall);
        expect([call.name, call.args]).toEqual(["Read", input]);
        expect(got(upstream).arrived.tools).toHaveLength(40);

        plays(upstream, DONE);
        const result = { ...(call.id && { id: call.id }), name: "Read", response: { output: agents.LONG_TEXT } };
        const second = await parts([
            { role: "model", parts: first },
            { role: "user", parts: [{ functionResponse: result }] },
        ]);
        expect(second.map((part) => part.text ?? "").join("")).toBe("All done.");
        expect(got(upstream).arrived.lines.slice(3)).toEqual([
            ...reasonedUnsealed(dialect),
            "assistant: text I read it.",
            callLine("#1", "Read", input),
            resultLine("#1", JSON.stringify({ output: agents.LONG_TEXT })),
        ]);
    });

    test("counts tokens", async () => {
        const { contents } = agents.geminiCli([]);
        const response = await post("countTokens", { contents });
        expect(response.status).toBe(200);
        expect((await response.json() as any).totalTokens).toBeGreaterThan(5);
    });
});

test("what a turn of Claude Code loses on the way to another dialect is in the log row", async () => {
    const upstream = provider("chat");
    plays(upstream, DONE);
    const anthropic = new Anthropic({ baseURL: world.gateway.url, apiKey: world.key, authToken: null, maxRetries: 0 });
    const request = anthropic.beta.messages.create({ ...agents.claudeCode(upstream.models.reasoning, []), max_tokens: 16_000 });
    const { response } = await request.withResponse();
    expect(await notCarried(response.headers.get("x-oneapi-request-id")!)).toEqual(["metadata"]);
});
