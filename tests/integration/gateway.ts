// Runs the real binary: on a free port, in a folder of its own, with an environment that holds nothing but what a test gives.
// Watches its output for sanitizer reports, stops it with SIGTERM and sees to it that it ends well.
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { until, within } from "../sim/waiting.ts";
import { type Parameter, TestDatabase } from "./database.ts";

export const BINARY = resolve(
    process.env.OPUSCLAW_BIN ?? join(import.meta.dir, "../../build/release/opusclaw"),
);

/** True for the sanitizer binary, whose times mean nothing. */
export const SANITIZED = BINARY.includes("/asan/") || BINARY.includes("/tsan/");

/** Milliseconds that a test may take: each file gives them to setDefaultTimeout, which holds for one file only. */
export const PATIENCE = SANITIZED ? 120_000 : 30_000;

/** Limits that would get in the way of a hundred requests from one address. */
const NO_RATE_LIMITS = {
    GLOBAL_API_RATE_LIMIT_ENABLE: "false",
    GLOBAL_WEB_RATE_LIMIT_ENABLE: "false",
    CRITICAL_RATE_LIMIT_ENABLE: "false",
    SEARCH_RATE_LIMIT_ENABLE: "false",
};

const PASSED_ON = /^(PATH|HOME|TZ|LANG|(A|UB|T|L)SAN_\w+)$/;
const REPORT = /ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|ERROR: LeakSanitizer/;

export type Environment = Record<string, string | undefined>;

export interface GatewayOptions {
    env?: Environment;
    /** A folder that outlives the process; without it one is made and removed with the gateway. */
    folder?: string;
    /** Environment variable for the port instead of the flag. */
    portByEnvironment?: boolean;
    /** What runs the binary: a command that takes another one behind its own arguments and becomes it. */
    wrapper?: string[];
}

export async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((done) => server.close(() => done()));
    return port;
}

export function makeFolder(): string {
    return mkdtempSync(join(tmpdir(), "opusclaw-test-"));
}

export class Gateway {
    output = "";
    #reading: Promise<unknown>;
    #stopped = false;

    private constructor(
        readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">,
        readonly port: number,
        readonly database: TestDatabase,
        readonly ownsFolder: boolean,
    ) {
        this.#reading = Promise.all([this.#collect(process.stdout), this.#collect(process.stderr)]);
    }

    static async start(options: GatewayOptions = {}): Promise<Gateway> {
        const gateway = await Gateway.spawn(options);
        try {
            await gateway.#answers();
        } catch (error) {
            gateway.process.kill("SIGKILL");
            throw error;
        }
        return gateway;
    }

    /** Does not wait for it to be ready. */
    static async spawn(options: GatewayOptions = {}): Promise<Gateway> {
        const folder = options.folder ?? makeFolder();
        const database = new TestDatabase(folder);
        await database.prepare();
        const port = await freePort();
        const inherited = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
        const env: Environment = {
            ...Object.fromEntries(inherited),
            ...NO_RATE_LIMITS,
            ...database.environment,
            SESSION_SECRET: "a-secret-of-the-integration-tests",
            ...(options.portByEnvironment ? { PORT: String(port) } : {}),
            ...options.env,
        };
        const flags = options.portByEnvironment ? [] : ["--port", String(port)];
        const child = Bun.spawn([...(options.wrapper ?? []), BINARY, ...flags, "--log-dir", join(folder, "logs")], {
            cwd: folder,
            env,
            stdin: "ignore",
            stdout: "pipe",
            stderr: "pipe",
        });
        return new Gateway(child, port, database, options.folder === undefined);
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}`;
    }

    get folder(): string {
        return this.database.folder;
    }

    /** Runs a query on the database with a connection of its own. */
    query<Row = any>(sql: string, ...parameters: Parameter[]): Row[] {
        return this.database.query(sql, parameters);
    }

    signal(name: NodeJS.Signals): void {
        this.process.kill(name);
    }

    /** Ends the process without asking it; the folder stays. */
    async kill(): Promise<void> {
        this.#stopped = true;
        this.process.kill("SIGKILL");
        await within(this.process.exited, "the killed gateway is gone", 30_000);
        await this.#reading;
        const report = REPORT.exec(this.output);
        if (report)
            throw new Error(`sanitizer report:\n${this.output.slice(report.index, report.index + 6000)}`);
    }

    /** Waits for the end of the process; throws unless it ended with code 0 and no sanitizer had anything to say. */
    async ended(milliseconds = 30_000): Promise<void> {
        this.#stopped = true;
        try {
            const code = await within(
                this.process.exited,
                `the gateway ends\n${this.output.slice(-2000)}`,
                milliseconds,
            );
            await this.#reading;
            this.#judge(code);
        } finally {
            this.process.kill("SIGKILL");
            if (this.ownsFolder) this.#remove();
        }
    }

    /** Asks the process to end and waits. */
    async stop(): Promise<void> {
        if (this.#stopped) return;
        this.signal("SIGTERM");
        await this.ended();
    }

    #remove(): void {
        this.database.drop();
        rmSync(this.folder, { recursive: true, force: true });
    }

    #judge(code: number): void {
        const report = REPORT.exec(this.output);
        if (report)
            throw new Error(`sanitizer report:\n${this.output.slice(report.index, report.index + 6000)}`);
        if (code !== 0) {
            const signal = this.process.signalCode ? ` (${this.process.signalCode})` : "";
            throw new Error(`the gateway ended with code ${code}${signal}:\n${this.output.slice(-4000)}`);
        }
    }

    async #answers(): Promise<void> {
        const ask = async () => {
            if (this.process.exitCode !== null || this.process.signalCode !== null) {
                await this.#reading;
                throw new Error(`the gateway did not start:\n${this.output.slice(-4000)}`);
            }
            return fetch(`${this.url}/api/status`).then(
                (answer) => answer.ok,
                () => false,
            );
        };
        await until("the gateway answers /api/status", ask, SANITIZED ? 60_000 : 20_000);
    }

    async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
        const decoder = new TextDecoder();
        for await (const bytes of stream) this.output += decoder.decode(bytes, { stream: true });
    }
}
