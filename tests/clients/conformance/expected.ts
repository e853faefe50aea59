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
    type Piece,
    type Reply,
    resultLine,
    toolLine,
    type Turn,
    USAGE,
} from "./model.ts";
import type { Losses, Remote } from "./verdicts.ts";

export interface Pair {
    client: Dialect;
    upstream: Dialect;
}

/** How the provider of a dialect gets its own reasoning back. */
function thoughtLine(upstream: Dialect, thought: string): string[] {
    if (upstream === "chat") return [`assistant: thought ${thought}`];
    if (upstream === "gemini") return [`assistant: signature ${SIGNATURES.gemini}`];
    return [`assistant: thought ${thought} signed ${SIGNATURES[upstream]}`];
}

/** How a file behind a URL arrives, unless a verdict says otherwise: OpenAI fetches it, the others take only their own programs' URLs. */
export function remoteForm(client: Dialect, upstream: Dialect, losses: Losses): Remote {
    const passes = upstream === "chat" || upstream === "responses" || upstream === client;
    return losses.remote ?? (passes ? "url" : "data");
}

function pieceLine(piece: Piece, remote: Remote): string {
    if ("text" in piece) return `user: text ${piece.text}`;
    const form = piece.url === undefined ? "data" : remote;
    if (typeof form === "object") return `user: text ${form.text} ${piece.url}`;
    if ("pdf" in piece) return pdfLine("user", form === "url" ? piece.url! : piece.pdf);
    return form === "url" ? imageLine("user", "url", piece.url!) : imageLine("user", "image/png", piece.image);
}

function linesOf(turn: Turn, { client, upstream }: Pair, losses: Losses): string[] {
    if ("user" in turn) return turn.user.map((piece) => pieceLine(piece, remoteForm(client, upstream, losses)));
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
export function arrivalOf(ask: Ask, pair: Pair, losses: Losses): Arrived {
    const choice = ask.choice ?? "auto";
    const arrival: Arrived = {
        system: ask.system ?? "",
        lines: canonicalLines(ask.turns.flatMap((turn) => linesOf(turn, pair, losses))),
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

export type Heard = Pick<Answer, "text" | "refusal" | "thought" | "calls" | "finish" | "usage">;

/** What the program must hear of it. Only the dialects of OpenAI tell the words of a refusal apart. */
export function hearingOf(reply: Reply, client: Dialect, losses: Losses): Heard {
    const { refusal = "", thought = "", calls = [], finish } = reply;
    const apart = client === "chat" || client === "responses";
    const said = apart ? { text: reply.text, refusal } : { text: reply.text + refusal, refusal: "" };
    return { ...said, thought, calls, finish, usage: USAGE, ...losses.heard };
}
