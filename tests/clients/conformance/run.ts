// Runs the cells of the conformance matrix one after the other and keeps what each showed; the judgement comes later (check.ts), when the
// log rows of all can be read at once.
import type { Answer, Ask, Client, Problem, Upstream } from "./model.ts";
import { scenariosOf } from "./scenarios.ts";
import type { Place } from "./verdicts.ts";
import type { ConformanceWorld } from "./world.ts";

export interface Cell extends Place {
    client: Client;
    upstream: Upstream;
}

/** One request of a cell and what became of it. */
export interface Exchanged {
    ask: Ask;
    requestId: string;
    /** What the provider got, each attempt. */
    bodies: { body: any; target: string }[];
    /** What its checks refused. */
    refused: unknown[];
    answer?: Answer;
    problem?: Problem;
    streamed: string;
    /** How many files were asked for behind URLs. */
    fetched: number;
}

export interface Outcome {
    cell: Cell;
    exchanges: Exchanged[];
}

export function cellsOf(world: ConformanceWorld): Cell[] {
    const cells: Cell[] = [];
    for (const upstream of world.upstreams) {
        for (const client of world.clients) {
            for (const scenario of scenariosOf(upstream.dialect)) {
                for (const mode of ["full", "stream"] as const) cells.push({ scenario, client, upstream, mode });
            }
        }
    }
    return cells;
}

export async function run(world: ConformanceWorld, cell: Cell): Promise<Outcome> {
    const { scenario, upstream, mode } = cell;
    const exchanges: Exchanged[] = [];
    let previous: Answer | undefined;
    for (const step of scenario.steps) {
        const asked = step.ask(previous, world.media.url);
        const model = asked.reasoning ? upstream.models.reasoning : upstream.models.plain;
        upstream.forget();
        world.media.forget();
        upstream.next(upstream.script(step.play));
        const exchange = await exchanged(world, cell, { ...asked, model, mode });
        exchanges.push(exchange);
        previous = exchange.answer;
        if (!previous) break;
    }
    return { cell, exchanges };
}

async function exchanged(world: ConformanceWorld, { client, upstream }: Cell, ask: Ask): Promise<Exchanged> {
    let streamed = "";
    let answer: Answer | undefined;
    let problem: Problem | undefined;
    world.requestId = "";
    try {
        answer = await client.ask(ask, (text) => (streamed += text));
    } catch (error) {
        const kind = (error as object).constructor.name;
        problem = { kind, ...client.problem(error), delivered: streamed };
    }
    const bodies = upstream.sim.requests.map(({ json, target }) => ({ body: json, target }));
    return {
        ask,
        requestId: world.requestId,
        bodies,
        refused: [...upstream.refused],
        ...(answer && { answer }),
        ...(problem && { problem }),
        streamed,
        fetched: world.media.requests.length,
    };
}
