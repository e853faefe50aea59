// A simulated provider: tests say how the next requests are answered, and what its checks refused is kept. What an ordinary answer is
// stands with each vendor.
import type { Script } from "./exchange.ts";
import { HttpServer } from "./server.ts";

export class ScriptedServer<Refusal> extends HttpServer {
    /** Requests that the vendor's checks refused. */
    readonly refused: Refusal[] = [];
    readonly #queue: Script[] = [];

    /** The script of the next request to an inference endpoint that passes the checks. Several calls queue up. */
    next(...scripts: Script[]): void {
        this.#queue.push(...scripts);
    }

    get unusedScripts(): number {
        return this.#queue.length;
    }

    /** Forgets scripts that nobody used and what was recorded. */
    forget(): void {
        this.#queue.length = 0;
        this.requests.length = 0;
        this.refused.length = 0;
        this.malformed.length = 0;
        this.arrivals.clear();
    }

    protected nextScript(): Script | undefined {
        return this.#queue.shift();
    }
}
