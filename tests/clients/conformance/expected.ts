// What a cell of the conformance matrix must show, worked out from its scenario: what reaches the provider, what the program hears. What a
// pair cannot carry is taken away as its verdict says.
import { SIGNATURES } from "./fixtures.ts";
import {
    type Answer,
    type Arrived,
    type Ask,
    callLine,
    canonicalJson,
    canonicalLines,
    type Dialect,
    imageLine,
    pdfLine,
    type Reply,
    resultLine,
    toolLine,
    type Turn,
    USAGE,
} from "./model.ts";
import type { Losses } from "./verdicts.ts";

/** How the provider of a dialect gets its own reasoning back. */
function thoughtLine(upstream: Dialect, thought: string): string[] {
    if (upstream === "chat") return [`assistant: thought ${thought}`];
    if (upstream === "gemini") return [`assistant: signature ${SIGNATURES.gemini}`];
    return [`assistant: thought ${thought} signed ${SIGNATURES[upstream]}`];
}

function linesOf(turn: Turn, upstream: Dialect, losses: Losses): string[] {
    if ("user" in turn) {
        return turn.user.map((piece) => {
            if ("text" in piece) return `user: text ${piece.text}`;
            return "image" in piece ? imageLine("user", "image/png", piece.image) : pdfLine("user", piece.pdf);
        });
    }
    if ("results" in turn) return turn.results.map(({ id, output, failed }) => resultLine(id, output, failed));
    const [text, calls, thought] =
        "again" in turn ? [turn.again.text, turn.again.calls, losses.thought] : [turn.said, turn.calls ?? [], ""];
    return [
        ...(thought ? thoughtLine(upstream, thought) : []),
        ...(text ? [`assistant: text ${text}`] : []),
        ...calls.map(({ id, name, input }) => callLine(id, name, input)),
    ];
}

/** What of it the provider must get. */
export function arrivalOf(ask: Ask, upstream: Dialect, losses: Losses): Arrived {
    const choice = ask.choice ?? "auto";
    const arrival: Arrived = {
        system: ask.system ?? "",
        lines: canonicalLines(ask.turns.flatMap((turn) => linesOf(turn, upstream, losses))),
        tools: (ask.tools ?? []).map(({ name, description, schema }) => toolLine(name, description, schema)),
        choice: typeof choice === "string" ? choice : choice.tool,
        reasoning: ask.reasoning === true,
        schema: ask.schema ? canonicalJson(ask.schema) : "",
        stop: ask.stop ?? [],
        limit: ask.limit,
        stream: ask.mode === "stream",
    };
    return { ...arrival, ...losses.arrived };
}

export type Heard = Pick<Answer, "text" | "thought" | "calls" | "finish" | "usage">;

/** What the program must hear of it. */
export function hearingOf(reply: Reply, losses: Losses): Heard {
    const { text, thought = "", calls = [], finish } = reply;
    return { text, thought, calls, finish, usage: USAGE, ...losses.heard };
}
