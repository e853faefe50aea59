// Scripts in which the provider does not stop: heads, bodies, comments, lines and events without end, compressed or not. Each goes on
// until the peer has left, counts what it could get rid of, and so shows whether anybody still takes it.
import { createGzip } from "node:zlib";

import type { Exchange, Script } from "./exchange.ts";

const PIECE = 64 * 1024;

/** What a flood has got rid of so far; the exchange's end, once it has begun. */
export class Flood {
    sent = 0;
    gone: Promise<void> | undefined;

    constructor(
        readonly begin: Script,
        readonly piece: (turn: number) => string | Uint8Array,
        /** Bytes after which it stops by itself, and waits for the peer to leave. */
        readonly most = Infinity,
    ) {}

    readonly script: Script = async (exchange: Exchange) => {
        let left = false;
        this.gone = exchange.gone.then(() => void (left = true));
        await this.begin(exchange);
        for (let turn = 0; !left && this.sent < this.most; turn++) {
            const bytes = this.piece(turn);
            await exchange.piece(bytes);
            this.sent += bytes.length;
        }
        await exchange.gone;
    };
}

function chunked(type: string): Script {
    return (exchange) => exchange.head(200, { "content-type": type, "transfer-encoding": "chunked" });
}

const openStream: Script = (exchange) => exchange.openStream();

function filled(text: string): string {
    return text.repeat(Math.ceil(PIECE / text.length));
}

/** A JSON text without end. */
export function endlessBody(): Flood {
    const blanks = filled(" ");
    return new Flood(chunked("application/json"), (turn) => (turn === 0 ? '{"id":"x",' : blanks));
}

/** A header without end, in lines or in one line. */
export function endlessHead(line: string): Flood {
    const lines = filled(line);
    return new Flood(
        (exchange) => exchange.send("HTTP/1.1 200 OK\r\n"),
        () => lines,
    );
}

/** Interim answers without end. */
export function endlessInterim(): Flood {
    const answers = filled("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n");
    return new Flood(
        () => undefined,
        () => answers,
    );
}

/** Comments between blank lines. */
export function endlessComments(most: number): Flood {
    const comments = filled(": still working on it\n\n");
    return new Flood(openStream, () => comments, most);
}

/** One line of a stream, behind `first`. */
export function endlessLine(start: string, first = ""): Flood {
    const letters = filled("x");
    return new Flood(openStream, (turn) => (turn === 0 ? first + start : letters));
}

/** Whole events, as fast as they are taken. */
export function endlessEvents(most: number): Flood {
    const chunk = { id: "c", choices: [{ index: 0, delta: { content: "word ".repeat(200) } }] };
    const events = filled(`data: ${JSON.stringify(chunk)}\n\n`);
    return new Flood(openStream, () => events, most);
}

/** A small compressed body that grows to `bytes` of the same letter behind `start`. */
export async function bomb(start: string, bytes: number): Promise<Uint8Array> {
    const packer = createGzip();
    const packed: Buffer[] = [];
    packer.on("data", (piece: Buffer) => packed.push(piece));
    const ended = new Promise<void>((resolve) => packer.on("end", () => resolve()));
    packer.write(start);
    const letters = Buffer.alloc(1 << 20, "x");
    for (let written = 0; written < bytes; written += letters.length) packer.write(letters);
    packer.end();
    await ended;
    return Buffer.concat(packed);
}
