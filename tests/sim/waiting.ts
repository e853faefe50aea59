// Waiting without fixed sleeps: gates that a test opens, queues that hand out what has arrived, and a deadline around
// anything that might never happen. Used by the simulated provider, the harness and the tests.

/** What has not happened by then never will: sanitizers make a program many times slower. */
const LONG_ENOUGH = /\/(asan|tsan)\//.test(process.env.OPUSCLAW_BIN ?? "") ? 60_000 : 20_000;

/** Closed until a test opens it; whoever passes later goes straight through. */
export class Gate {
    #open!: () => void;
    readonly opened = new Promise<void>((resolve) => (this.#open = resolve));

    open(): void {
        this.#open();
    }
}

/** Hands each pushed item to one taker, in order; a taker who comes early waits. */
export class Queue<T> {
    #items: T[] = [];
    #takers: ((item: T) => void)[] = [];

    push(item: T): void {
        const taker = this.#takers.shift();
        if (taker) taker(item);
        else this.#items.push(item);
    }

    take(what: string, milliseconds = 10_000): Promise<T> {
        const item = this.#items.shift();
        if (item !== undefined) return Promise.resolve(item);
        const promise = new Promise<T>((resolve) => this.#takers.push(resolve));
        return within(promise, what, milliseconds);
    }

    get size(): number {
        return this.#items.length;
    }

    clear(): void {
        this.#items = [];
    }
}

/** The promise, or an error that names what did not happen. */
export function within<T>(promise: Promise<T>, what: string, milliseconds = LONG_ENOUGH): Promise<T> {
    let timer: ReturnType<typeof setTimeout>;
    const expiry = new Promise<never>((_, reject) => {
        timer = setTimeout(
            () => reject(new Error(`did not happen within ${milliseconds} ms: ${what}`)),
            milliseconds,
        );
    });
    return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}

/** Asks again, with short pauses, until the answer is not undefined or false; for state that announces itself to nobody. */
export async function until<T>(
    what: string,
    ask: () => T | undefined | false | Promise<T | undefined | false>,
    milliseconds = LONG_ENOUGH,
): Promise<T> {
    const deadline = Date.now() + milliseconds;
    for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer;
        if (Date.now() > deadline) throw new Error(`did not happen within ${milliseconds} ms: ${what}`);
        await Bun.sleep(pause);
    }
}
