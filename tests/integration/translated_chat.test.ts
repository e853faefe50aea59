// Chats that Anthropic answers, whole and streamed: what arrives, what comes back, the bill, the log row, and every way in which such an
// exchange fails (spec 05 sections 7, 9; 06).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_KEY, CLAUDE_TEXT, CLAUDE_THOUGHT } from "../sim/anthropic.ts";
import * as wire from "../sim/anthropic_objects.ts";
import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT } from "../sim/openai.ts";
import { Gate, within } from "../sim/waiting.ts";
import { expectError, expectErrorObject, MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE, type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const TOOL = { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } };

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld();
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return it.claude.requests.at(-1)!.json;
}

describe("a chat that Anthropic answers", () => {
    test("is asked in its dialect and told in Chat's", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            const answer = await it.chat({
                messages: [{ role: "system", content: "Be brief." }, ...MESSAGES],
                max_tokens: 50,
                stop: "\nX",
                seed: 7,
                user: "u",
            });
            expect(answer.status, answer.text).toBe(200);
            expect(answer.headers.get("content-type")).toBe("application/json");
            expect(answer.headers.get("request-id")).toStartWith("req_011Sim");
            expect(answer.json).toMatchObject({
                id: expect.stringMatching(/^msg_sim/),
                object: "chat.completion",
                model: CLAUDE,
                choices: [{ index: 0, message: { role: "assistant", content: CLAUDE_TEXT }, finish_reason: "stop" }],
                usage: { prompt_tokens: 30, completion_tokens: 9, total_tokens: 39 },
            });
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens, row.model_name]).toEqual([30, 9, CLAUDE]);
            expect(other).toMatchObject({
                request_conversion: ["OpenAI Compatible", "Claude Messages"],
                request_path: "/v1/chat/completions",
                claude: true,
                usage_semantic: "anthropic",
            });
            expect(other.not_carried).toContain("seed");
        });
        expect(arrived()).toEqual({
            model: CLAUDE,
            max_tokens: 50,
            system: [{ type: "text", text: "Be brief." }],
            messages: MESSAGES,
            stop_sequences: ["\nX"],
        });
        expect(it.claude.requests[0]!.target).toBe("/v1/messages");
        expect(it.claude.requests[0]!.header("anthropic-version")).toBe("2023-06-01");
    });

    test("costs what was cached, and shows it in the prompt", async () => {
        it.claude.usage = wire.usage(30, 9, { read: 1000, write5m: 200, write1h: 100 });
        const price = Math.round((30 + 1000 * 0.1 + 200 * 1.25 + 100 * 2 + 9 * 5) * 1.5);
        for (const stream of [false, true]) {
            await it.side.costs(price, async () => {
                const answer = await it.chat({ stream });
                expect(answer.usage).toMatchObject({
                    prompt_tokens: 1330,
                    completion_tokens: 9,
                    total_tokens: 1339,
                    prompt_tokens_details: { cached_tokens: 1000, cached_creation_tokens: 300 },
                });
                const { row } = await it.row(answer);
                expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
            });
        }
    });

    test("streams event by event", async () => {
        const gate = new Gate();
        it.claude.next(async (exchange) => {
            await exchange.openStream();
            for (const [index, event] of wire.events(it.claude.reply(exchange)).entries()) {
                if (index === 4) await Promise.race([gate.opened, exchange.gone]);
                await exchange.piece(wire.framed(event));
            }
            await exchange.end();
        });
        await it.side.costs(CLAUDE_PRICE, async () => {
            const response = await it.world.client.open({ model: CLAUDE, messages: MESSAGES, stream: true });
            const reader = response.body!.getReader();
            let text = "";
            while (!text.includes('"Greetings "')) {
                const { value, done } = await within(reader.read(), "the first word");
                if (done) throw new Error("the stream has ended");
                text += Buffer.from(value).toString();
            }
            gate.open();
            for (let part = await reader.read(); !part.done; part = await reader.read())
                text += Buffer.from(part.value).toString();
            expect(text).toEndWith("data: [DONE]\n\n");
        });
    });

    test("ends with a reason, usage and the marker", async () => {
        const answer = await it.chat({ stream: true });
        expect(answer.content).toBe(CLAUDE_TEXT);
        expect(answer.payloads.at(-1)).toBe("[DONE]");
        const [finish, usage] = answer.events.slice(-2);
        expect(finish.choices[0].finish_reason).toBe("stop");
        expect([usage.choices, usage.usage.prompt_tokens]).toEqual([[], 30]);
        expect(new Set(answer.events.map((event) => event.id)).size).toBe(1);
        const { other } = await it.row(answer);
        expect(other.stream_status).toEqual({ status: "ok", end_reason: "done" });
        const without = await it.chat({ stream: true, stream_options: { include_usage: false } });
        expect(without.usage).toBeUndefined();
    });

    /** A provider that tells a reason at the end, but never what the reply cost. */
    const untold = (said: boolean): Script => async (exchange) => {
        await exchange.openStream();
        for (const event of wire.events(it.claude.reply(exchange))) {
            const { usage: _, ...rest } = event as wire.Event & { usage?: unknown };
            if (said || !event.type.startsWith("content_block")) await exchange.piece(wire.framed(rest));
        }
        await exchange.end();
    };

    test("is counted here when the figure at its beginning is the only one", async () => {
        it.claude.next(untold(true));
        const answer = await it.chat({ stream: true });
        expect(answer.content).toBe(CLAUDE_TEXT);
        const { row } = await it.row(answer);
        expect(row.prompt_tokens).toBe(30);
        expect(row.completion_tokens).toBeGreaterThan(1);
    });

    test("without output costs nothing, whatever its beginning says", async () => {
        await it.side.costsNothing(async () => {
            it.claude.next(untold(false));
            const answer = await it.chat({ stream: true });
            expect(answer.text).toContain("no completion output");
        });
    });

    test("carries thinking, tools and their results", async () => {
        const tools = [{ type: "function", function: TOOL }];
        const first = await it.chat({ tools, reasoning_effort: "high", max_tokens: 9000 });
        expect(arrived()).toMatchObject({ thinking: { type: "enabled", budget_tokens: 4096 }, temperature: 1 });
        const { message, finish_reason } = first.json.choices[0];
        expect([message.content, message.reasoning_content, finish_reason]).toEqual([
            CLAUDE_TEXT,
            CLAUDE_THOUGHT,
            "tool_calls",
        ]);
        const call = message.tool_calls[0];
        expect(JSON.parse(call.function.arguments)).toEqual({ city: "Bergen", index: 0 });
        const result = { role: "tool", tool_call_id: call.id, content: "rain" };
        const second = await it.chat({ tools, messages: [...MESSAGES, message, result] });
        expect(second.status, second.text).toBe(200);
        expect(arrived().messages.slice(1)).toMatchObject([
            { role: "assistant", content: [{ type: "thinking" }, { type: "text" }, { type: "tool_use", id: call.id }] },
            { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "rain" }] },
        ]);
    });

    test("is asked with the channel's prompt and without what it does not allow", async () => {
        const { admin } = it.world;
        const setting = JSON.stringify({ system_prompt: "be kind", system_prompt_override: true });
        await admin.data("PUT", "/api/channel/", { id: it.channelId, setting });
        const answer = await it.chat({ messages: [{ role: "system", content: "Be brief." }, ...MESSAGES] });
        await admin.data("PUT", "/api/channel/", { id: it.channelId, setting: "{}" });
        expect(arrived().system).toEqual([
            { type: "text", text: "be kind" },
            { type: "text", text: "Be brief." },
        ]);
        expect((await it.row(answer)).other.is_system_prompt_overwritten).toBe(true);
    });

    test("may be longer than a megabyte", async () => {
        const content = "word ".repeat(240_000);
        const answer = await it.chat({ messages: [{ role: "user", content }] });
        expect(answer.status, answer.text.slice(0, 200)).toBe(200);
        expect(arrived().messages[0].content).toBe(content);
    });

    test("is put together when the provider streams unasked", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            it.claude.next(async (exchange) => {
                await exchange.openStream();
                for (const event of wire.events(it.claude.reply(exchange))) await exchange.piece(wire.framed(event));
                await exchange.end();
            });
            const answer = await it.chat({ tools: [{ type: "function", function: TOOL }] });
            const { message, finish_reason } = answer.json.choices[0];
            expect([message.content, finish_reason]).toEqual([CLAUDE_TEXT, "tool_calls"]);
            expect(JSON.parse(message.tool_calls[0].function.arguments)).toEqual({ city: "Bergen", index: 0 });
        });
    });

    test("passes what the provider tells of limits, and no names of ours", async () => {
        const answer = await it.chat();
        expect(answer.headers.get("anthropic-ratelimit-requests-limit")).toBe("4000");
        for (const name of ["anthropic-organization-id", "set-cookie"]) expect(answer.headers.get(name)).toBeNull();
    });
});

describe("a chat that Anthropic refuses", () => {
    test.each([
        [400, "invalid_request_error"],
        [401, "authentication_error"],
        [429, "rate_limit_error"],
        [529, "overloaded_error"],
    ])("with %i gets its error in Chat's shape, whole and streamed", async (status, type) => {
        await it.side.costsNothing(async () => {
            for (const stream of [false, true]) {
                it.claude.next((exchange) => exchange.json(status, wire.errorBody({ type, message: "no" })));
                expectError(await it.chat({ stream }), { status, type, code: null, message: "no" });
            }
        });
    });

    test("inside of an answer with status 200 gets 502", async () => {
        await it.side.costsNothing(async () => {
            it.claude.next((exchange) => exchange.json(200, wire.errorBody({ type: "api_error", message: "no" })));
            expectError(await it.chat(), { status: 502, type: "api_error", code: "api_error", message: "no" });
            it.claude.next(faults.body("<html>"));
            expectError(await it.chat(), { status: 502, code: "bad_response_body" });
        });
    });

    test("for what cannot be carried is told before anything is sent", async () => {
        const image = { type: "image_url", image_url: { url: "https://example.com/a.png" } };
        const messages = [{ role: "user", content: [image] }];
        await it.side.costsNothing(async () => {
            expectError(await it.chat({ messages }), { status: 400, code: "convert_request_failed" });
            const legacy = await it.world.client.send({ model: CLAUDE, prompt: "a" }, { path: "/v1/completions" });
            expectError(legacy, { status: 400, code: "convert_request_failed", message: "not implemented" });
        });
        expect(it.claude.requests).toHaveLength(0);
    });

    test("whose inside is no JSON is refused", async () => {
        const body = `{"model":"${CLAUDE}","messages":[{"role":"user","content":nonsense}]}`;
        expectError(await it.world.client.send(body), { status: 400, code: "convert_request_failed" });
    });

    const errorEvent = wire.framed(wire.errorBody({ type: "overloaded_error", message: "busy" }) as wire.Event);
    const thenError: Script = async (exchange) => {
        await exchange.piece(errorEvent);
        await exchange.end();
    };

    test("before any event gets an error with a status", async () => {
        await it.side.costsNothing(async () => {
            it.claude.next(it.claude.streamThen(0, thenError));
            const answer = await it.chat({ stream: true });
            expectError(answer, { status: 502, type: "overloaded_error", message: "busy" });
        });
    });

    test.each<[string, Script, object]>([
        ["with an error", thenError, { type: "overloaded_error", message: "busy" }],
        ["by a cut", faults.cutInChunk, { code: "do_request_failed", message: NO_OUTPUT }],
        ["by its end", (exchange) => exchange.end(), { code: "do_request_failed", message: NO_OUTPUT }],
    ])("before any output %s is told so and pays nothing", async (_, then, expected) => {
        await it.side.costsNothing(async () => {
            it.claude.next(it.claude.streamThen(3, then));
            const answer = await it.chat({ stream: true });
            expect([answer.content, answer.payloads.at(-1)]).toEqual(["", "[DONE]"]);
            expectErrorObject(answer, expected);
        });
    });

    test.each<[string, Script, object]>([
        ["with an error", thenError, { type: "overloaded_error", message: "busy" }],
        ["by a cut", faults.cutInChunk, { code: "upstream_stream_interrupted" }],
        ["by its end", (exchange) => exchange.end(), { code: "upstream_stream_interrupted" }],
    ])("after output %s is told so and pays for the output", async (_, then, expected) => {
        it.claude.next(it.claude.streamThen(6, then));
        const answer = await it.chat({ stream: true });
        expect([answer.content, answer.payloads.at(-1)]).toEqual(["Greetings from the ", "[DONE]"]);
        expectErrorObject(answer, expected);
        const { row } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens > 0]).toEqual([30, true]);
    });

    test("goes to a channel of another dialect", async () => {
        const { world } = it;
        const model = "gpt-4o-mini";
        const first = await world.admin.addChannel({
            type: 14,
            name: "first",
            key: CLAUDE_KEY,
            base_url: it.claude.url,
            models: model,
            priority: 9,
        });
        await world.admin.setOption("RetryTimes", "1");
        it.claude.next((exchange) => exchange.json(500, wire.errorBody({ type: "api_error", message: "no" })));
        const body = { model, messages: MESSAGES, temperature: 0.0 };
        const answer = await world.client.send(body);
        await world.admin.setOption("RetryTimes", "0");
        await world.admin.data("DELETE", `/api/channel/${first}`);
        expect([answer.content, it.claude.requests.length]).toEqual([SIM_TEXT, 1]);
        expect(world.sim.requests.map((request) => request.text)).toEqual([JSON.stringify(body)]);
        const { other } = await it.row(answer);
        expect(other.request_conversion).toEqual(["OpenAI Compatible"]);
        expect(other.admin_info.use_channel).toEqual([String(first), String(world.channelId)]);
    });
});

test("a client that leaves ends the request at the provider and pays for what was produced", async () => {
    let left: Promise<void> | undefined;
    it.claude.next(
        it.claude.streamThen(6, (exchange) => {
            left = exchange.gone;
            return exchange.gone;
        }),
    );
    const abort = new AbortController();
    const response = await it.world.client.open(
        { model: CLAUDE, messages: MESSAGES, stream: true },
        { signal: abort.signal },
    );
    const reader = response.body!.getReader();
    for (let text = ""; !text.includes('"the "');) {
        const { value } = await within(reader.read(), "three words");
        text += Buffer.from(value!).toString();
    }
    abort.abort();
    await within(left!, "the provider's connection ends");
    const row = await it.world.consumeRow(response.headers.get("x-oneapi-request-id")!);
    expect([row.prompt_tokens, row.completion_tokens > 0]).toEqual([30, true]);
    expect(JSON.parse(row.other).stream_status.end_reason).toBe("client_gone");
});
