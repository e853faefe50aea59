// The conformance matrix (spec 06): each client package × each provider dialect × full and streamed × each scenario. All cells run on one
// gateway, then each is judged; docs/CONFORMANCE.md is made of the results.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";

import type { LogRow } from "../integration/admin.ts";
import { PATIENCE } from "../integration/gateway.ts";
import { check } from "./conformance/check.ts";
import { report, REPORT } from "./conformance/report.ts";
import { cellsOf, type Outcome, run } from "./conformance/run.ts";
import { scenariosOf } from "./conformance/scenarios.ts";
import { CLIENTS, type ConformanceWorld, startConformanceWorld, UPSTREAMS } from "./conformance/world.ts";

setDefaultTimeout(10 * PATIENCE);

let world: ConformanceWorld;
const outcomes = new Map<string, Outcome>();
let rows: Map<string, LogRow>;
let failed = 0;

beforeAll(async () => {
    world = await startConformanceWorld();
    for (const cell of cellsOf(world)) {
        outcomes.set(key(cell.upstream.name, cell.client.name, cell.scenario.name, cell.mode), await run(world, cell));
    }
    rows = await world.rows();
});

afterAll(() => world.close());

function key(...names: string[]): string {
    return names.join(" / ");
}

const pairs = UPSTREAMS.flatMap((upstream) =>
    CLIENTS.map((client) => [client.name, upstream.name, upstream.dialect] as const),
);

describe.each(pairs)("%s to %s", (client, upstream, dialect) => {
    const cells = scenariosOf(dialect).flatMap(({ name }) => ["full", "stream"].map((mode) => [name, mode] as const));
    test.each(cells)("%s, %s", (scenario, mode) => {
        failed++;
        check(outcomes.get(key(upstream, client, scenario, mode))!, rows);
        failed--;
    });
});

test("the report is the one in docs", () => {
    expect(failed).toBe(0);
    const made = report();
    if (process.env.OPUSCLAW_WRITE_DOCS) writeFileSync(REPORT, made);
    expect(readFileSync(REPORT, "utf8")).toBe(made);
});
