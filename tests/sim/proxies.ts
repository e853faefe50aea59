// Forward proxies as operators put them before providers: an HTTP proxy (CONNECT, and absolute targets for plain HTTP) and a
// SOCKS5 proxy (RFC 1928, RFC 1929), each with and without a password. They record what was asked of them.
import net, { type AddressInfo, type Socket } from "node:net";

import { RequestReader } from "./request_reader.ts";

export interface Credentials {
    user: string;
    password: string;
}

export interface ProxyRequest {
    kind: "connect" | "absolute" | "socks5";
    /** Host and port as the client named them. */
    host: string;
    port: number;
    /** SOCKS5: whether the client sent a name or an address. */
    address?: "name" | "ipv4" | "ipv6";
    credentials?: Credentials;
}

abstract class Proxy {
    readonly requests: ProxyRequest[] = [];
    readonly refused: string[] = [];
    /** Names of hosts that a port of this machine stands in for. */
    readonly standIns = new Map<string, number>();
    /** Bytes that went through towards the servers. */
    bytesUp = 0;
    port = 0;
    readonly #server = net.createServer((socket) => this.#accept(socket));
    readonly #sockets = new Set<Socket>();

    constructor(protected readonly wanted?: Credentials) {}

    async listen(): Promise<void> {
        await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
        this.port = (this.#server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
        for (const socket of this.#sockets) socket.destroy();
        await closed;
    }

    protected abstract onBytes(client: Socket, bytes: Buffer): { used: number; then?: Buffer | "refuse" };

    #accept(socket: Socket): void {
        this.#keep(socket);
        let pending = Buffer.alloc(0);
        const read = (bytes: Buffer) => {
            pending = Buffer.concat([pending, bytes]);
            for (;;) {
                const { used, then } = this.onBytes(socket, pending);
                pending = pending.subarray(used);
                if (then === "refuse") return void socket.end();
                if (then !== undefined) {
                    socket.off("data", read);
                    return this.#tunnel(socket, Buffer.concat([then, pending]));
                }
                if (used === 0) return;
            }
        };
        socket.on("data", read);
    }

    #keep(socket: Socket): void {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => this.#sockets.delete(socket));
    }

    /** Joins the client to the host of the last request; `first` is what has already come. */
    #tunnel(client: Socket, first: Buffer): void {
        const { kind, host, port } = this.requests.at(-1)!;
        const standIn = this.standIns.get(host);
        const server = net.connect(standIn === undefined ? { host, port } : { host: "127.0.0.1", port: standIn });
        this.#keep(server);
        let early: Buffer[] = first.length > 0 ? [first] : [];
        const pass = kind === "absolute" ? absoluteToOrigin() : (bytes: Buffer) => bytes;
        const up = (bytes: Buffer) => {
            this.bytesUp += bytes.length;
            server.write(pass(bytes));
        };
        client.on("data", (bytes: Buffer) => (server.connecting ? early.push(bytes) : up(bytes)));
        server.on("connect", () => {
            if (kind !== "absolute") client.write(this.granted());
            for (const bytes of early) up(bytes);
            early = [];
        });
        server.on("data", (bytes: Buffer) => client.write(bytes));
        server.on("close", () => client.end());
        client.on("close", () => server.end());
    }

    protected abstract granted(): Buffer;
}

/** Turns the requests of a connection to a proxy into those of a connection to the server; the body stays as it is. */
function absoluteToOrigin(): (bytes: Buffer) => Buffer {
    const reader = new RequestReader(0);
    return (bytes) => {
        reader.push(bytes);
        const forwarded: Buffer[] = [];
        for (let request = reader.next(); request; request = reader.next()) {
            const end = request.raw.indexOf("\r\n\r\n");
            const head = request.raw.subarray(0, end).toString("latin1");
            const rewritten = head
                .replace(/^(\S+) http:\/\/[^\s/]+(?=\s)/, "$1 /")
                .replace(/^(\S+) http:\/\/[^\s/]+/, "$1 ")
                .replace(/\r\nproxy-[a-z]+:[^\r]*/gi, "");
            forwarded.push(Buffer.from(rewritten, "latin1"), request.raw.subarray(end));
        }
        return Buffer.concat(forwarded);
    };
}

export class HttpProxy extends Proxy {
    get url(): string {
        const login = this.wanted ? `${this.wanted.user}:${this.wanted.password}@` : "";
        return `http://${login}127.0.0.1:${this.port}`;
    }

    protected override onBytes(client: Socket, bytes: Buffer): { used: number; then?: Buffer | "refuse" } {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return { used: 0 };
        const head = bytes.subarray(0, end + 4).toString("latin1");
        const used = end + 4;
        if (!this.#allowed(head)) {
            client.write(
                'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="sim"\r\n' +
                    "Content-Length: 0\r\n\r\n",
            );
            return { used, then: "refuse" };
        }
        const connect = /^CONNECT \[?([^\s\]]+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head);
        if (connect) {
            this.requests.push({
                kind: "connect",
                host: connect[1]!,
                port: Number(connect[2]),
                ...this.#login(head),
            });
            return { used, then: Buffer.alloc(0) };
        }
        const absolute = /^([A-Z]+) http:\/\/([^\s/:]+):?(\d*)(\S*) HTTP\/1\.1\r\n/.exec(head);
        if (!absolute) {
            this.refused.push(head);
            client.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            return { used, then: "refuse" };
        }
        const [, , host, port] = absolute;
        this.requests.push({ kind: "absolute", host: host!, port: Number(port || 80), ...this.#login(head) });
        return { used: 0, then: Buffer.alloc(0) };
    }

    protected override granted(): Buffer {
        return Buffer.from("HTTP/1.1 200 Connection established\r\n\r\n");
    }

    #allowed(head: string): boolean {
        const { credentials } = this.#login(head);
        const allowed =
            !this.wanted ||
            (credentials?.user === this.wanted.user && credentials.password === this.wanted.password);
        if (!allowed) this.refused.push(head);
        return allowed;
    }

    #login(head: string): { credentials?: Credentials } {
        const encoded = /^proxy-authorization:\s*Basic\s+(\S+)/im.exec(head)?.[1];
        if (encoded === undefined) return {};
        const [user, ...password] = Buffer.from(encoded, "base64").toString().split(":");
        return { credentials: { user: user!, password: password.join(":") } };
    }
}

export class Socks5Proxy extends Proxy {
    readonly #stages = new WeakMap<
        Socket,
        { stage: "greeting" | "login" | "request"; credentials?: Credentials }
    >();

    get url(): string {
        const login = this.wanted ? `${this.wanted.user}:${this.wanted.password}@` : "";
        return `socks5://${login}127.0.0.1:${this.port}`;
    }

    protected override onBytes(client: Socket, bytes: Buffer): { used: number; then?: Buffer | "refuse" } {
        const state = this.#stages.get(client) ?? { stage: "greeting" };
        this.#stages.set(client, state);
        if (state.stage === "greeting") return this.#greet(client, bytes);
        if (state.stage === "login") return this.#logIn(client, bytes);
        return this.#connect(client, bytes);
    }

    protected override granted(): Buffer {
        return Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    }

    #refuse(client: Socket, why: string, answer: number[]): { used: number; then: "refuse" } {
        this.refused.push(why);
        client.write(Buffer.from(answer));
        return { used: 0, then: "refuse" };
    }

    #greet(client: Socket, bytes: Buffer): { used: number; then?: "refuse" } {
        if (bytes.length < 2 || bytes.length < 2 + bytes[1]!) return { used: 0 };
        const methods = [...bytes.subarray(2, 2 + bytes[1]!)];
        const method = this.wanted ? 2 : 0;
        if (bytes[0] !== 5 || !methods.includes(method))
            return this.#refuse(client, "no method fits", [5, 255]);
        this.#stages.set(client, { stage: this.wanted ? "login" : "request" });
        client.write(Buffer.from([5, method]));
        return { used: 2 + methods.length };
    }

    #logIn(client: Socket, bytes: Buffer): { used: number; then?: "refuse" } {
        const userEnd = 2 + (bytes[1] ?? 255);
        const end = userEnd + 1 + (bytes[userEnd] ?? 255);
        if (bytes.length < end) return { used: 0 };
        const credentials = {
            user: bytes.subarray(2, userEnd).toString(),
            password: bytes.subarray(userEnd + 1, end).toString(),
        };
        if (credentials.user !== this.wanted!.user || credentials.password !== this.wanted!.password) {
            return this.#refuse(client, "wrong login", [1, 1]);
        }
        this.#stages.set(client, { stage: "request", credentials });
        client.write(Buffer.from([1, 0]));
        return { used: end };
    }

    #connect(client: Socket, bytes: Buffer): { used: number; then?: Buffer | "refuse" } {
        if (bytes.length < 5) return { used: 0 };
        const kind = bytes[3];
        const size = kind === 1 ? 4 : kind === 4 ? 16 : bytes[4]!;
        const start = kind === 3 ? 5 : 4;
        const end = start + size + 2;
        if (bytes.length < end) return { used: 0 };
        if (bytes[0] !== 5 || bytes[1] !== 1)
            return this.#refuse(client, "no CONNECT", [5, 7, 0, 1, 0, 0, 0, 0, 0, 0]);
        const raw = bytes.subarray(start, start + size);
        const host =
            kind === 3
                ? raw.toString()
                : kind === 1
                  ? [...raw].join(".")
                  : raw.toString("hex").match(/.{4}/g)!.join(":");
        this.requests.push({
            kind: "socks5",
            host,
            port: bytes.readUInt16BE(start + size),
            address: kind === 3 ? "name" : kind === 1 ? "ipv4" : "ipv6",
            ...this.#login(client),
        });
        return { used: end, then: Buffer.alloc(0) };
    }

    #login(client: Socket): { credentials?: Credentials } {
        const credentials = this.#stages.get(client)?.credentials;
        return credentials ? { credentials } : {};
    }
}

export async function startHttpProxy(wanted?: Credentials): Promise<HttpProxy> {
    const proxy = new HttpProxy(wanted);
    await proxy.listen();
    return proxy;
}

export async function startSocks5Proxy(wanted?: Credentials): Promise<Socks5Proxy> {
    const proxy = new Socks5Proxy(wanted);
    await proxy.listen();
    return proxy;
}
