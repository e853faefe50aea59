// The tests themselves type-check: a wrong field name in an expectation must not pass as undefined.
import { expect, test } from "bun:test";
import { join } from "node:path";

import { SANITIZED } from "./gateway.ts";

test.skipIf(SANITIZED)(
    "the tests type-check",
    () => {
        const folder = join(import.meta.dir, "..");
        const run = Bun.spawnSync(["bun", "run", "check"], { cwd: folder, stdout: "pipe", stderr: "pipe" });
        expect(run.stdout.toString() + (run.exitCode === 0 ? "" : run.stderr.toString())).not.toContain(
            "error TS",
        );
        expect(run.exitCode).toBe(0);
    },
    60_000,
);
