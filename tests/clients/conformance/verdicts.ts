// What each pair carries of each scenario, as data after spec 06: everything, unless a row here says otherwise. A row names what is lost,
// where, and which note the log row has of it; or the 400 that the program gets.
import type { Heard } from "./expected.ts";
import { REFUSAL, SCHEMA, THOUGHT } from "./fixtures.ts";
import { type Arrived, canonicalJson, type Dialect, type Mode, type Named, toolLine } from "./model.ts";
import type { Scenario } from "./scenarios.ts";

/** How a file behind a URL arrives: as that, as what was fetched, or named in a text behind these words. */
export type Remote = "url" | "data" | { text: string };

export interface Losses {
    /** What arrives instead with the last request. */
    arrived: Partial<Arrived>;
    /** What the program hears instead. */
    heard: Partial<Heard>;
    /** Instead of what expected.ts says. */
    remote?: Remote;
    /** The reasoning that the provider gets back in the next turn; empty: none. */
    thought: string;
}

export type Verdict =
    | { is: "carried"; losses: Losses }
    | { is: "loss"; what: string; notes: string[]; losses: Losses }
    | { is: "400"; what: string };

interface Row {
    scenario: string;
    client?: Dialect | RegExp;
    upstream?: Dialect;
    mode?: Mode;
    /** For the report; a loss without a note is the client's own, or no loss of meaning. */
    lost?: string;
    notes?: string[];
    refused?: string;
    losses?: Partial<Losses>;
}

const EARLIER_REASONING = { lost: "reasoning of earlier turns", notes: ["reasoning of earlier turns"], losses: { thought: "" } };
const NO_STOP: Pick<Row, "lost" | "losses"> = { lost: "stop sequences", losses: { arrived: { stop: [] } } };

const NAMED_FILE = { lost: "the file (a text names its address)", notes: ["file"] };

const { additionalProperties: _closed, ...OPEN_SCHEMA } = SCHEMA;
const TEXT_OF_REASONING = { lost: "the text of the reasoning (its signature is carried)", notes: ["reasoning of earlier turns"] };

const ROWS: Row[] = [
    // For models whose name it does not know the package asks for a call of a tool, and hands its arguments out.
    ...(["chat", "responses", "gemini"] as const).map((upstream) => ({
        scenario: "structured output",
        client: /^ai, Anthropic$/,
        upstream,
        lost: "the package asks for a tool instead",
        notes: upstream === "gemini" ? ["parallel_tool_calls"] : [],
        losses: {
            arrived: {
                schema: "",
                choice: "required",
                tools: [toolLine("json", "Respond with a JSON object.", upstream === "gemini" ? OPEN_SCHEMA : SCHEMA)],
            },
        },
    })),
    // Chat has no place for signatures; OpenAI's own Chat takes no reasoning back.
    {
        scenario: "reasoning over two turns",
        client: /^ai, OpenAI Chat$/,
        upstream: "messages",
        lost: "the package reads no reasoning",
        // The provider refuses to go on reasoning without what it reasoned.
        notes: ["reasoning"],
        losses: { heard: { thought: "" }, thought: "", arrived: { reasoning: false } },
    },
    {
        scenario: "reasoning over two turns",
        client: /^ai, OpenAI Chat$/,
        lost: "the package reads no reasoning",
        losses: { heard: { thought: "" }, thought: "" },
    },
    ...(["chat", "responses"] as const).map((upstream) => ({
        scenario: "reasoning over two turns",
        client: /^ai, Anthropic$/,
        upstream,
        mode: "stream" as const,
        lost: "the package drops reasoning without a signature",
        losses: { thought: "" },
    })),
    { scenario: "reasoning over two turns", client: "messages", upstream: "chat", ...EARLIER_REASONING },
    ...(["chat", "gemini"] as const).map((upstream) => ({
        scenario: "reasoning over two turns",
        client: /^ai, OpenAI Responses$/,
        upstream,
        lost: "the package drops reasoning that is not sealed",
        losses: upstream === "chat" ? { thought: "" } : {},
    })),
    { scenario: "reasoning over two turns", client: "responses", upstream: "chat", ...EARLIER_REASONING },
    { scenario: "reasoning over two turns", client: "gemini", upstream: "chat", ...EARLIER_REASONING },
    // Gemini signs its calls, not what it thought before them.
    {
        scenario: "reasoning over two turns",
        client: /^ai, Anthropic$/,
        upstream: "gemini",
        mode: "stream",
        lost: "the package drops reasoning without a signature",
    },
    { scenario: "reasoning over two turns", client: "messages", upstream: "gemini", ...TEXT_OF_REASONING },
    { scenario: "reasoning over two turns", client: "chat", upstream: "gemini", ...TEXT_OF_REASONING },
    { scenario: "reasoning over two turns", client: /^openai, Responses$/, upstream: "gemini", ...TEXT_OF_REASONING },
    // Responses seals reasoning for programs that keep the conversation themselves; only Chat and Responses can say that they do.
    { scenario: "reasoning over two turns", client: "messages", upstream: "responses", ...EARLIER_REASONING },
    { scenario: "reasoning over two turns", client: "gemini", upstream: "responses", ...EARLIER_REASONING },
    // Gemini's schemas do not know whether an object is closed; its own JSON Schema member does.
    ...(["chat", "responses", "messages"] as const).map((client) => ({
        scenario: "structured output",
        client,
        upstream: "gemini" as const,
        lost: "`additionalProperties`",
        losses: { arrived: { schema: canonicalJson(OPEN_SCHEMA) } },
    })),
    // Files that the package fetches itself, as it does not know that the gateway would.
    { scenario: "image by URL", client: /^ai, Google$/, losses: { remote: "data" } },
    ...[/^ai, Google$/, /^ai, OpenAI Chat$/].map((client) => ({
        scenario: "file by URL",
        client,
        losses: { remote: "data" as const },
    })),
    // Chat has no word for a file behind a URL; OpenAI says so, the others fetch it or take the URL.
    {
        scenario: "file by URL",
        client: "chat",
        upstream: "chat",
        refused: "Missing required parameter: 'messages[0].content[1].file.file_data'.",
    },
    { scenario: "file by URL", client: "gemini", upstream: "chat", ...NAMED_FILE, losses: { remote: { text: "[file application/pdf]" } } },
    { scenario: "file by URL", upstream: "chat", ...NAMED_FILE, losses: { remote: { text: "[file]" } } },
    // The package shows the words of a refusal as any others, and says that the answer was filtered.
    { scenario: "refusal in words", client: /^ai, OpenAI/, losses: { heard: { text: REFUSAL, refusal: "", finish: "refusal" } } },
    // Responses has no word for stop sequences. The `ai` package leaves them out by itself.
    { scenario: "stop sequences", client: /^ai, OpenAI Responses$/, ...NO_STOP },
    {
        scenario: "stop sequences",
        client: "responses",
        upstream: "responses",
        refused: "Unknown parameter: 'stop'.",
    },
    { scenario: "stop sequences", client: "responses", ...NO_STOP, notes: ["stop"] },
    { scenario: "stop sequences", upstream: "responses", ...NO_STOP, notes: ["stop"] },
];

const NOTHING: Losses = { arrived: {}, heard: {}, thought: THOUGHT };

function matches(row: Row, cell: Place): boolean {
    const { client } = row;
    const named = typeof client === "string" ? client === cell.client.dialect : (client?.test(cell.client.name) ?? true);
    return (
        row.scenario === cell.scenario.name &&
        named &&
        (row.upstream ?? cell.upstream.dialect) === cell.upstream.dialect &&
        (row.mode ?? cell.mode) === cell.mode
    );
}

/** What a verdict is about. */
export interface Place {
    scenario: Scenario;
    client: Named;
    upstream: Named;
    mode: Mode;
}

export function verdictOf(cell: Place): Verdict {
    const row = ROWS.find((one) => matches(one, cell));
    if (row?.refused) return { is: "400", what: row.refused };
    const losses = { ...NOTHING, ...row?.losses };
    if (row?.lost) return { is: "loss", what: row.lost, notes: row.notes ?? [], losses };
    return { is: "carried", losses };
}
