// A client at the level of bytes: sends exactly what a test gives it and reads answers by HTTP's own framing, so that tests
// can see what a well-behaved client would hide: order, framing, early answers, who closed and how.
import net, { type Socket } from "node:net";

import { within } from "../sim/waiting.ts";

export interface RawResponse {
    status: number;
    version: string;
    headers: [string, string][];
    body: Buffer;
    /** How the body's end was found. */
    framing: "none" | "length" | "chunked" | "close";
    /** True when the connection ended before the body did. */
    cut: boolean;
}

export function headerOf(response: RawResponse, name: string): string | undefined {
    return response.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

export function jsonOf(response: RawResponse): any {
    return JSON.parse(response.body.toString("utf8"));
}

export class RawConnection {
    #socket: Socket;
    #bytes: Buffer = Buffer.alloc(0);
    #ended = false;
    #waiting: (() => void)[] = [];

    private constructor(socket: Socket) {
        this.#socket = socket;
        socket.setNoDelay(true);
        const ended = () => {
            this.#ended = true;
            this.#wake();
        };
        socket.on("data", (bytes: Buffer) => {
            this.#bytes = Buffer.concat([this.#bytes, bytes]);
            this.#wake();
        });
        socket.on("end", ended);
        socket.on("error", ended);
        socket.on("close", ended);
    }

    static async open(port: number, host = "127.0.0.1"): Promise<RawConnection> {
        const socket = net.connect({ port, host, allowHalfOpen: true });
        const connection = new RawConnection(socket);
        await within(
            new Promise<void>((resolve, reject) => {
                socket.on("connect", () => resolve());
                socket.on("error", reject);
            }),
            `a connection to port ${port}`,
        );
        return connection;
    }

    /** Text goes out as Latin-1: one character, one byte. */
    async send(data: string | Uint8Array): Promise<void> {
        if (this.#ended) return;
        const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
        const written = new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
        await Promise.race([written, this.#closed()]);
    }

    /** Says that nothing more will come; answers can still be read. */
    endSending(): void {
        this.#socket.end();
    }

    reset(): void {
        this.#socket.resetAndDestroy();
    }

    close(): void {
        this.#socket.destroy();
    }

    /** Bytes that have come and that no answer has used. */
    get unread(): Buffer {
        return this.#bytes;
    }

    /** Waits until the server has closed. Gives what was not read before. */
    async readToEnd(milliseconds = 10_000): Promise<Buffer> {
        await within(this.#closed(), "the server closes the connection", milliseconds);
        return this.#bytes;
    }

    async #closed(): Promise<void> {
        while (!this.#ended) await this.#more();
    }

    /** Waits until the server has sent bytes that contain `text`. */
    async readUntil(text: string, milliseconds = 10_000): Promise<void> {
        const arrived = async () => {
            while (!this.#bytes.includes(text)) {
                if (this.#ended)
                    throw new Error(`the connection ended without ${JSON.stringify(text)}: ${this.#bytes}`);
                await this.#more();
            }
        };
        await within(arrived(), `the server sends ${JSON.stringify(text)}`, milliseconds);
    }

    /** The next answer, interim ones skipped; undefined when the server closed before it sent a byte of it. */
    async read(method = "POST", milliseconds = 10_000): Promise<RawResponse | undefined> {
        return within(this.#read(method), "an answer", milliseconds);
    }

    /** The next answer that must be there. */
    async answer(method = "POST", milliseconds = 10_000): Promise<RawResponse> {
        const response = await this.read(method, milliseconds);
        if (!response) throw new Error("the server closed without an answer");
        return response;
    }

    async #read(method: string): Promise<RawResponse | undefined> {
        for (;;) {
            const head = await this.#line("\r\n\r\n");
            if (head === undefined) return undefined;
            const response = parseHead(head);
            if (response.status >= 100 && response.status < 200) continue;
            await this.#readBody(response, method);
            return response;
        }
    }

    async #readBody(response: RawResponse, method: string): Promise<void> {
        const length = headerOf(response, "content-length");
        if (method === "HEAD" || response.status === 204 || response.status === 304) return;
        if (headerOf(response, "transfer-encoding")?.toLowerCase() === "chunked") {
            response.framing = "chunked";
            return this.#readChunks(response);
        }
        if (length !== undefined) {
            response.framing = "length";
            return this.#take(response, Number(length));
        }
        response.framing = "close";
        await this.#closed();
        response.body = this.#bytes;
        this.#bytes = Buffer.alloc(0);
    }

    async #take(response: RawResponse, length: number): Promise<void> {
        while (this.#bytes.length < length && !this.#ended) await this.#more();
        response.cut = this.#bytes.length < length;
        response.body = Buffer.concat([response.body, this.#bytes.subarray(0, length)]);
        this.#bytes = this.#bytes.subarray(length);
    }

    async #readChunks(response: RawResponse): Promise<void> {
        for (;;) {
            const line = await this.#line("\r\n");
            if (line === undefined) {
                response.cut = true;
                return;
            }
            if (!/^[0-9a-fA-F]+$/.test(line)) throw new Error(`bad chunk size ${JSON.stringify(line)}`);
            const size = parseInt(line, 16);
            if (size > 0) await this.#take(response, size);
            if (response.cut) return;
            const after = await this.#line("\r\n");
            if (after !== "") throw new Error(`no CRLF after a chunk: ${JSON.stringify(after)}`);
            if (size === 0) return;
        }
    }

    /** Text before `end`; undefined when the connection ended first. */
    async #line(end: string): Promise<string | undefined> {
        for (;;) {
            const at = this.#bytes.indexOf(end);
            if (at >= 0) {
                const text = this.#bytes.subarray(0, at).toString("latin1");
                this.#bytes = this.#bytes.subarray(at + end.length);
                return text;
            }
            if (this.#ended) return undefined;
            await this.#more();
        }
    }

    #more(): Promise<void> {
        return new Promise((resolve) => this.#waiting.push(resolve));
    }

    #wake(): void {
        for (const resolve of this.#waiting.splice(0)) resolve();
    }
}

function parseHead(text: string): RawResponse {
    const [first, ...lines] = text.split("\r\n");
    const start = /^HTTP\/(\d\.\d) (\d{3})(?: .*)?$/.exec(first!);
    if (!start) throw new Error(`no status line: ${JSON.stringify(first)}`);
    const headers = lines.map((line): [string, string] => {
        const match = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line);
        if (!match) throw new Error(`no header line: ${JSON.stringify(line)}`);
        return [match[1]!, match[2]!];
    });
    return {
        version: start[1]!,
        status: Number(start[2]),
        headers,
        body: Buffer.alloc(0),
        framing: "none",
        cut: false,
    };
}

export interface RequestParts {
    method?: string;
    target?: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
}

/** The bytes of a well-formed request; Host and Content-Length are filled in. */
export function requestBytes(parts: RequestParts): Buffer {
    const body = Buffer.from(parts.body ?? "");
    const headers: Record<string, string> = { Host: "gateway.test", ...parts.headers };
    const chunked = Object.keys(headers).some((name) => name.toLowerCase() === "transfer-encoding");
    if (parts.body !== undefined && !chunked) headers["Content-Length"] = String(body.length);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const start = `${parts.method ?? (parts.body === undefined ? "GET" : "POST")} ${parts.target ?? "/"} HTTP/1.1\r\n`;
    return Buffer.concat([Buffer.from(`${start}${lines.join("")}\r\n`, "latin1"), body]);
}

/** A body in chunked coding, cut into pieces of `size` bytes. */
export function chunkedBytes(body: string | Uint8Array, size: number): Buffer {
    const bytes = Buffer.from(body);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) {
        const piece = bytes.subarray(at, at + size);
        parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
    }
    return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}
