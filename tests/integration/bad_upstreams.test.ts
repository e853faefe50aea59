// Providers that lie about tokens, leave things out or put errors where answers belong: what the client gets, what is billed, and
// that the process lives on and holds nothing. Faults of HTTP and JSON are in upstream_faults, of event streams in stream_faults,
// what does not end in upstream_floods. Chapters: relay 14.4, 18 to 20; billing 7 and 9.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import * as wire from "../sim/openai_objects.ts";
import type { Token } from "./admin.ts";
import { quotaOf, type Tokens } from "./bill.ts";
import { type ChatAnswer, expectError, expectErrorObject } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const RATIOS = { model: 1.25, completion: 4, cache: 0.5 };
const FUNDS = 1000; // one hold of 625 at a time
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const JSON_TYPE = { "content-type": "application/json" };
const UNBILLED = "上游没有返回计费信息，无法扣费（可能是上游超时）";

let world: World;
let tight: Token;

beforeAll(async () => {
    world = await startWorld();
    await world.admin.setOption("CacheRatio", JSON.stringify({ "gpt-4o": RATIOS.cache }));
});

beforeEach(async () => {
    world.sim.forget();
    world.sim.usage = SIM_USAGE;
    tight = await world.admin.createToken({ unlimited_quota: false, remain_quota: FUNDS });
});

afterAll(() => world.close());

function chat(stream: boolean): Promise<ChatAnswer> {
    return world.clientOf(tight).chat({ stream });
}

/** The next request is answered, which a hold that stayed behind would prevent. */
async function expectAlive(): Promise<void> {
    const answer = await chat(false);
    expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([200, SIM_TEXT]);
}

describe("usage", () => {
    const ESTIMATED = "estimated";
    type Case = [string, unknown, Tokens | typeof ESTIMATED];
    const cases: Case[] = [
        ["that is negative", { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 }, ESTIMATED],
        ["of 2^63", { prompt_tokens: 2 ** 63, completion_tokens: 2 ** 63 }, ESTIMATED],
        ["in words", { prompt_tokens: "many", completion_tokens: "few" }, ESTIMATED],
        ["in fractions", { prompt_tokens: 21.5, completion_tokens: 7.5 }, ESTIMATED],
        ["of zeros", { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, ESTIMATED],
        ["of a total alone", { total_tokens: 28 }, ESTIMATED],
        ["of null", null, ESTIMATED],
        ["without members", {}, ESTIMATED],
        ["that is a list", [21, 7], ESTIMATED],
        [
            "with a completion that is negative",
            { prompt_tokens: 21, completion_tokens: -7 },
            { prompt: 21, completion: 0 },
        ],
        [
            "with more cached than there is",
            {
                prompt_tokens: 21,
                completion_tokens: 7,
                prompt_tokens_details: { cached_tokens: 2 ** 53, image_tokens: 9, audio_tokens: 9 },
            },
            { prompt: 21, completion: 7, cached: 21 },
        ],
        [
            "with cached tokens below zero",
            { prompt_tokens: 21, completion_tokens: 7, prompt_tokens_details: { cached_tokens: -100 } },
            { prompt: 21, completion: 7 },
        ],
        [
            "with details that are none",
            {
                prompt_tokens: 21,
                completion_tokens: 7,
                prompt_tokens_details: "none",
                completion_tokens_details: [{ reasoning_tokens: 1e9 }],
            },
            { prompt: 21, completion: 7 },
        ],
        [
            "with more reasoning than completion",
            {
                prompt_tokens: 21,
                completion_tokens: 7,
                completion_tokens_details: { reasoning_tokens: 5000 },
            },
            { prompt: 21, completion: 7 },
        ],
        [
            "with a total that is wrong",
            { prompt_tokens: 21, completion_tokens: 7, total_tokens: 1 },
            { prompt: 21, completion: 7 },
        ],
    ];

    async function expectBill(answer: ChatAnswer, expected: Tokens | typeof ESTIMATED): Promise<void> {
        expect([answer.status, answer.content], answer.text).toEqual([200, SIM_TEXT]);
        const row = await world.consumeRow(answer.requestId);
        const other = JSON.parse(row.other);
        if (expected === ESTIMATED) {
            expect(other.admin_info.local_count_tokens).toBe(true);
            expect(row.prompt_tokens).toBeWithin(5, 30);
            expect(row.completion_tokens).toBeWithin(3, 20);
        } else {
            expect(other.admin_info.local_count_tokens).toBeUndefined();
            expect([row.prompt_tokens, row.completion_tokens, other.cache_tokens]).toEqual([
                expected.prompt,
                expected.completion,
                expected.cached ?? 0,
            ]);
        }
        const billed = {
            prompt: row.prompt_tokens,
            completion: row.completion_tokens,
            cached: other.cache_tokens,
        };
        expect(row.quota).toBe(quotaOf(billed, RATIOS));
    }

    test.each(cases)("%s", async (_, usage, expected) => {
        world.sim.usage = usage as wire.Usage;
        for (const stream of [false, true]) await expectBill(await world.client.chat({ stream }), expected);
    });

    test("beyond what a number can be is estimated, and passed on as it is", async () => {
        const text =
            '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hello from the other side."},' +
            '"finish_reason":"stop"}],"usage":{"prompt_tokens":1e400,"completion_tokens":-1e400,"total_tokens":1e400}}';
        world.sim.next(faults.body(text));
        await expectBill(await world.client.chat(), ESTIMATED);
    });

    test("that is told twice in one answer is estimated when neither says anything", async () => {
        const text =
            '{"id":"x","usage":null,"choices":[{"index":0,"message":{"role":"assistant","content":"Hello from the other side."},' +
            '"finish_reason":"stop"}],"usage":{}}';
        world.sim.next(faults.body(text));
        const answer = await world.client.chat();
        await expectBill(answer, ESTIMATED);
        expect(answer.text.match(/"usage"/g)).toHaveLength(1);
        expect(answer.usage.prompt_tokens).toBeGreaterThan(0);
    });

    test("that is missing in an answer malformed where nobody looks leaves it as it is", async () => {
        const text =
            '{"id":"x","more":{"a":1 "b":2},"choices":[{"index":0,"message":{"role":"assistant",' +
            '"content":"Hello from the other side."},"finish_reason":"stop"}],"usage":null,"usage":{}}';
        world.sim.next(faults.body(text));
        const answer = await world.client.chat();
        expect([answer.status, answer.text]).toEqual([200, text]);
        expect((await world.consumeRow(answer.requestId)).quota).toBeGreaterThan(0);
    });

    test("that is told twice in one chunk is withheld twice", async () => {
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            const chunk = JSON.stringify(world.sim.chunks(exchange)[1]).replace(/,"usage":null/, "");
            const usage = JSON.stringify(SIM_USAGE);
            await exchange.event(`${chunk.slice(0, -1)},"usage":null,"usage":${usage}}`);
            await exchange.event("[DONE]");
            await exchange.end();
        });
        const answer = await world.client.chat({ stream: true, stream_options: { include_usage: false } });
        expect([answer.content, answer.text.includes("usage")]).toEqual(["Hello ", false]);
        expect((await world.consumeRow(answer.requestId)).quota).toBe(
            quotaOf({ prompt: 21, completion: 7 }, RATIOS),
        );
    });

    const last = (usages: (wire.Usage | null)[]) => async () => {
        world.sim.next(async (exchange) => {
            await exchange.openStream();
            const chunks = world.sim.chunks(exchange) as object[];
            for (const [n, chunk] of chunks.slice(0, -1).entries())
                await exchange.event({ ...chunk, usage: usages[Math.min(n, usages.length - 1)] });
            await exchange.event("[DONE]");
            await exchange.end();
        });
        return world.client.chat({ stream: true });
    };

    test("in every chunk counts once: the last that has any", async () => {
        const grown = [1, 2, 3, 4, 5, 6].map((n) => wire.usage(21, n));
        await expectBill(await last([...grown, wire.usage(21, 7)])(), { prompt: 21, completion: 7 });
        await expectBill(await last([wire.usage(500, 500), wire.usage(21, 7)])(), {
            prompt: 21,
            completion: 7,
        });
        await expectBill(await last([wire.usage(21, 7), null])(), { prompt: 21, completion: 7 });
        await expectBill(await last([wire.usage(21, 7), wire.usage(0, 0)])(), { prompt: 21, completion: 7 });
    });
});

describe("an answer without output", () => {
    const bodies: [string, string][] = [
        ["with no choices", '{"id":"x","choices":[],"usage":{"prompt_tokens":21,"completion_tokens":0}}'],
        [
            "with null for choices",
            '{"id":"x","choices":null,"usage":{"prompt_tokens":21,"completion_tokens":0}}',
        ],
        ["without choices", '{"id":"x","usage":{"prompt_tokens":21,"completion_tokens":0}}'],
        ["with an empty choice", '{"id":"x","choices":[{}]}'],
        ["with an empty message", '{"id":"x","choices":[{"message":{"role":"assistant","content":""}}]}'],
        ["with choices that are text", '{"id":"x","choices":"none"}'],
    ];

    test.each(bodies)("%s is passed on and free", async (_, text) => {
        const before = await world.balances();
        world.sim.next(faults.body(text));
        const answer = await chat(false);
        expect([answer.status, answer.text]).toEqual([200, text]);
        expect(await world.consumeRow(answer.requestId)).toMatchObject({
            quota: 0,
            prompt_tokens: 0,
            completion_tokens: 0,
            content: UNBILLED,
        });
        expect((await world.balances()).quota).toBe(before.quota);
        await expectAlive();
    });

    test.each(bodies)("%s is an error in a stream, and free", async (_, text) => {
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                await exchange.event(text);
                await exchange.event("[DONE]");
                await exchange.end();
            });
            const answer = await chat(true);
            expectErrorObject(answer, { code: "do_request_failed", message: NO_OUTPUT });
        });
        await expectAlive();
    });
});

describe("an error in place of an answer", () => {
    type Case = [string, unknown, Parameters<typeof expectErrorObject>[1]];
    const cases: Case[] = [
        [
            "as an object",
            { error: { message: "no room", type: "server_error", code: "busy" } },
            { message: "no room", type: "server_error", code: "busy" },
        ],
        ["as text", { error: "no room" }, { message: "no room" }],
        ["without a type", { error: { message: "no room", code: 7 } }, { message: "no room", code: 7 }],
        [
            "beside choices",
            { choices: [], error: { message: "no room", type: "t" } },
            { message: "no room", type: "t" },
        ],
    ];
    const event = (sent: number, error: unknown): Script =>
        faults.streamThen(world.sim, sent, async (exchange) => {
            await exchange.event(error);
            await exchange.event("[DONE]");
            await exchange.end();
        });

    test.each(cases)("%s: whole, first, behind the role, behind output", async (_, error, expected) => {
        await world.costsNothing(async () => {
            world.sim.next(faults.body(JSON.stringify(error)));
            expectError(await chat(false), { status: 502, ...expected });
            world.sim.next(event(0, error));
            expectError(await chat(true), { status: 502, ...expected });
            world.sim.next(event(1, error));
            const answer = await chat(true);
            expectErrorObject(answer, expected);
            expect([answer.payloads.length, answer.payloads.at(-1)]).toEqual([3, "[DONE]"]);
        });
        world.sim.next(event(3, error));
        const answer = await chat(true);
        expect(answer.content).toBe("Hello from ");
        expectErrorObject(answer, expected);
        expect(answer.payloads.at(-1)).toBe("[DONE]");
        const row = await world.consumeRow(answer.requestId);
        expect(JSON.parse(row.other).stream_status).toMatchObject({ end_reason: "handler_stop" });
        expect(row.quota).toBeWithin(1, 100);
        await expectAlive();
    });

    const pages: [string, number][] = [
        ["a page of HTML", 200],
        ["a page of HTML", 502],
        ["a page of HTML", 503],
    ];

    test.each(pages)("%s with %i", async (_, status) => {
        const page = "<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>";
        for (const stream of [false, true]) {
            await world.costsNothing(async () => {
                world.sim.next((exchange) => exchange.answer(status, page, { "content-type": "text/html" }));
                const answer = await chat(stream);
                expect(answer.status).toBeWithin(500, 504);
                if (status !== 200)
                    expectError(answer, {
                        status,
                        code: "bad_response_status_code",
                        message: `bad response status code ${status}`,
                    });
                expectError(answer, { status: answer.status });
                expect(answer.text).not.toContain("soon");
            });
        }
        await expectAlive();
    });
});

describe("a status that is no answer", () => {
    const statuses = [201, 202, 203, 204, 205, 206, 226, 300, 302, 303, 304, 399, 402, 418, 451, 504, 599];

    test.each(statuses)("%i is an error of its own, or a bad gateway", async (status) => {
        const bodiless = status === 204 || status === 304;
        await world.costsNothing(async () => {
            for (const stream of [false, true]) {
                world.sim.next((exchange) =>
                    bodiless ? exchange.head(status) : exchange.answer(status, "{}", JSON_TYPE),
                );
                expectError(await chat(stream), {
                    status: status < 400 ? 502 : status,
                    code: "bad_response_status_code",
                    message: `bad response status code ${status}`,
                });
            }
        });
        await expectAlive();
    });
});

describe("without a content type", () => {
    test("a whole answer is an answer", async () => {
        world.sim.next((exchange) => exchange.answer(200, faults.completionText(world.sim, exchange)));
        await expectAlive();
    });

    const types: [string, Record<string, string>][] = [
        ["none", {}],
        ["that of plain text", { "content-type": "text/plain; charset=utf-8" }],
        ["that of any bytes", { "content-type": "application/octet-stream" }],
    ];

    // The request decides that it is a stream (relay chapter, section 18).
    test.each(types)("%s, a stream that was asked for is a stream", async (_, headers) => {
        world.sim.next(async (exchange) => {
            await exchange.head(200, { "transfer-encoding": "chunked", ...headers });
            for (const chunk of world.sim.chunks(exchange)) await exchange.event(chunk);
            await exchange.event("[DONE]");
            await exchange.end();
        });
        const answer = await chat(true);
        expect([answer.status, answer.streamed, answer.content], answer.text).toEqual([200, true, SIM_TEXT]);
        expect(await world.consumeRow(answer.requestId)).toMatchObject({
            quota: quotaOf({ prompt: 21, completion: 7 }, RATIOS),
        });
    });

    test("a stream of nothing but text is an error", async () => {
        await world.costsNothing(async () => {
            world.sim.next((exchange) => exchange.answer(200, "model is overloaded", {}));
            const answer = await chat(true);
            expectError(answer, { status: [500, 502] });
        });
        await expectAlive();
    });
});

describe("a chunk that is no JSON within", () => {
    // What nobody reads is not looked at; who writes the chunk anew, without its usage, sees it.
    const chunk =
        '{"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"more":{"a":1 "b":2}}],"usage":{"prompt_tokens":21,"completion_tokens":7}}';

    test("is left out when it has to be changed, and is then not paid for", async () => {
        await world.costsNothing(async () => {
            world.sim.next(async (exchange) => {
                await exchange.openStream();
                await exchange.event(chunk);
                await exchange.event("[DONE]");
                await exchange.end();
            });
            const answer = await world
                .clientOf(tight)
                .chat({ stream: true, stream_options: { include_usage: false } });
            expectErrorObject(answer, { code: "do_request_failed", message: NO_OUTPUT });
        });
        await expectAlive();
    });
});
