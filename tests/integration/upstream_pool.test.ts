// How many idle connections to a provider are kept: as many as RELAY_MAX_IDLE_CONNS_PER_HOST says, for all that a loop does.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import type { Script } from "../sim/exchange.ts";
import { completionText } from "../sim/faults.ts";
import { Gate } from "../sim/waiting.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const KEPT = 8;

let world: World;

beforeAll(async () => {
    world = await startWorld({ env: { LOOPS: "1", RELAY_MAX_IDLE_CONNS_PER_HOST: String(KEPT) } });
});

afterAll(() => world.close());

/** Requests that are all at the provider at the same time; each needs a connection of its own. */
async function wave(): Promise<void> {
    const everybody = new Gate();
    let there = 0;
    const meet: Script = async (exchange) => {
        if (++there === KEPT) everybody.open();
        await Promise.race([everybody.opened, exchange.gone]);
        await exchange.answer(200, completionText(world.sim, exchange), { "content-type": "application/json" });
    };
    world.sim.forget();
    world.sim.next(...Array.from({ length: KEPT }, () => meet));
    const answers = await Promise.all(Array.from({ length: KEPT }, () => world.client.chat()));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: KEPT }, () => 200));
}

test("A loop keeps all of them for its relay", async () => {
    await wave();
    await wave();
    // A connection is back before the client has the whole answer.
    expect(world.sim.requests.filter((request) => request.position > 0)).toHaveLength(KEPT);
});
