// docs/CONFORMANCE.md from the results of the conformance matrix: a table for each provider dialect, with a column for each client.
import { join } from "node:path";

import type { Mode } from "./model.ts";
import { scenariosOf } from "./scenarios.ts";
import { type Place, type Verdict, verdictOf } from "./verdicts.ts";
import { CLIENTS, UPSTREAMS } from "./world.ts";

export const REPORT = join(import.meta.dir, "../../../docs/CONFORMANCE.md");

const OPENING = `# Conformance

What of a conversation each client carries to each kind of provider, full and streamed, as the test run has seen it. The client is the
vendor's own package (columns), the provider a simulator that checks each request as the vendor does (tables). A cell is judged by what
reached the provider, what the package gave back and what the log row says.

- **carried**: everything arrives, and everything comes back. A file behind a URL arrives as that URL where the provider takes it, as
  the file itself elsewhere; some packages fetch it themselves. A blocked prompt comes back as the error that the provider told, or as
  an answer that says so.
- **loss**: the provider's dialect has no word for it. The request is served without it; the log row names it in \`not_carried\` unless
  the package itself left it out.
- **400**: refused with the error of the client's dialect.

\`OPUSCLAW_WRITE_DOCS=1 bun test ./clients/conformance.test.ts\` (in \`tests/\`) makes this page; the test run fails when it differs.
`;

function text(verdict: Verdict): string {
    if (verdict.is === "carried") return "carried";
    return `${verdict.is}: ${verdict.what}`;
}

function cellText(cell: Omit<Place, "mode">): string {
    const of = (mode: Mode) => text(verdictOf({ ...cell, mode }));
    const [full, stream] = [of("full"), of("stream")];
    return full === stream ? full : `full ${full}; streamed ${stream}`;
}

export function report(): string {
    const tables = UPSTREAMS.map((upstream) => {
        const lines = scenariosOf(upstream.dialect).map((scenario) => {
            const cells = CLIENTS.map((client) => cellText({ scenario, client, upstream }));
            return `| ${scenario.name} | ${cells.join(" | ")} |`;
        });
        const names = CLIENTS.map((client) => client.name).join(" | ");
        return [`## To ${upstream.name}`, "", `| | ${names} |`, `|---|${"---|".repeat(CLIENTS.length)}`, ...lines, ""].join("\n");
    });
    return [OPENING, ...tables].join("\n");
}
