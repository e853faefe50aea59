// Streams that fall silent at every event of a recorded one: the idle timeout ends each, what came is billed, and the client is told
// unless everything that matters was there (relay chapter, 19.3 and 19.4; billing 7.3; dialects 17.5). All places at once, for each
// takes as long as the timeout.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import { playTo, RECORDED, RECORDED_USAGE } from "../sim/recorded_chat.ts";
import { Gate, until } from "../sim/waiting.ts";
import { quotaOf } from "./bill.ts";
import { type ChatAnswer, expectError, expectErrorObject, MESSAGES } from "./chat_client.ts";
import { ENGINE } from "./database.ts";
import { PATIENCE, SANITIZED } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const RATIOS = { model: 1.25, completion: 4 };
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const PLACES = Array.from({ length: RECORDED.length }, (_, whole) => whole);

/** How many events of the record have to be there for each of these. */
const OUTPUT = 2;
const FINISHED = 7;
const USAGE = 8;

/** Where a stream falls silent is not the database's business. */
const ELSEWHERE = ENGINE !== "sqlite";

let world: World;
let answers: ChatAnswer[];

/** Says nothing more; the connection stays open until the gateway has had enough. */
const stall: Script = (exchange) => exchange.gone;

beforeAll(async () => {
    if (ELSEWHERE) return;
    // Long enough that what is sent at once arrives within it on a busy machine.
    world = await startWorld({ env: { STREAMING_TIMEOUT: SANITIZED ? "10" : "4" } });
    await world.admin.setOption("ModelRatio", JSON.stringify({ "gpt-4o": RATIOS.model }));
});

afterAll(() => world?.close());

test.skipIf(ELSEWHERE)("all of them end", async () => {
    const before = await world.balances();
    const open = new Gate();
    open.open();
    // Which place a request stops at is in its text: requests of a crowd arrive in any order.
    world.sim.onModel("gpt-4o", (exchange) => {
        const { messages } = exchange.request.json as { messages: { content: string }[] };
        return playTo({ whole: Number(messages[0]!.content) }, open, stall)(exchange);
    });
    answers = await Promise.all(
        PLACES.map((whole) =>
            world.client.chat({ stream: true, messages: [{ ...MESSAGES[0]!, content: String(whole) }] }),
        ),
    );
    await until("the provider's connections end", () => world.sim.open === 0);
    const after = await world.balances();
    const [{ billed, n }] = world.gateway.query(
        "SELECT coalesce(sum(quota), 0) AS billed, count(*) AS n FROM logs WHERE type = 2",
    );
    expect(Number(n)).toBe(PLACES.length - OUTPUT);
    expect(before.quota - after.quota).toBe(Number(billed));
    expect(after.tokenUsed - before.tokenUsed).toBe(Number(billed));
    expect(world.gateway.query("SELECT id FROM logs WHERE type = 5")).toEqual([]);
});

describe.skipIf(ELSEWHERE)("a stream that falls silent", () => {
    const places = PLACES.map((whole): [string, number] => [
        whole === 0 ? "before any event" : `behind the event "${RECORDED[whole - 1]!.name}"`,
        whole,
    ]);

    test.each(places)("%s", async (_, whole) => {
        const answer = answers[whole]!;
        const failed = { code: "do_request_failed", message: NO_OUTPUT };
        if (whole === 0) return expectError(answer, { status: 500, ...failed });
        const came = RECORDED.slice(0, whole).map((event) => event.payload);
        expect(answer.payloads.slice(0, whole)).toEqual(came);
        expect(answer.payloads.at(-1)).toBe("[DONE]");
        if (whole < OUTPUT) return expectErrorObject(answer, failed);
        if (whole < FINISHED) expectErrorObject(answer, { code: "upstream_stream_interrupted" });
        else expect(answer.error).toBeUndefined();
        const row = await world.consumeRow(answer.requestId);
        expect(JSON.parse(row.other).stream_status).toMatchObject({ status: "error", end_reason: "timeout" });
        const tokens = { prompt: row.prompt_tokens, completion: row.completion_tokens };
        expect(row.quota).toBe(quotaOf(tokens, RATIOS));
        expect(row.completion_tokens).toBeGreaterThan(0);
        if (whole >= USAGE)
            expect(tokens).toEqual({
                prompt: RECORDED_USAGE.prompt_tokens,
                completion: RECORDED_USAGE.completion_tokens,
            });
    });
});
