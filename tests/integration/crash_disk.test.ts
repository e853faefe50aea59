// The bill when there is no room for the journal (DESIGN section 10), at its limit and on a full disk: new requests get 503, running ones
// are billed, and all goes on when the database takes what is there.
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import * as faults from "../sim/faults.ts";
import { Gate, until } from "../sim/waiting.ts";
import { readAnswer } from "./admin.ts";
import { ChatAnswer, expectError, MESSAGES } from "./chat_client.ts";
import { PRICE, Scene } from "./crashes.ts";
import { makeFolder, PATIENCE } from "./gateway.ts";

setDefaultTimeout(4 * PATIENCE);

const scene = new Scene();

afterEach(() => scene.end());

/** Money that the database cannot take for as long as this lasts: the flusher's groups fail. */
const away = () => scene.gateway.query('ALTER TABLE "users" RENAME TO "users_away"');
const back = () => scene.gateway.query('ALTER TABLE "users_away" RENAME TO "users"');

/** Fills the journal, with a request running meanwhile, and checks who is refused and who is billed behind that end. */
async function fillAndEmpty(end: () => Promise<void>): Promise<void> {
    const gate = new Gate();
    scene.world.sim.next(faults.gated(scene.world.sim, { 2: gate }));
    const running = await scene.world.client.open({ model: "gpt-4o", messages: MESSAGES, stream: true });
    away();
    const clients = scene.crowd();
    await until("new requests are refused", () => clients.lost > 0, PATIENCE);
    await clients.ends();
    const asked = async () => (await scene.world.client.chat()).status;
    await until("nobody gets in any more", async () => (await asked()) === 503, PATIENCE);
    const sent = scene.world.sim.requests.length;
    expectError(await scene.world.client.chat(), { status: 503, code: "billing_unavailable" });
    expect(scene.world.sim.requests.length).toBe(sent);
    gate.open();
    const answer = new ChatAnswer(await readAnswer(running));
    expect(answer.payloads.at(-1)).toBe("[DONE]");
    back();
    await until("there is room again", async () => (await asked()) === 200, PATIENCE);
    await end();
    await scene.restart();
    const { row, rows } = scene.books();
    expect(rows.length).toBeGreaterThanOrEqual(clients.seen.length + 2);
    const billed = new Set(rows.map((each) => each.id));
    expect([...clients.seen, answer.requestId].filter((id) => !billed.has(id))).toEqual([]);
    expect(row).toMatchObject({ used: PRICE * rows.length, requests: rows.length });
    expect(rows.length).toBe(scene.world.sim.requests.length);
}

/** Runs the gateway with a file system of three segments under its folder, which ends with the process. */
const SMALL_DISK = [
    ...["unshare", "-rm", "sh", "-c"],
    'mkdir -p small && mount -t tmpfs -o size=384k journal small && exec "$@"',
    "sh",
];

function mayMount(): boolean {
    const folder = makeFolder();
    const done = Bun.spawnSync([...SMALL_DISK, "true"], { cwd: folder, stdout: "ignore", stderr: "pipe" });
    rmSync(folder, { recursive: true, force: true });
    if (done.exitCode === 0) return true;
    console.log(`a full disk is not tested: no small file system may be mounted here: ${done.stderr}`.trim());
    return false;
}

describe("a journal without room", () => {
    const env = { LOOPS: "1", JOURNAL_SEGMENT_KB: "128" };

    test("at its limit refuses new requests and bills the running ones", async () => {
        await scene.begin({ env: { ...env, JOURNAL_MAX_MB: "1" } });
        await fillAndEmpty(() => scene.gateway.kill());
    });

    test.skipIf(!mayMount())("on a full disk refuses new requests and bills the running ones", async () => {
        await scene.begin({ env: { ...env, JOURNAL_DIR: "small" }, wrapper: SMALL_DISK });
        await fillAndEmpty(() => scene.gateway.stop());
    });
});
