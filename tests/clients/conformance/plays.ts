// Plays of simulated providers in any wire format: what is told whole, what is streamed, how it breaks off. A provider's driver gives the
// format, this the script.
import type { Exchange, Script } from "../../sim/exchange.ts";
import * as faults from "../../sim/faults.ts";
import type { Play, Reply } from "./model.ts";

/** How a provider writes what it says. */
export interface Wire {
    streamed(exchange: Exchange): boolean;
    whole(exchange: Exchange, reply: Reply): object;
    /** The framed events of a stream, the last ones included. */
    events(exchange: Exchange, reply: Reply): string[];
    error(status: number, message: string): object;
    /** Tells that a prompt is blocked, as the vendor does. */
    blocked(exchange: Exchange): Promise<void>;
    /** The framed event of an error within a stream. */
    errorEvent(message: string): string;
}

export function scriptOf(play: Play, wire: Wire): Script {
    if ("reply" in play) return (exchange) => tell(exchange, wire, play.reply);
    if ("paced" in play) return (exchange) => tellSlowly(exchange, wire, play);
    if ("fails" in play) return (exchange) => exchange.json(play.fails, wire.error(play.fails, play.message));
    if ("breaks" in play) return (exchange) => breakOff(exchange, wire, play.breaks);
    if ("blocks" in play) return (exchange) => wire.blocked(exchange);
    if ("complains" in play) return (exchange) => complain(exchange, wire, play);
    return async (exchange) => {
        if (!wire.streamed(exchange)) return faults.emptyBody(exchange);
        await exchange.openStream();
        await exchange.end();
    };
}

async function tell(exchange: Exchange, wire: Wire, reply: Reply): Promise<void> {
    if (!wire.streamed(exchange)) return exchange.json(200, wire.whole(exchange, reply));
    await exchange.openStream();
    for (const event of wire.events(exchange, reply)) await exchange.piece(event);
    await exchange.end();
}

async function tellSlowly(exchange: Exchange, wire: Wire, play: { paced: Reply; behind: (event: string) => Promise<void> }): Promise<void> {
    await exchange.openStream();
    for (const event of wire.events(exchange, play.paced)) {
        await exchange.piece(event);
        await play.behind(event);
    }
    await exchange.end();
}

async function breakOff(exchange: Exchange, wire: Wire, reply: Reply): Promise<void> {
    if (!wire.streamed(exchange)) {
        const body = JSON.stringify(wire.whole(exchange, reply));
        await exchange.head(200, { "content-type": "application/json", "content-length": String(body.length + 1) });
        await exchange.send(body.slice(0, body.length / 2));
        return exchange.close();
    }
    await tellHalf(exchange, wire, reply);
    await faults.cutInChunk(exchange);
}

async function complain(exchange: Exchange, wire: Wire, play: { complains: Reply; message: string }): Promise<void> {
    if (!wire.streamed(exchange)) return exchange.json(200, wire.error(500, play.message));
    await tellHalf(exchange, wire, play.complains);
    await exchange.piece(wire.errorEvent(play.message));
    await exchange.end();
}

async function tellHalf(exchange: Exchange, wire: Wire, reply: Reply): Promise<void> {
    await exchange.openStream();
    const events = wire.events(exchange, reply);
    for (const event of events.slice(0, Math.ceil(events.length / 2))) await exchange.piece(event);
}
