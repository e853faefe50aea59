// What goes on around a translated conversation: tests of channels, pings, providers that fall silent, words that may not be sent (spec 03
// section 4.3; 04 sections 12, 19.3).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_COUNT, CLAUDE_KEY } from "../sim/anthropic.ts";
import * as wire from "../sim/anthropic_objects.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY } from "../sim/openai.ts";
import { SIM_COUNT } from "../sim/openai_routes.ts";
import { Gate, within } from "../sim/waiting.ts";
import { expectError, MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE, type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE, SANITIZED } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld({ env: { STREAMING_TIMEOUT: SANITIZED ? "3" : "1" } });
    await it.world.admin.setOption("general_setting.ping_interval_seconds", 1);
});

beforeEach(() => it.forget());

afterAll(() => it.close());

describe("the test of a channel of Anthropic's", () => {
    const run = (query = "") => it.world.admin.call("GET", `/api/channel/test/${it.channelId}?${query}`);

    test("asks for a message, whole and streamed, and tells what it would cost", async () => {
        for (const stream of [false, true]) {
            const answer = await run(`stream=${stream}`);
            expect(answer.json, answer.text).toEqual({ success: true, message: "", time: expect.any(Number) });
            expect(it.claude.requests.at(-1)!.json).toEqual({
                model: CLAUDE,
                max_tokens: 16,
                messages: [{ role: "user", content: "hi" }],
                ...(stream ? { stream } : {}),
            });
            const [row] = await it.world.admin.logs({ type: 2 });
            expect([row!.quota, row!.model_name, row!.is_stream]).toEqual([CLAUDE_PRICE, CLAUDE, stream]);
        }
    });

    test("tells of errors, in answers and in streams too", async () => {
        const error = wire.errorBody({ type: "overloaded_error", message: "busy" });
        it.claude.next((exchange) => exchange.json(529, error));
        expect((await run()).json.message).toMatch(/bad response status code 529, message: busy/);
        it.claude.next((exchange) => exchange.json(200, error));
        expect((await run()).json.message).toMatch(/upstream error: busy/);
        it.claude.next(
            it.claude.streamThen(2, async (exchange) => {
                await exchange.piece(wire.framed(error as wire.Event));
                await exchange.end();
            }),
        );
        const answer = await run("stream=true");
        expect([answer.json.success, answer.json.message]).toEqual([false, expect.stringMatching(/busy/)]);
        expect(answer.text).not.toContain(CLAUDE_KEY);
    });
});

test("pings go to the client while the provider is silent, between whole events", async () => {
    const { admin, client } = it.world;
    await admin.setOption("general_setting.ping_interval_enabled", true);
    for (const [body, path, sim] of [
        [{ model: CLAUDE, messages: MESSAGES, stream: true }, "/v1/chat/completions", it.claude],
        [{ model: "gpt-4o", max_tokens: 9, messages: MESSAGES, stream: true }, "/v1/messages", it.world.sim],
    ] as const) {
        const gate = new Gate();
        sim.next(async (exchange) => {
            await Promise.race([gate.opened, exchange.gone]);
            await (sim === it.claude ? it.claude.answer(exchange) : it.world.sim.answerChat(exchange));
        });
        const response = await client.open(body, { path });
        const reader = response.body!.getReader();
        const first = await within(reader.read(), "a ping");
        expect(Buffer.from(first.value!).toString()).toStartWith(": PING\n\n");
        gate.open();
        let text = "";
        for (let part = await reader.read(); !part.done; part = await reader.read())
            text += Buffer.from(part.value).toString();
        expect(text).toMatch(/data: \[DONE\]\n\n$|"type":"message_stop"\}\n\n$/);
    }
    await admin.setOption("general_setting.ping_interval_enabled", false);
});

describe("a provider that falls silent", () => {
    test("in the middle ends the stream with an error, and what came is paid", async () => {
        it.claude.next(it.claude.streamThen(6, (exchange) => exchange.gone));
        const chat = await it.chat({ stream: true });
        expect([chat.content, chat.error?.code]).toEqual(["Greetings from the ", "upstream_stream_interrupted"]);
        expect((await it.row(chat)).other.stream_status.end_reason).toBe("timeout");
        it.world.sim.next(faults.streamThen(it.world.sim, 3, (exchange) => exchange.gone));
        const message = await it.message({ model: "gpt-4o", stream: true });
        expect([message.said, message.types.at(-1)]).toEqual(["Hello from ", "error"]);
        expect((await it.row(message)).other.stream_status.end_reason).toBe("timeout");
    });

    test("behind the finish reason has said all", async () => {
        it.claude.next(async (exchange) => {
            await exchange.openStream();
            for (const event of wire.events(it.claude.reply(exchange)).slice(0, -1))
                await exchange.piece(wire.framed(event));
            await exchange.gone;
        });
        await it.side.costs(CLAUDE_PRICE, async () => {
            const answer = await it.chat({ stream: true });
            expect([answer.error, answer.payloads.at(-1)]).toEqual([undefined, "[DONE]"]);
        });
    });
});

test("words that may not be sent are found in the system and in tools", async () => {
    const hit = "this is test_sensitive";
    for (const more of [
        { system: hit },
        { system: [{ type: "text", text: hit }] },
        { tools: [{ name: "f", description: hit, input_schema: { type: "object" } }] },
    ]) {
        const answer = await it.message(more);
        expect([answer.status, answer.json.type], answer.text).toEqual([400, "error"]);
        expect(answer.error?.message).toStartWith("sensitive_words_detected");
    }
    expect((await it.message({ metadata: { user_id: "u" } })).status).toBe(200);
});

test("keys of providers go to their own alone", async () => {
    await it.chat();
    await it.message({ model: "gpt-4o" });
    expect(it.claude.requests[0]!.raw.toString()).not.toContain(SIM_KEY);
    expect(it.world.sim.requests[0]!.raw.toString()).not.toContain(CLAUDE_KEY);
});

describe("the count of tokens", () => {
    const path = "/v1/messages/count_tokens";

    test("is the provider's own where it speaks that dialect", async () => {
        await it.side.costsNothing(async () => {
            const answer = await it.message({ max_tokens: undefined, service_tier: "auto" }, { path });
            expect([answer.status, answer.json]).toEqual([200, { input_tokens: CLAUDE_COUNT }]);
        });
        const request = it.claude.requests[0]!;
        expect([request.target, request.json]).toEqual([path, { model: CLAUDE, messages: MESSAGES }]);
        expect(request.header("anthropic-version")).toBe("2023-06-01");
    });

    test("is the gateway's where nobody can be asked", async () => {
        await it.side.costsNothing(async () => {
            const words = (count: number) => [{ role: "user", content: "hello ".repeat(count) }];
            const counts: number[] = [];
            for (const messages of [words(1), words(100), words(10_000)]) {
                const answer = await it.message({ model: "gpt-4o", max_tokens: undefined, messages }, { path });
                expect(answer.status, answer.text).toBe(200);
                counts.push(answer.json.input_tokens);
            }
            expect(counts[0]!).toBeWithin(1, 10);
            expect(counts[1]! - counts[0]!).toBeWithin(90, 110);
            expect(counts[2]! - counts[1]!).toBeWithin(9_800, 10_000);
        });
        expect(it.world.sim.requests).toHaveLength(0);
    });

    test("refuses what /v1/messages refuses", async () => {
        const empty = await it.message({ messages: [] }, { path });
        expect([empty.status, empty.json.type]).toEqual([400, "error"]);
        expect((await it.message({}, { path, headers: { "x-api-key": "sk-no" } })).status).toBe(401);
        expect((await it.message({ model: "claude-none" }, { path })).status).toBe(503);
    });
});

describe("the count of tokens of a Responses request", () => {
    const path = "/v1/responses/input_tokens";
    const count = (more: Record<string, unknown>) => it.world.client.send({ model: "gpt-4o", input: "hi", ...more }, { path });

    test("is the provider's own where it tells", async () => {
        await it.world.costsNothing(async () => {
            const answer = await count({ store: true, stream: false, temperature: 1, max_output_tokens: 20 });
            expect([answer.status, answer.json], answer.text).toEqual([
                200,
                { object: "response.input_tokens", input_tokens: SIM_COUNT },
            ]);
        });
        expect(it.world.sim.requests[0]!.json).toEqual({ model: "gpt-4o", input: "hi" });
    });

    test("is the gateway's where it does not, and where nobody can be asked", async () => {
        it.world.sim.next((exchange) => exchange.json(404, { error: { message: "no such path" } }));
        await it.side.costsNothing(async () => {
            for (const model of ["gpt-4o", CLAUDE]) {
                const few = (await count({ model })).json.input_tokens;
                it.world.sim.next((exchange) => exchange.json(404, {}));
                const many = (await count({ model, input: "hello ".repeat(100) })).json.input_tokens;
                expect(few).toBeWithin(1, 12);
                expect(many - few).toBeWithin(85, 160);
            }
        });
        expect(it.claude.requests).toHaveLength(0);
    });

    test("refuses what /v1/responses refuses", async () => {
        expectError(await count({ input: undefined }), { status: 400 });
        expectError(await it.world.client.send({ model: "gpt-4o", input: "hi" }, { path, headers: { authorization: "Bearer sk-no" } }), { status: 401 });
    });
});
