// Judges one cell of the conformance matrix: what arrived at the provider, what the program heard, what the log row says.
import { expect } from "bun:test";

import type { LogRow } from "../../integration/admin.ts";
import { arrivalOf, hearingOf, remoteForm } from "./expected.ts";
import { ANSWER } from "./fixtures.ts";
import { type Dialect, SHOWN, USAGE } from "./model.ts";
import type { Cell, Exchanged, Outcome } from "./run.ts";
import { type Losses, type Verdict, verdictOf } from "./verdicts.ts";

const NO_OUTPUT = "received prompt tokens but no completion output";
const OVERLOADED = "The model is overloaded, come back.";

export function check({ cell, exchanges }: Outcome, rows: Map<string, LogRow>): void {
    const verdict = verdictOf(cell);
    for (const [at, exchange] of exchanges.entries()) {
        const ends = at + 1 < cell.scenario.steps.length ? "answer" : cell.scenario.ends;
        expect(exchange.requestId).not.toBe("");
        if (verdict.is === "400") return checkRefusal(exchange, verdict.what, rows);
        expect(exchange.refused).toEqual([]);
        const last = at + 1 === cell.scenario.steps.length;
        checkArrival(cell, exchange, last ? verdict.losses : { ...verdict.losses, arrived: {} });
        if (ends === "answer") checkAnswer(cell, { exchange, at, verdict }, rows);
        else if (ends === "blocked") checkBlocked(cell, exchange, rows);
        else checkProblem(cell, exchange, rows);
    }
    expect(exchanges).toHaveLength(cell.scenario.steps.length);
}

function checkRefusal(exchange: Exchanged, text: string, rows: Map<string, LogRow>): void {
    expect(exchange.problem).toMatchObject({ status: 400, delivered: "" });
    expect(exchange.problem!.message).toContain(text);
    expect(rows.get(exchange.requestId)).toBeUndefined();
}

function checkArrival({ client, upstream }: Cell, { ask, bodies, fetched }: Exchanged, losses: Losses): void {
    expect(bodies).toHaveLength(1);
    const pair = { client: client.dialect, upstream: upstream.dialect };
    const remote = ask.turns.some((turn) => "user" in turn && turn.user.some((piece) => "url" in piece));
    expect(fetched).toBe(remote && remoteForm(pair.client, pair.upstream, losses) === "data" ? 1 : 0);
    const { body, target } = bodies[0]!;
    const arrived = upstream.arrived(body, target);
    const expected = arrivalOf(ask, pair, losses);
    // Anthropic demands a limit: where the program has none, there is the gateway's or its own.
    if (expected.limit === undefined) delete (arrived as any).limit, delete (expected as any).limit;
    expect(arrived).toEqual(expected);
}

interface Told {
    exchange: Exchanged;
    at: number;
    verdict: Verdict & { losses: Losses };
}

function checkAnswer(cell: Cell, { exchange, at, verdict }: Told, rows: Map<string, LogRow>): void {
    if (exchange.problem) throw new Error(`${exchange.problem.kind}: ${exchange.problem.message}`);
    const { play } = cell.scenario.steps[at]!;
    if (!("reply" in play)) throw new Error("a scenario that ends with an answer plays one");
    const { native: _, ...heard } = exchange.answer!;
    const expected = hearingOf(play.reply, cell.client.dialect, verdict.losses);
    const ids = cell.upstream.dialect !== "gemini";
    const named = heard.calls.map((call, index) => (ids ? call : { ...call, id: expected.calls[index]?.id ?? "" }));
    expect({ ...heard, calls: named }).toEqual(expected);
    if (cell.mode === "stream") expect(exchange.streamed).toBe(expected.text);
    const notes = verdict.is === "loss" && at + 1 === cell.scenario.steps.length ? verdict.notes : [];
    checkRow(cell, exchange, { rows, notes, filtered: play.reply.finish === "refusal" });
}

/** How a log row says that a provider filtered its answer, where it has a word for that. */
const FILTERED: Partial<Record<Dialect, string>> = {
    chat: "openai_finish_reason=content_filter",
    messages: "claude_stop_reason=refusal",
};

interface RowFacts {
    rows: Map<string, LogRow>;
    notes: string[];
    filtered: boolean;
}

function checkRow(cell: Cell, { requestId }: Exchanged, { rows, notes, filtered }: RowFacts): void {
    const row = rows.get(requestId);
    if (!row) throw new Error("no log row");
    const other = JSON.parse(row.other);
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([cell.upstream.rowPrompt, USAGE.output]);
    expect(other.request_conversion).toEqual([
        ...new Set([SHOWN[cell.client.dialect], SHOWN[cell.upstream.dialect]]),
    ]);
    expect(other.not_carried ?? []).toEqual(notes);
    expect(other.reject_reason).toBe(filtered ? FILTERED[cell.upstream.dialect] : undefined);
}

/** Gemini tells of a block in an answer: its own programs and those that stream get one, and its prompt is paid for (spec 06 section 15.2). */
function checkBlocked({ client, upstream, mode }: Cell, exchange: Exchanged, rows: Map<string, LogRow>): void {
    const { answer, problem } = exchange;
    const gemini = upstream.dialect === "gemini";
    if (gemini && (mode === "stream" || client.dialect === "gemini")) {
        expect(problem).toBeUndefined();
        expect([answer!.text, answer!.finish]).toEqual(["", "refusal"]);
    } else {
        expect([problem?.status, problem?.delivered]).toEqual([400, ""]);
        expect(problem!.message).toContain(upstream.blockedWords);
    }
    const row = rows.get(exchange.requestId);
    if (!gemini) return expect(row).toBeUndefined();
    expect([row!.prompt_tokens, row!.completion_tokens]).toEqual([USAGE.input, 0]);
    expect(row!.quota).toBeGreaterThan(0);
    expect(JSON.parse(row!.other).reject_reason).toBe("gemini_block_reason=PROHIBITED_CONTENT");
}

function checkProblem(cell: Cell, exchange: Exchanged, rows: Map<string, LogRow>): void {
    const { problem, requestId } = exchange;
    if (!problem) throw new Error(`no error, but ${JSON.stringify(exchange.answer)}`);
    const { ends } = cell.scenario;
    const full = cell.mode === "full";
    if ((ends === "error within" || ends === "error told") && !full) {
        expect(ANSWER).toStartWith(problem.delivered);
        expect(problem.delivered).not.toBe("");
        expect(problem.message).toContain(ends === "error told" ? OVERLOADED : "upstream stream interrupted");
        expect(rows.get(requestId)!.completion_tokens).toBeGreaterThan(0);
        return;
    }
    const status = ends === "error before" ? 429 : full ? 502 : 500;
    expect([problem.status, problem.delivered]).toEqual([status, ""]);
    const words = { "error before": "Too many requests of this kind.", "error told": OVERLOADED };
    if (ends in words) expect(problem.message).toContain(words[ends as keyof typeof words]);
    if (ends === "no output" && !full) expect(problem.message).toContain(NO_OUTPUT);
    expect(rows.get(requestId)).toBeUndefined();
}
