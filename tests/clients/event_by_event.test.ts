// Streams between all dialects, delta by delta: the provider tells the next one only when the one before has reached the client (spec 06
// sections 16.2, 17). Only Gemini's clients wait for a call: theirs is whole or nothing.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { PATIENCE } from "../integration/gateway.ts";
import { until } from "../sim/waiting.ts";
import { DIALECTS, type Dialect, type Reply } from "./conformance/model.ts";
import { RAW_STREAMS, rawRequest } from "./conformance/raw_client.ts";
import { type ConformanceWorld, startConformanceWorld, UPSTREAMS } from "./conformance/world.ts";

setDefaultTimeout(PATIENCE);

const INPUT = { city: "Bergen", note: "between the mountains" };
const REPLY = {
    thought: "Let us think this over.",
    text: "One two three four.",
    calls: [{ id: "call_1", name: "weather", input: INPUT }],
    finish: "calls",
} satisfies Reply;

/** What the provider tells in pieces, as they stand in its events. */
const WORDS = [...REPLY.thought.match(/\S+\s*/g)!, ...REPLY.text.match(/\S+\s*/g)!];
const ARGUMENTS = JSON.stringify(INPUT).match(/.{1,8}/gs)!.map((piece) => JSON.stringify(piece).slice(1, -1));

let world: ConformanceWorld;

beforeAll(async () => {
    world = await startConformanceWorld();
});

afterAll(() => world.close());

const pairs = UPSTREAMS.flatMap(({ dialect }) => DIALECTS.map((client): [Dialect, Dialect] => [client, dialect]));

describe.each(pairs)("%s to %s", (client, provider) => {
    test("each delta arrives before the next is told", async () => {
        const upstream = world.upstreams.find(({ dialect }) => dialect === provider)!;
        let received = "";
        let from = 0; // what of it was looked at
        // Gemini's clients read no pieces of a call, and its servers tell none.
        const pieces = [...WORDS, ...(client === "gemini" || provider === "gemini" ? [] : ARGUMENTS)];
        let told = 0;
        upstream.forget();
        upstream.next(
            upstream.script({
                paced: REPLY,
                behind: async (event) => {
                    const piece = pieces[told];
                    if (piece === undefined || !event.includes(piece)) return;
                    await until(`"${piece}" arrives`, () => received.includes(piece, from));
                    from = received.indexOf(piece, from) + 1;
                    told++;
                },
            }),
        );
        const { path, body } = rawRequest(client, upstream.models.plain, RAW_STREAMS[client]);
        const response = await fetch(world.gateway.url + path, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${world.key}` },
            body,
        });
        expect(response.status).toBe(200);
        const decoder = new TextDecoder();
        for await (const bytes of response.body!) received += decoder.decode(bytes, { stream: true });
        expect(told).toBe(pieces.length);
        expect(received).toContain("weather");
    });
});
