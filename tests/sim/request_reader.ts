// Reads HTTP/1.1 requests off a byte stream and keeps every byte as it came. Strict on purpose: what it does not understand
// it reports as malformed, so that a gateway that passes nonsense on is noticed.

export interface RequestHead {
    method: string;
    target: string;
    version: string;
    headers: [string, string][];
}

/** One request as it arrived. */
export class RecordedRequest implements RequestHead {
    readonly method: string;
    readonly target: string;
    readonly version: string;
    readonly headers: [string, string][];

    constructor(
        head: RequestHead,
        readonly body: Buffer, // without transfer coding
        readonly raw: Buffer, // head and body, byte for byte
        readonly connection: number, // counts the connections of the server
        readonly position: number, // counts the requests of the connection, from 0
    ) {
        this.method = head.method;
        this.target = head.target;
        this.version = head.version;
        this.headers = head.headers;
    }

    /** The first value of a header, or undefined. */
    header(name: string): string | undefined {
        return this.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    }

    get path(): string {
        return this.target.split("?")[0]!;
    }

    get text(): string {
        return this.body.toString("utf8");
    }

    get json(): any {
        return JSON.parse(this.text);
    }
}

export class MalformedRequest extends Error {}

type State =
    { need: "head" } | { need: "body"; left: number } | { need: "chunk-size" | "chunk-end" | "trailers" };

/** Feed it bytes; it gives requests. Throws MalformedRequest. */
export class RequestReader {
    #pending: Buffer = Buffer.alloc(0);
    #state: State = { need: "head" };
    #chunked = false;
    #head?: RequestHead;
    #raw: Buffer[] = [];
    #body: Buffer[] = [];
    #count = 0;

    constructor(readonly connection: number) {}

    /** True while a request has begun and is not complete. */
    get midway(): boolean {
        return this.#pending.length > 0 || this.#state.need !== "head";
    }

    push(bytes: Buffer): void {
        this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    }

    /** The next complete request, or undefined when more bytes are needed. */
    next(): RecordedRequest | undefined {
        for (;;) {
            const done = this.#step();
            if (done === "wait") return undefined;
            if (done === "request") return this.#finish();
        }
    }

    /** The head that has been read while its body is still coming. */
    get headSoFar(): RequestHead | undefined {
        return this.#state.need === "head" ? undefined : this.#head;
    }

    #step(): "wait" | "again" | "request" {
        switch (this.#state.need) {
            case "head":
                return this.#readHead();
            case "body":
                return this.#readBody(this.#state);
            case "chunk-size":
                return this.#readChunkSize();
            case "chunk-end":
                return this.#readChunkEnd();
            case "trailers":
                return this.#readTrailer();
        }
    }

    #take(length: number): Buffer {
        const taken = this.#pending.subarray(0, length);
        this.#pending = this.#pending.subarray(length);
        this.#raw.push(taken);
        return taken;
    }

    /** A line without its CRLF; undefined when it is not complete. */
    #line(): string | undefined {
        const end = this.#pending.indexOf("\r\n");
        if (end < 0) return undefined;
        return this.#take(end + 2)
            .subarray(0, end)
            .toString("latin1");
    }

    #readHead(): "wait" | "again" | "request" {
        // A TLS greeting, for one: no request will ever come out of it.
        if (this.#pending.length > 0 && !/^[A-Za-z\r\n]/.test(this.#pending.subarray(0, 1).toString("latin1"))) {
            throw new MalformedRequest("the bytes do not begin like a request");
        }
        const end = this.#pending.indexOf("\r\n\r\n");
        if (end < 0) return "wait";
        const head = parseHead(
            this.#take(end + 4)
                .subarray(0, end)
                .toString("latin1"),
        );
        this.#head = head;
        const lengths = values(head, "content-length");
        const codings = values(head, "transfer-encoding");
        if (codings.length > 0) {
            if (lengths.length > 0) throw new MalformedRequest("both Content-Length and Transfer-Encoding");
            if (codings.join().toLowerCase() !== "chunked")
                throw new MalformedRequest(`coding ${codings.join()}`);
            this.#chunked = true;
            this.#state = { need: "chunk-size" };
            return "again";
        }
        if (lengths.length > 1 || !/^\d*$/.test(lengths[0] ?? ""))
            throw new MalformedRequest("bad Content-Length");
        const left = Number(lengths[0] ?? 0);
        if (left === 0) return "request";
        this.#chunked = false;
        this.#state = { need: "body", left };
        return "again";
    }

    #readBody(state: { left: number }): "wait" | "again" | "request" {
        if (this.#pending.length === 0) return "wait";
        const part = this.#take(Math.min(state.left, this.#pending.length));
        this.#body.push(part);
        state.left -= part.length;
        if (state.left > 0) return "wait";
        if (!this.#chunked) return "request";
        this.#state = { need: "chunk-end" };
        return "again";
    }

    #readChunkSize(): "wait" | "again" {
        const line = this.#line();
        if (line === undefined) return "wait";
        if (!/^[0-9a-fA-F]+$/.test(line)) throw new MalformedRequest(`chunk size ${JSON.stringify(line)}`);
        const left = parseInt(line, 16);
        this.#state = left === 0 ? { need: "trailers" } : { need: "body", left };
        return "again";
    }

    #readChunkEnd(): "wait" | "again" {
        const line = this.#line();
        if (line === undefined) return "wait";
        if (line !== "") throw new MalformedRequest("no CRLF after a chunk");
        this.#state = { need: "chunk-size" };
        return "again";
    }

    #readTrailer(): "wait" | "again" | "request" {
        const line = this.#line();
        if (line === undefined) return "wait";
        return line === "" ? "request" : "again";
    }

    #finish(): RecordedRequest {
        const request = new RecordedRequest(
            this.#head!,
            Buffer.concat(this.#body),
            Buffer.concat(this.#raw),
            this.connection,
            this.#count++,
        );
        this.#state = { need: "head" };
        this.#raw = [];
        this.#body = [];
        return request;
    }
}

function values(head: RequestHead, name: string): string[] {
    return head.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function parseHead(text: string): RequestHead {
    const [first, ...lines] = text.split("\r\n");
    const start = /^([!-~]+) ([!-~]+) HTTP\/(1\.[01])$/.exec(first!);
    if (!start) throw new MalformedRequest(`start line ${JSON.stringify(first)}`);
    const headers = lines.map((line): [string, string] => {
        const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\0\r\n]*?)[ \t]*$/.exec(line);
        if (!match) throw new MalformedRequest(`header line ${JSON.stringify(line)}`);
        return [match[1]!, match[2]!];
    });
    return { method: start[1]!, target: start[2]!, version: start[3]!, headers };
}
