// The bill under kill -9 (DESIGN section 10): processes that die under load and during replay, with everything still in the journal, and
// with a log database of its own. KILL_ROUNDS says how often the load is killed; `./dev soak` sets more.
import { afterEach, describe, setDefaultTimeout, test } from "bun:test";

import { Scene } from "./crashes.ts";
import { ENGINE, TestDatabase } from "./database.ts";
import { PATIENCE, SANITIZED } from "./gateway.ts";

const USUAL_ROUNDS = SANITIZED ? 3 : ENGINE === "sqlite" ? 100 : 10;
const ROUNDS = Number(process.env.KILL_ROUNDS ?? USUAL_ROUNDS);

setDefaultTimeout(4 * PATIENCE + ROUNDS * PATIENCE);

const scene = new Scene();

afterEach(() => scene.end());

/** Numbers that a seed repeats (mulberry32): where a load is killed. The seed is told, KILL_SEED sets it. */
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31);
let state = SEED;
function below(end: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
}
console.log(`kills by the seed ${SEED}`);

/** Two of all rounds. */
const isKilledReplaying = (round: number) => round === Math.floor(ROUNDS / 3) || round === Math.floor((2 * ROUNDS) / 3);

describe("kill -9", () => {
    test("under load, again and again, twice during replay, leaves an exact bill", async () => {
        await scene.begin();
        const crowds = [];
        for (let round = 0; round < ROUNDS; round++) {
            crowds.push(await scene.loadAndKill(1 + below(40)));
            if (isKilledReplaying(round)) await scene.killReplaying();
            await scene.restart();
            scene.expectExact(crowds);
        }
    });

    test("with everything still in the journal stores it at the next start, killed there or not", async () => {
        await scene.begin();
        const clients = scene.crowd();
        await clients.reaches(1);
        scene.gateway.query('ALTER TABLE "users" RENAME TO "users_away"');
        await clients.reaches(150);
        await scene.gateway.kill();
        await clients.ends();
        scene.gateway.query('ALTER TABLE "users_away" RENAME TO "users"');
        for (let times = 0; times < 2; times++) await scene.killReplaying();
        await scene.restart();
        scene.expectExact([clients]);
    });

    test.skipIf(ENGINE === "sqlite")("with a log database of its own leaves an exact bill", async () => {
        const logs = new TestDatabase(scene.newFolder());
        await logs.prepare();
        await scene.begin({ env: { LOG_SQL_DSN: logs.environment.SQL_DSN } });
        const crowds = [];
        for (let round = 0; round < 2; round++) {
            crowds.push(await scene.loadAndKill(20 + below(40)));
            await scene.restart();
            scene.expectExact(crowds, (sql) => logs.query(sql, []));
        }
    });
});
