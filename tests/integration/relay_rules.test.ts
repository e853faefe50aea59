// Rules of attempts against the real binary: error rows (spec 04 section 23.1), which channel comes next (7.4, 13.2), pings while a
// provider is silent and what is still possible behind them (19.3, 19.6).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_KEY, SIM_TEXT, type OpenAiSim, startOpenAiSim } from "../sim/openai.ts";
import { Gate, until } from "../sim/waiting.ts";
import { type LogRow, readAnswer, type Token } from "./admin.ts";
import { ChatAnswer, expectError, expectErrorObject, expectNoSecret, MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
/** Other providers, each behind channels of its own. */
let others: OpenAiSim[];

beforeAll(async () => {
    world = await startWorld({ env: { ERROR_LOG_ENABLED: "true" } });
    others = [await startOpenAiSim(), await startOpenAiSim()];
    await world.admin.setOption("SelfUseModeEnabled", true);
    await world.admin.setOption("general_setting.ping_interval_seconds", 1);
});

beforeEach(async () => {
    for (const sim of [world.sim, ...others]) sim.forget();
    await world.admin.setOption("RetryTimes", 0);
    await world.admin.setOption("general_setting.ping_interval_enabled", false);
});

afterAll(async () => {
    await world.close();
    for (const sim of others) await sim.close();
});

interface Served {
    sim: OpenAiSim;
    fields?: Record<string, unknown>;
}

/** A model of its own; the channels that serve it, the first one first. */
async function serve(...served: Served[]): Promise<{ model: string; channels: number[] }> {
    const model = `model-${crypto.randomUUID()}`;
    const channels: number[] = [];
    for (const [index, { sim, fields }] of served.entries()) {
        channels.push(
            await world.admin.addChannel({
                base_url: sim.url,
                key: SIM_KEY,
                models: model,
                group: "default",
                priority: 100 - index,
                ...fields,
            }),
        );
    }
    return { model, channels };
}

const overloaded = faults.errorObject(503, { message: "Overloaded, ask api.example.com", code: "overloaded" });

async function errorRows(answer: ChatAnswer, count: number): Promise<LogRow[]> {
    const rows = await until(`${count} error rows`, async () => {
        const found = await world.admin.logs({ request_id: answer.requestId, type: 5 });
        return found.length >= count ? found : undefined;
    });
    expect(rows).toHaveLength(count);
    return rows.sort((a, b) => a.id - b.id);
}

describe("error rows", () => {
    test("tell each failed attempt, also when another channel answers in the end", async () => {
        const [first] = others as [OpenAiSim];
        const { model, channels } = await serve({ sim: first }, { sim: world.sim });
        await world.admin.setOption("RetryTimes", 1);
        first.next(overloaded);
        const before = await world.balances();
        const answer = await world.client.chat({ model });
        expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
        const [row] = await errorRows(answer, 1);
        expect(row).toMatchObject({
            type: 5,
            content: "status_code=503, Overloaded, ask ***.***.com",
            model_name: model,
            channel: channels[0],
            quota: 0,
            prompt_tokens: 0,
            completion_tokens: 0,
            is_stream: false,
            group: "default",
        });
        const other = JSON.parse(row!.other);
        expect(other).toMatchObject({
            request_path: "/v1/chat/completions",
            error_type: "openai_error",
            error_code: "overloaded",
            status_code: 503,
            channel_id: channels[0],
            channel_name: "sim",
            channel_type: 1,
            admin_info: { use_channel: [String(channels[0])] },
        });
        expectNoSecret(row!.content);
        const consumed = await world.consumeRow(answer.requestId);
        expect(JSON.parse(consumed.other).admin_info.use_channel).toEqual(channels.map(String));
        expect((await world.balances()).rows).toBe(before.rows + 1);
    });

    test("are one for each attempt of a request that fails, and cost nothing", async () => {
        const [first, second] = others as [OpenAiSim, OpenAiSim];
        const { model, channels } = await serve({ sim: first }, { sim: second });
        await world.admin.setOption("RetryTimes", 1);
        first.next(overloaded);
        second.next(faults.errorObject(429, { message: "Slow down" }));
        await world.costsNothing(async () => {
            const answer = await world.client.chat({ model, stream: true });
            expectError(answer, { status: 429, message: "Slow down" });
            const rows = await errorRows(answer, 2);
            expect(rows.map((row) => [row.channel, row.is_stream])).toEqual(channels.map((id) => [id, true]));
        });
    });

    test("are none for what never reached a channel", async () => {
        const poor = await world.admin.createToken({ unlimited_quota: false, remain_quota: 1 });
        const answer = await world.clientOf(poor).chat();
        expectError(answer, { status: 403, code: "pre_consume_token_quota_failed" });
        await world.client.chat();
        expect(await world.admin.logs({ request_id: answer.requestId, type: 5 })).toEqual([]);
    });
});

describe("the next channel", () => {
    test("is not asked for a pinned request", async () => {
        const [first] = others as [OpenAiSim];
        const { model, channels } = await serve({ sim: first }, { sim: world.sim });
        await world.admin.setOption("RetryTimes", 3);
        first.next(overloaded);
        const pinned = { ...world.token, key: `${world.token.key}-${channels[0]}` } as Token;
        expectError(await world.clientOf(pinned).chat({ model }), { status: 503, code: "overloaded" });
        expect(world.sim.requests).toHaveLength(0);
    });

    test("that is pinned is judged before the body", async () => {
        const { model } = await serve({ sim: world.sim });
        const pinned = { ...world.token, key: `${world.token.key}-987654` } as Token;
        const answer = await world.clientOf(pinned).chat({ model, messages: [] });
        expectError(answer, { status: 400, message: /channel id/i });
    });

    test("is told by the provider's last error when nobody is left", async () => {
        const [first] = others as [OpenAiSim];
        const { model } = await serve({ sim: first });
        await world.admin.setOption("RetryTimes", 2);
        first.next(overloaded, overloaded, faults.errorObject(500, { message: "Still broken" }));
        expectError(await world.client.chat({ model }), { status: 500, message: "Still broken" });
        expect(first.requests).toHaveLength(3);
    });

    test("comes after a mistake of the configuration, whose channel stays on", async () => {
        const [first] = others as [OpenAiSim];
        const { model, channels } = await serve({ sim: first }, { sim: world.sim });
        const mapping = JSON.stringify({ [model]: "b", b: model });
        await world.admin.data("PUT", "/api/channel/", { id: channels[0], model_mapping: mapping });
        expectError(await world.client.chat({ model }), { status: 500, code: "channel:model_mapped_error" });
        await world.admin.setOption("RetryTimes", 1);
        const answer = await world.client.chat({ model });
        expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
        const [row] = await errorRows(answer, 1);
        expect(JSON.parse(row!.other).error_code).toBe("channel:model_mapped_error");
    });

    test("is in the next group when the token wants it, and the bill is that group's", async () => {
        const [first, second] = others as [OpenAiSim, OpenAiSim];
        const { model } = await serve(
            { sim: first, fields: { group: "east" } },
            { sim: second, fields: { group: "west" } },
        );
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 1, east: 5, west: 2 }));
        await world.admin.setOption("UserUsableGroups", JSON.stringify({ auto: "a", east: "e", west: "w" }));
        await world.admin.setOption("AutoGroups", JSON.stringify(["east", "west"]));
        await world.admin.setOption("GroupGroupRatio", JSON.stringify({ default: { west: 0.5 } }));
        await world.admin.setOption("RetryTimes", 1);
        const stays = await world.admin.createToken({ group: "auto" });
        first.next(overloaded, overloaded);
        expectError(await world.clientOf(stays).chat({ model }), { status: 503, code: "overloaded" });
        const crosses = await world.admin.createToken({ group: "auto", cross_group_retry: true });
        first.next(overloaded, overloaded);
        const answer = await world.clientOf(crosses).chat({ model });
        expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
        const row = await world.consumeRow(answer.requestId);
        expect(row.group).toBe("west");
        expect(JSON.parse(row.other)).toMatchObject({ group_ratio: 0.5, user_group_ratio: 0.5 });
        expect(JSON.parse(row.other).admin_info.use_channel).toHaveLength(3);
    });
});

test("the channel's status mapping comes before everything that asks for the status", async () => {
    const [first] = others as [OpenAiSim];
    const mapping = JSON.stringify({ 503: "400", 502: 429 });
    const { model } = await serve({ sim: first, fields: { status_code_mapping: mapping } }, { sim: world.sim });
    await world.admin.setOption("RetryTimes", 1);
    first.next(overloaded);
    expectError(await world.client.chat({ model }), { status: 400, code: "overloaded" });
    await world.admin.setOption("RetryTimes", 0);
    first.next(faults.errorObject(200, { message: "an error in 200", type: "server_error" }));
    const answer = await world.client.chat({ model });
    expectError(answer, { status: 429, message: "an error in 200" });
    expect((await errorRows(answer, 1))[0]!.content).toBe("status_code=429, an error in 200");
});

test("a status mapping to what is no status gives a bad gateway with the provider's words", async () => {
    const [first] = others as [OpenAiSim];
    const mapping = JSON.stringify({ 503: 99, 500: 600 });
    const { model } = await serve({ sim: first, fields: { status_code_mapping: mapping } });
    first.next(overloaded, faults.errorObject(500, { message: "Still broken" }));
    expectError(await world.client.chat({ model }), { status: 502, code: "overloaded" });
    expectError(await world.client.chat({ model }), { status: 502, message: "Still broken" });
});

describe("pings", () => {
    const PING = ": PING\n\n";

    beforeEach(() => world.admin.setOption("general_setting.ping_interval_enabled", true));

    /** Opens a stream and gives what has come of it. */
    async function open(model: string) {
        const response = await world.client.open({ model, stream: true, messages: MESSAGES });
        const reader = response.body!.getReader();
        const decoder = new TextDecoder();
        const stream = {
            text: "",
            response,
            async until(part: string) {
                while (!stream.text.includes(part)) {
                    const { done, value } = await reader.read();
                    if (done) throw new Error(`the stream ended without ${part}: ${stream.text}`);
                    stream.text += decoder.decode(value, { stream: true });
                }
            },
            async rest(): Promise<ChatAnswer> {
                for (;;) {
                    const { done, value } = await reader.read();
                    if (done) break;
                    stream.text += decoder.decode(value, { stream: true });
                }
                return new ChatAnswer(await readAnswer(new Response(stream.text, response)));
            },
        };
        return stream;
    }

    /** Answers as `then` when the gate opens. */
    const behind = (gate: Gate, then: Script): Script => async (exchange) => {
        await Promise.race([gate.opened, exchange.gone]);
        await then(exchange);
    };

    test("keep a stream alive whose provider is silent before its answer", async () => {
        const [first] = others as [OpenAiSim];
        const { model } = await serve({ sim: first });
        const gate = new Gate();
        first.next(behind(gate, (exchange) => first.answerChat(exchange)));
        const stream = await open(model);
        expect(stream.response.headers.get("content-type")).toStartWith("text/event-stream");
        await stream.until(PING + PING);
        gate.open();
        const answer = await stream.rest();
        expect([answer.status, answer.content, answer.payloads.at(-1)]).toEqual([200, SIM_TEXT, "[DONE]"]);
        const row = await world.consumeRow(answer.requestId);
        expect(JSON.parse(row.other).stream_status).toEqual({ status: "ok", end_reason: "done" });
    });

    test("come between events, never within one", async () => {
        const [first] = others as [OpenAiSim];
        const { model } = await serve({ sim: first });
        const gate = new Gate();
        first.next(faults.gated(first, { 2: gate }));
        const stream = await open(model);
        await stream.until(PING);
        gate.open();
        const answer = await stream.rest();
        expect(answer.content).toBe(SIM_TEXT);
        for (const frame of answer.text.slice(0, -2).split("\n\n")) expect(frame).toMatch(/^(: PING|data: .*)$/);
    });

    test("leave another channel possible", async () => {
        const [first, second] = others as [OpenAiSim, OpenAiSim];
        const { model, channels } = await serve({ sim: first }, { sim: second });
        await world.admin.setOption("RetryTimes", 1);
        const gate = new Gate();
        first.next(behind(gate, overloaded));
        const stream = await open(model);
        await stream.until(PING);
        gate.open();
        const answer = await stream.rest();
        expect(answer.content).toBe(SIM_TEXT);
        const row = await world.consumeRow(answer.requestId);
        expect(JSON.parse(row.other).admin_info.use_channel).toEqual(channels.map(String));
    });

    test("make a failure one event of the stream", async () => {
        const [first] = others as [OpenAiSim];
        const { model } = await serve({ sim: first });
        const gate = new Gate();
        first.next(behind(gate, overloaded));
        const stream = await open(model);
        await stream.until(PING);
        gate.open();
        const answer = await stream.rest();
        expect(answer.status).toBe(200);
        expectErrorObject(answer, { code: "overloaded", message: "Overloaded, ask ***.***.com" });
        expect(answer.payloads).toHaveLength(2);
        expect(await errorRows(answer, 1)).toHaveLength(1);
    });

    test("stop with a client that leaves, and the provider is told at once", async () => {
        const [first] = others as [OpenAiSim];
        const { model } = await serve({ sim: first });
        let left = false;
        first.next(async (exchange) => {
            await exchange.gone;
            left = true;
        });
        const leaving = new AbortController();
        const response = await world.client.open(
            { model, stream: true, messages: MESSAGES },
            { signal: leaving.signal },
        );
        await response.body!.getReader().read();
        leaving.abort();
        await until("the provider sees the client leave", () => left);
    });
});
