// Ill-formed requests between all dialects: each is repaired as the chapter has it, or refused with 400 in the client's own dialect; nothing
// else ever happens to them, and nobody pays for one that was refused (spec 06 sections 8 to 14, 20).
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { PATIENCE } from "../integration/gateway.ts";
import { BAD_REQUESTS, nested, says, withSchema } from "./conformance/bad_requests.ts";
import { DIALECTS, type Dialect, type Upstream } from "./conformance/model.ts";
import { rawRequest } from "./conformance/raw_client.ts";
import { type ConformanceWorld, startConformanceWorld } from "./conformance/world.ts";

setDefaultTimeout(2 * PATIENCE);

let world: ConformanceWorld;

beforeAll(async () => {
    world = await startConformanceWorld();
});

afterAll(() => world.close());

const pairs = DIALECTS.flatMap((client) => DIALECTS.map((provider): [Dialect, Dialect] => [client, provider]));
const translated = pairs.filter(([client, provider]) => client !== provider);

interface Told {
    status: number;
    json: any;
    upstream: Upstream;
}

type Make = (model: string) => { path: string; body: string | Uint8Array<ArrayBuffer> };

async function tell(provider: Dialect, make: Make): Promise<Told> {
    const upstream = world.upstreams.find(({ dialect }) => dialect === provider)!;
    upstream.forget();
    upstream.next(upstream.script({ reply: { text: "Fine.", finish: "stop" } }));
    const { path, body } = make(upstream.models.plain);
    const response = await fetch(world.gateway.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${world.key}` },
        body,
    });
    return { status: response.status, json: await response.json(), upstream };
}

function ask(client: Dialect, provider: Dialect, members: object): Promise<Told> {
    return tell(provider, (model) => rawRequest(client, model, members, false));
}

function expectTaken({ status, json, upstream }: Told): void {
    expect(upstream.refused).toEqual([]);
    expect(status, JSON.stringify(json).slice(0, 500)).toBe(200);
    expect(JSON.stringify(json)).toContain("Fine.");
}

function expectRefused(client: Dialect, { status, json }: Told): void {
    expect(status, JSON.stringify(json).slice(0, 500)).toBe(400);
    expect(json.error.message).not.toBe("");
    if (client === "messages") expect([json.type, typeof json.error.type]).toEqual(["error", "string"]);
    else if (client === "gemini") expect([json.error.code, json.error.status]).toEqual([400, "INVALID_ARGUMENT"]);
    else expect(Object.keys(json.error).slice(0, 4)).toEqual(["message", "type", "param", "code"]);
}

describe.each(translated)("%s to %s", (client, provider) => {
    test.each(BAD_REQUESTS)("$name", async ({ members, repairedFor, always }) => {
        const rows = (await world.rows()).size;
        const told = await ask(client, provider, members[client]);
        const repaired = repairedFor.includes(provider) || always?.includes(client);
        if (repaired) return expectTaken(told);
        expectRefused(client, told);
        expect((await world.rows()).size).toBe(rows);
    });
});

describe.each(pairs)("%s to %s is refused", (client, provider) => {
    test("with a schema nested 1,000 deep", async () => {
        const told = await ask(client, provider, withSchema(nested(1000))[client]);
        expectRefused(client, told);
        expect(told.upstream.sim.requests).toEqual([]);
    });

    test("with bytes that are no UTF-8", async () => {
        const told = await tell(provider, (model) => {
            const { path, body } = rawRequest(client, model, says("x@@y")[client], false);
            const bytes = new Uint8Array(Buffer.from(body));
            const at = body.indexOf("@@");
            bytes[at] = 0xff;
            bytes[at + 1] = 0xc0;
            return { path, body: bytes };
        });
        expectRefused(client, told);
        expect(told.upstream.sim.requests).toEqual([]);
    });
});

test.each(translated)("half a surrogate pair goes from %s to %s as the sign for what cannot be read", async (client, provider) => {
    const { upstream } = await ask(client, provider, says("x\ud800y")[client]);
    const { json, target } = upstream.sim.requests[0]!;
    expect(upstream.arrived(json, target).lines).toEqual(["user: text x\ufffdy"]);
});

// Each dialect once on either side.
test.each([
    ["chat", "messages"],
    ["messages", "gemini"],
    ["gemini", "responses"],
    ["responses", "chat"],
] as [Dialect, Dialect][])("10 MB in one text go from %s to %s whole", async (client, provider) => {
    const text = 'é"\n'.repeat(2_500_000);
    const told = await ask(client, provider, says(text)[client]);
    expectTaken(told);
    const { json, target } = told.upstream.sim.requests[0]!;
    expect(told.upstream.arrived(json, target).lines[0] === `user: text ${text}`).toBe(true);
});
