// One request and what the simulated provider does about it: whole answers, single chunks, raw bytes, cuts. A script gets an
// Exchange and plays the provider; it can do anything that a broken server can do on a TCP connection.
import type { Socket } from "node:net";

import type { RecordedRequest } from "./request_reader.ts";

export type Script = (exchange: Exchange) => void | Promise<void>;

export type Headers = Record<string, string>;

const REASONS: Record<number, string> = {
    100: "Continue",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    204: "No Content",
    302: "Found",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
};

export class Exchange {
    #chunked = false;

    constructor(
        readonly request: RecordedRequest,
        readonly socket: Socket,
        /** Resolves when the peer has closed or reset the connection. */
        readonly gone: Promise<void>,
        readonly standardHeaders: Headers,
    ) {}

    /** Raw bytes; text as UTF-8. Resolves when they are with the operating system, or at once when the peer has left. */
    send(data: string | Uint8Array): Promise<void> {
        if (this.socket.destroyed || !this.socket.writable) return Promise.resolve();
        const written = new Promise<void>((resolve) => this.socket.write(data, () => resolve()));
        return Promise.race([written, this.gone]);
    }

    /** Status line and headers, the provider's usual ones included. */
    head(status: number, headers: Headers = {}): Promise<void> {
        const all = { ...this.standardHeaders, ...headers };
        this.#chunked = all["transfer-encoding"] === "chunked";
        const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
        return this.send(
            Buffer.from(
                `HTTP/1.1 ${status} ${REASONS[status] ?? "Status"}\r\n${lines.join("")}\r\n`,
                "latin1",
            ),
        );
    }

    /** A whole answer with a length. */
    async answer(status: number, body: string | Uint8Array, headers: Headers = {}): Promise<void> {
        const bytes = typeof body === "string" ? Buffer.from(body) : body;
        await this.head(status, { "content-length": String(bytes.length), ...headers });
        await this.send(bytes);
    }

    json(status: number, value: unknown, headers: Headers = {}): Promise<void> {
        return this.answer(status, JSON.stringify(value), { "content-type": "application/json", ...headers });
    }

    /** The head of an event stream. */
    openStream(headers: Headers = {}): Promise<void> {
        return this.head(200, {
            "content-type": "text/event-stream; charset=utf-8",
            "transfer-encoding": "chunked",
            ...headers,
        });
    }

    /** A piece of the body, as one chunk when the head said chunked. */
    piece(data: string | Uint8Array): Promise<void> {
        const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
        if (!this.#chunked) return this.send(bytes);
        return this.send(
            Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]),
        );
    }

    /** One event, as an object or as the text of its data line. */
    event(data: unknown): Promise<void> {
        return this.piece(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
    }

    /** The last chunk. */
    end(trailers: Headers = {}): Promise<void> {
        const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
        return this.#chunked ? this.send(`0\r\n${lines.join("")}\r\n`) : Promise.resolve();
    }

    /** Closes in order: the peer sees the end of the stream. */
    async close(): Promise<void> {
        this.socket.end();
        await this.gone;
    }

    /** Breaks the connection: the peer sees a reset. */
    reset(): void {
        this.socket.resetAndDestroy();
    }
}
