// A server of files behind URLs that clients name: pictures, documents, and everything that goes wrong with them. Paths say what comes:
// /image.png, /document.pdf, /clip.mp4, /page, /missing, /big, /endless, /cut, /silent, /to?url (a redirect), /held/N (see `gate`).
import type { Exchange } from "./exchange.ts";
import { HttpServer } from "./server.ts";
import { Gate } from "./waiting.ts";

/** One transparent point. */
export const PNG = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "base64",
);
export const PDF = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

/** The head of a file that is a film by its name. */
export const CLIP = Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isommp42", "latin1");

export class MediaServer extends HttpServer {
    /** Held files come when it opens. */
    gate = new Gate();
    /** How many held files are being waited for, and were at most. */
    held = 0;
    mostHeld = 0;

    constructor(host?: string) {
        super((exchange) => this.#serve(exchange), host === undefined ? {} : { host });
    }

    forget(): void {
        this.requests.length = 0;
        this.arrivals.clear();
        this.gate = new Gate();
        this.held = this.mostHeld = 0;
    }

    async #serve(exchange: Exchange): Promise<void> {
        const { path, target } = exchange.request;
        switch (path) {
            case "/image.png":
                return exchange.answer(200, PNG, { "content-type": "image/png" });
            case "/mislabelled":
                return exchange.answer(200, PNG, { "content-type": "image/jpeg; q=1" });
            case "/unlabelled":
                return exchange.answer(200, PNG, { "content-type": "binary/octet-stream" });
            case "/document.pdf":
                return exchange.answer(200, PDF);
            case "/clip.mp4":
                return exchange.answer(200, CLIP);
            case "/page":
                return exchange.answer(200, "<!doctype html><title>No picture</title>", {
                    "content-type": "text/html; charset=utf-8",
                });
            case "/big":
                await exchange.head(200, { "content-type": "image/png", "content-length": String(2 ** 40) });
                return exchange.gone;
            case "/endless":
                return this.#endless(exchange);
            case "/cut":
                await exchange.head(200, { "content-type": "image/png", "content-length": "1000" });
                await exchange.piece(PNG);
                return exchange.reset();
            case "/silent":
                return exchange.gone;
            case "/to":
                return exchange.answer(302, "", { location: target.slice(target.indexOf("?") + 1) });
        }
        if (path.startsWith("/held/")) return this.#hold(exchange);
        return exchange.json(404, { error: "no such file" });
    }

    async #endless(exchange: Exchange): Promise<void> {
        await exchange.head(200, { "content-type": "image/png", "transfer-encoding": "chunked" });
        let left = false;
        void exchange.gone.then(() => (left = true));
        while (!left) await exchange.piece(Buffer.alloc(64 * 1024));
    }

    async #hold(exchange: Exchange): Promise<void> {
        this.mostHeld = Math.max(this.mostHeld, ++this.held);
        await Promise.race([this.gate.opened, exchange.gone]);
        this.held--;
        await exchange.answer(200, PNG, { "content-type": "image/png" });
    }
}

export async function startMediaServer(host?: string): Promise<MediaServer> {
    const server = new MediaServer(host);
    await server.listen();
    return server;
}
