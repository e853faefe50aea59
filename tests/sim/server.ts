// A TCP or TLS server that reads HTTP requests and lets a script answer each, at the level of bytes. It records everything
// that arrives and everything that went wrong. The simulated providers and the plain upstreams of the tests build on it.
import net, { type AddressInfo, type Socket } from "node:net";
import tls from "node:tls";

import { Exchange, type Script } from "./exchange.ts";
import { MalformedRequest, type RecordedRequest, RequestReader } from "./request_reader.ts";
import { Queue } from "./waiting.ts";

export interface ServerOptions {
    tls?: { key: string; cert: string };
    host?: string;
    /** Headers of every answer, given the request's serial number. */
    headers?: (serial: number) => Record<string, string>;
}

export class HttpServer {
    /** All complete requests, in the order of their last byte. */
    readonly requests: RecordedRequest[] = [];
    /** The same, for tests that wait for the next one. */
    readonly arrivals = new Queue<RecordedRequest>();
    /** Bytes that were no HTTP request, and requests that were cut off. */
    readonly malformed: string[] = [];
    /** What scripts threw. */
    readonly failures: unknown[] = [];
    connections = 0;
    open = 0;
    port = 0;

    readonly #server: net.Server;
    readonly #sockets = new Set<Socket>();

    constructor(
        readonly script: Script,
        readonly options: ServerOptions,
    ) {
        const accept = (socket: Socket) => this.#accept(socket);
        this.#server = options.tls
            ? tls.createServer({ ...options.tls, ALPNProtocols: ["http/1.1"] }, accept)
            : net.createServer({ allowHalfOpen: true }, accept);
        this.#server.on("error", (error) => this.failures.push(error));
    }

    async listen(): Promise<void> {
        const host = this.options.host ?? "127.0.0.1";
        await new Promise<void>((resolve) => this.#server.listen(0, host, () => resolve()));
        this.port = (this.#server.address() as AddressInfo).port;
    }

    get url(): string {
        const host = this.options.host ?? "127.0.0.1";
        return `${this.options.tls ? "https" : "http"}://${host}:${this.port}`;
    }

    /** Breaks all connections. */
    dropConnections(): void {
        for (const socket of this.#sockets) socket.destroy();
    }

    /** Stops; throws when a script failed, so that a wrong test cannot look like a right one. */
    async close(): Promise<void> {
        const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
        this.dropConnections();
        await closed;
        if (this.failures.length > 0) throw this.failures[0];
    }

    #accept(socket: Socket): void {
        const reader = new RequestReader(this.connections++);
        this.open++;
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        const gone = new Promise<void>((resolve) => {
            socket.on("close", () => {
                this.open--;
                this.#sockets.delete(socket);
                resolve();
            });
        });
        // Whether the peer's end of sending or an error comes first, the exchange is over.
        const left = new Promise<void>((resolve) => {
            socket.on("end", () => {
                if (reader.midway) this.malformed.push("a request that was cut off");
                resolve();
                socket.end();
            });
            socket.on("error", () => resolve());
            void gone.then(resolve);
        });
        let turn = Promise.resolve();
        socket.on("data", (bytes: Buffer) => {
            reader.push(bytes);
            for (const request of this.#take(reader, socket)) {
                turn = turn.then(() => this.#play(request, socket, left));
            }
        });
    }

    #take(reader: RequestReader, socket: Socket): RecordedRequest[] {
        const taken: RecordedRequest[] = [];
        try {
            for (let request = reader.next(); request; request = reader.next()) taken.push(request);
        } catch (error) {
            if (!(error instanceof MalformedRequest)) throw error;
            this.malformed.push(error.message);
            socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        return taken;
    }

    async #play(request: RecordedRequest, socket: Socket, left: Promise<void>): Promise<void> {
        const headers = this.options.headers?.(this.requests.length) ?? {};
        this.requests.push(request);
        this.arrivals.push(request);
        try {
            await this.script(new Exchange(request, socket, left, headers));
        } catch (error) {
            this.failures.push(error);
            socket.destroy();
        }
    }
}
