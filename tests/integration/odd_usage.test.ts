// Usage figures that make no sense or are missing: they neither pay out nor break anything, and what is missing is estimated
// by the rules of the billing chapter and marked as estimated.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
});

beforeEach(() => {
    world.sim.forget();
    world.sim.usage = SIM_USAGE;
});

afterAll(() => world.close());

describe("usage that makes no sense", () => {
    const absurd: [string, unknown][] = [
        ["negative", { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 }],
        ["text", { prompt_tokens: "many", completion_tokens: "few", total_tokens: "?" }],
        ["null", null],
        ["an array", []],
        ["fractions", { prompt_tokens: 1.5, completion_tokens: 2.25, total_tokens: 3.75 }],
        [
            "more cached than prompt",
            {
                prompt_tokens: 5,
                completion_tokens: 1,
                total_tokens: 6,
                prompt_tokens_details: { cached_tokens: 5000 },
            },
        ],
        [
            "details of the wrong type",
            { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: "none" },
        ],
    ];

    test.each(absurd)("(%s) neither pays out nor breaks anything", async (_, usage) => {
        for (const stream of [false, true]) {
            const before = await world.balances();
            world.sim.next(async (exchange) => {
                world.sim.usage = usage as any;
                await world.sim.answerChat(exchange).finally(() => (world.sim.usage = SIM_USAGE));
            });
            const answer = await world.client.chat({ stream });
            const after = await world.balances();
            expect(after.quota).toBeLessThanOrEqual(before.quota);
            expect(before.quota - after.quota).toBe(after.used - before.used);
            if (answer.status === 200) expect(answer.content).toBe(SIM_TEXT);
        }
        expect((await world.client.chat()).content).toBe(SIM_TEXT);
    });

    test("or is missing is estimated", async () => {
        world.sim.usage = undefined;
        for (const stream of [false, true]) {
            const answer = await world.client.chat({ stream });
            expect(answer.status).toBe(200);
            const row = await world.consumeRow(answer.requestId);
            expect(row.quota).toBeGreaterThan(0);
            expect(row.prompt_tokens).toBeWithin(5, 30);
            expect(row.completion_tokens).toBeWithin(3, 20);
            expect(JSON.parse(row.other).admin_info.local_count_tokens).toBe(true);
            // A whole answer is counted by the tokenizer of gpt-4o: "Hello| from| the| other| side|."
            if (!stream) expect(row.completion_tokens).toBe(6);
            if (stream) expect(answer.usage).toMatchObject({ completion_tokens: row.completion_tokens });
        }
    });

    test("or is missing is estimated even where a body's inside cannot be read", async () => {
        const chunk = (more: object) => `data: ${JSON.stringify({ id: "c", choices: [more] })}\n\n`;
        const lenient = Bun.serve({
            port: 0,
            hostname: "127.0.0.1",
            fetch: () =>
                new Response(
                    chunk({ index: 0, delta: { role: "assistant", content: SIM_TEXT } }) +
                        chunk({ index: 0, delta: {}, finish_reason: "stop" }) +
                        "data: [DONE]\n\n",
                    { headers: { "Content-Type": "text/event-stream" } },
                ),
        });
        const base_url = `http://127.0.0.1:${lenient.port}`;
        const channel = await world.admin.addChannel({ base_url, key: "k", models: "gpt-4o", priority: 9 });
        try {
            const answer = await world.client.send(
                '{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi","w":NaN}]}',
            );
            expect(answer.status).toBe(200);
            expect(answer.content).toBe(SIM_TEXT);
            expect(answer.text).toEndWith("data: [DONE]\n\n");
            const row = await world.consumeRow(answer.requestId);
            expect(row.prompt_tokens).toBeGreaterThan(0);
            expect(row.completion_tokens).toBeGreaterThan(0);
            expect(world.sim.requests).toHaveLength(0);
        } finally {
            await world.admin.call("DELETE", `/api/channel/${channel}`);
            await lenient.stop(true);
        }
    });

    // The last test of the file: what it bills may exhaust the account.
    test("or is beyond all numbers leaves balances that their columns can hold", async () => {
        for (const tokens of [1e30, 9e18, 4e12]) {
            world.sim.usage = { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens };
            await world.client.chat();
        }
        const { quota, used, rows } = await world.balances();
        expect(quota).toBeWithin(-(2 ** 53), 100_000_001);
        expect(used).toBeWithin(0, 2 ** 53);
        expect(rows).toBeGreaterThan(0);
        expect((await world.admin.call("GET", "/api/status")).status).toBe(200);
    });
});
