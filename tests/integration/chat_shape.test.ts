// Two settings of channels for Chat clients (spec 06 section 17.6): `thinking_to_content` and `force_format`, whole and streamed, of
// the provider's own dialect and of another, at the same bill.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_TEXT, CLAUDE_THOUGHT } from "../sim/anthropic.ts";
import type { Script } from "../sim/exchange.ts";
import { SIM_KEY } from "../sim/openai.ts";
import { quotaOf } from "./bill.ts";
import { CLAUDE_PRICE, type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const PRICE_4O = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });
const PRICE_MINI = quotaOf({ prompt: 21, completion: 7 }, { model: 0.075, completion: 4 });
const USAGE = { prompt_tokens: 21, completion_tokens: 7, total_tokens: 28 };

let it: ClaudeWorld;

beforeAll(async () => {
    const setting = JSON.stringify({ thinking_to_content: true });
    it = await startClaudeWorld({ channel: { setting, models: "gpt-4o" }, claude: { setting } });
    await it.world.admin.addChannel({
        base_url: it.world.sim.url,
        key: SIM_KEY,
        models: "gpt-4o-mini",
        setting: JSON.stringify({ force_format: true }),
    });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

/** A reply of a server that thinks aloud and adds members of its own. */
const thinkingAloud: Script = async (exchange) => {
    const { model, stream } = exchange.request.json as { model: string; stream?: boolean };
    const common = { id: "c1", created: 5, model, vendor: { latency: 1.5 } };
    const message = { role: "assistant", content: "Hi.", reasoning_content: "Hm, ok.", mood: "good" };
    if (!stream) {
        const choices = [{ index: 0, message, finish_reason: "stop", native_finish_reason: "end" }];
        return exchange.json(200, { ...common, object: "chat.completion", choices, usage: USAGE });
    }
    const chunk = (delta: object, finish_reason: string | null = null) =>
        exchange.event({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] });
    await exchange.openStream();
    await chunk({ role: "assistant", content: "", mood: "good" });
    await chunk({ reasoning_content: "Hm, " });
    await chunk({ reasoning_content: "ok." });
    await chunk({ content: "Hi" });
    await chunk({ content: "." });
    await chunk({}, "stop");
    await exchange.event({ ...common, object: "chat.completion.chunk", choices: [], usage: USAGE });
    await exchange.event("[DONE]");
    await exchange.end();
};

const deltas = (events: any[]) => events.flatMap((event) => event.choices.map((choice: any) => choice.delta));

describe("thoughts in the content", () => {
    test("of a provider of the same dialect", async () => {
        it.world.sim.next(thinkingAloud, thinkingAloud);
        await it.world.costs(PRICE_4O, async () => {
            const whole = await it.world.client.chat();
            expect(whole.content).toBe("<think>\nHm, ok.\n</think>\nHi.");
            expect(whole.json.choices[0].message).toEqual({ role: "assistant", content: whole.content, mood: "good" });
            expect(whole.json.vendor).toEqual({ latency: 1.5 });
        });
        await it.world.costs(PRICE_4O, async () => {
            const stream = await it.world.client.chat({ stream: true });
            expect(deltas(stream.events).map((delta) => delta.content)).toEqual([
                "",
                "<think>\nHm, ",
                "ok.",
                "\n</think>\n",
                "Hi",
                ".",
                undefined,
            ]);
            expect(stream.text).not.toContain("reasoning_content");
            expect([stream.usage, stream.payloads.at(-1)]).toEqual([USAGE, "[DONE]"]);
        });
    });

    test("of a provider of another dialect", async () => {
        const expected = `<think>\n${CLAUDE_THOUGHT}\n</think>\n${CLAUDE_TEXT}`;
        for (const stream of [false, true]) {
            await it.side.costs(CLAUDE_PRICE, async () => {
                const answer = await it.chat({ stream, reasoning_effort: "low", max_tokens: 4000 });
                expect([answer.status, answer.content], answer.text).toEqual([200, expected]);
                expect(answer.text).not.toContain("reasoning_content");
            });
        }
    });

    test("are for Chat clients alone", async () => {
        it.world.sim.next(thinkingAloud);
        const answer = await it.message({ model: "gpt-4o" });
        expect(answer.said).toBe("Hi.");
        expect(answer.json.content[0]).toMatchObject({ type: "thinking", thinking: "Hm, ok." });
    });
});

test("a forced format has known members only, and the same bill", async () => {
    it.world.sim.next(thinkingAloud, thinkingAloud);
    const whole = await it.world.client.chat({ model: "gpt-4o-mini" });
    expect(whole.json).toEqual({
        id: "c1",
        model: "gpt-4o-mini",
        object: "chat.completion",
        created: 5,
        choices: [
            {
                index: 0,
                message: { role: "assistant", content: "Hi.", reasoning_content: "Hm, ok." },
                finish_reason: "stop",
            },
        ],
        usage: USAGE,
    });
    expect((await it.row(whole)).row.quota).toBe(PRICE_MINI);
    const stream = await it.world.client.chat({ model: "gpt-4o-mini", stream: true });
    for (const event of stream.events) {
        expect(Object.keys(event)).toEqual([
            "id",
            "object",
            "created",
            "model",
            "system_fingerprint",
            "choices",
            "usage",
        ]);
    }
    expect(deltas(stream.events)[0]).toEqual({ role: "assistant", content: "" });
    expect([stream.content, stream.usage, stream.payloads.at(-1)]).toEqual(["Hi.", USAGE, "[DONE]"]);
    expect((await it.row(stream)).row.quota).toBe(PRICE_MINI);
});
