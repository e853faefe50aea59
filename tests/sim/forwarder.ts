// A TCP port that leads to another: in front of a database server, to cut every connection at once and to refuse new ones, as a
// server that is stopped does, without ending one that other tests use.
import net, { type AddressInfo, type Socket } from "node:net";

export class Forwarder {
    port = 0;
    #server: net.Server | undefined;
    readonly #sockets = new Set<Socket>();

    constructor(
        readonly targetHost: string,
        readonly targetPort: number,
    ) {}

    /** Listens, again on the same port after stop(). */
    async start(): Promise<void> {
        const server = net.createServer((socket) => this.#forward(socket));
        await new Promise<void>((done, failed) => {
            server.once("error", failed);
            server.listen(this.port, "127.0.0.1", () => done());
        });
        this.port = (server.address() as AddressInfo).port;
        this.#server = server;
    }

    /** Breaks what is open and refuses what comes. */
    async stop(): Promise<void> {
        const server = this.#server;
        if (server === undefined) return;
        this.#server = undefined;
        const closed = new Promise<void>((done) => server.close(() => done()));
        for (const socket of this.#sockets) socket.destroy();
        await closed;
    }

    #forward(client: Socket): void {
        const server = net.connect({ host: this.targetHost, port: this.targetPort });
        for (const [from, to] of [
            [client, server],
            [server, client],
        ] as const) {
            this.#sockets.add(from);
            from.setNoDelay(true);
            from.on("error", () => from.destroy());
            from.on("close", () => {
                this.#sockets.delete(from);
                to.destroy();
            });
            from.pipe(to);
        }
    }
}
