// A recorded stream of Chat Completions: an assistant that says two words and then calls a tool, event by event as OpenAI's API
// streams such a reply when usage is asked for (its reference, "Streaming"). And scripts that play it up to any place and then
// stop in any way that a server or a network can stop.
import type { Exchange, Script } from "./exchange.ts";
import * as wire from "./openai_objects.ts";
import type { Gate } from "./waiting.ts";

export interface RecordedEvent {
    name: string;
    /** What stands behind `data: `. */
    payload: string;
}

export const RECORDED_USAGE = wire.usage(31, 17);

const REPLY: wire.Reply = {
    id: "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
    model: "gpt-4o",
    created: 1741570283,
    text: "",
    toolCalls: [],
    usage: RECORDED_USAGE,
};

function delta(value: object, finish: string | null = null): string {
    return JSON.stringify(wire.chunk(REPLY, { delta: value, finish, includeUsage: true }));
}

function called(value: object): string {
    return delta({ tool_calls: [{ index: 0, ...value }] });
}

const CALL = { id: "call_DdmO9pD3xa9XTPNJ32zg2hcA", type: "function" };

export const RECORDED: readonly RecordedEvent[] = [
    { name: "role", payload: delta({ role: "assistant", content: "", refusal: null }) },
    { name: "first word", payload: delta({ content: "Looking" }) },
    { name: "second word", payload: delta({ content: " it up." }) },
    { name: "tool call", payload: called({ ...CALL, function: { name: "get_weather", arguments: "" } }) },
    { name: "arguments", payload: called({ function: { arguments: '{"city":' } }) },
    { name: "more arguments", payload: called({ function: { arguments: '"Bergen"}' } }) },
    { name: "finish", payload: delta({}, "tool_calls") },
    {
        name: "usage",
        payload: JSON.stringify({
            id: REPLY.id,
            object: "chat.completion.chunk",
            created: REPLY.created,
            model: REPLY.model,
            service_tier: "default",
            system_fingerprint: "fp_5d7a1c9e42",
            choices: [],
            usage: RECORDED_USAGE,
        }),
    },
    { name: "end marker", payload: "[DONE]" },
];

/** Where a stream stops: behind `whole` events, and perhaps within the next one. */
export interface Place {
    whole: number;
    /** "half": in the middle of the event; "line": its blank line is missing. */
    part?: "half" | "line";
}

function partOf(place: Place): string {
    const frame = `data: ${RECORDED[place.whole]!.payload}\n\n`;
    return place.part === "half" ? frame.slice(0, Math.floor(frame.length / 2)) : frame.slice(0, -2);
}

/** Plays the record up to the place, waits until `seen` opens or the peer has left, and does `then`. */
export function playTo(place: Place, seen: Gate, then: Script): Script {
    return async (exchange: Exchange) => {
        await exchange.openStream();
        for (const event of RECORDED.slice(0, place.whole)) await exchange.event(event.payload);
        if (place.part !== undefined) await exchange.piece(partOf(place));
        await Promise.race([seen.opened, exchange.gone]);
        await then(exchange);
    };
}

/** Ways to stop. All but the first break the body. */
export const STOPS = {
    "ends in order": (exchange: Exchange) => exchange.end(),
    "is closed": (exchange: Exchange) => exchange.close(),
    "is reset": (exchange: Exchange) => exchange.reset(),
    "is closed within a chunk": async (exchange: Exchange) => {
        await exchange.send("2000\r\n: ");
        await exchange.close();
    },
} satisfies Record<string, Script>;

export type StopName = keyof typeof STOPS;
