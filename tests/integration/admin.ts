// The dashboard's REST API as an administrator uses it: set-up, login, channels, tokens, options, logs. Each operation throws
// when the gateway answers success:false; `call` gives the bare answer to tests of the API itself.
import type { Gateway } from "./gateway.ts";

export const ROOT = { username: "root", password: "correct horse" };

export interface Answer {
    status: number;
    headers: Headers;
    text: string;
    json: any;
}

export interface Call {
    body?: unknown;
    headers?: Record<string, string>;
}

export interface ChannelSettings {
    name?: string;
    type?: number;
    key?: string;
    base_url: string;
    models?: string;
    group?: string;
    [field: string]: unknown;
}

export interface Token {
    id: number;
    name: string;
    /** As clients present it. */
    key: string;
}

export interface LogRow {
    id: number;
    type: number;
    quota: number;
    prompt_tokens: number;
    completion_tokens: number;
    request_id: string;
    other: string;
    [field: string]: any;
}

export async function readAnswer(response: Response): Promise<Answer> {
    const text = await response.text();
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
}

export class Admin {
    #cookie = "";
    userId = 0;

    constructor(readonly gateway: Gateway) {}

    /** One call with the session, if there is one. A body that is text goes out as it is, everything else as JSON. */
    async call(method: string, path: string, call: Call = {}): Promise<Answer> {
        const headers: Record<string, string> = { ...call.headers };
        if (this.#cookie !== "" && headers.Cookie === undefined) headers.Cookie = this.#cookie;
        if (this.userId !== 0 && headers["New-Api-User"] === undefined)
            headers["New-Api-User"] = String(this.userId);
        const body =
            call.body === undefined
                ? undefined
                : typeof call.body === "string"
                  ? call.body
                  : JSON.stringify(call.body);
        const response = await fetch(this.gateway.url + path, {
            method,
            headers,
            redirect: "manual",
            ...(body === undefined ? {} : { body }),
        });
        return readAnswer(response);
    }

    /** The `data` of a call that must succeed. */
    async data(method: string, path: string, body?: unknown): Promise<any> {
        const answer = await this.call(method, path, body === undefined ? {} : { body });
        if (answer.status !== 200 || answer.json?.success !== true) {
            throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
        }
        return answer.json.data;
    }

    async setUp(options: { selfUse?: boolean } = {}): Promise<void> {
        await this.data("POST", "/api/setup", {
            ...ROOT,
            confirmPassword: ROOT.password,
            SelfUseModeEnabled: options.selfUse ?? false,
            DemoSiteEnabled: false,
        });
        await this.logIn(ROOT.username, ROOT.password);
    }

    async logIn(username: string, password: string): Promise<Answer> {
        const answer = await this.call("POST", "/api/user/login", { body: { username, password } });
        if (answer.json?.success !== true) throw new Error(`login: ${answer.status} ${answer.text}`);
        this.#cookie = answer.headers
            .getSetCookie()
            .map((line) => line.split(";")[0]!)
            .join("; ");
        this.userId = answer.json.data.id;
        return answer;
    }

    get cookie(): string {
        return this.#cookie;
    }

    /** Adds a channel and gives its id. */
    async addChannel(settings: ChannelSettings): Promise<number> {
        const channel = {
            type: 1,
            name: "sim",
            key: "",
            models: "gpt-4o,gpt-4o-mini",
            group: "default",
            ...settings,
        };
        const data = await this.data("POST", "/api/channel/", { mode: "single", channel });
        return data.ids[0];
    }

    /** Makes a token and reveals its key. */
    async createToken(settings: Record<string, unknown> = {}): Promise<Token> {
        const name = String(settings.name ?? `token ${crypto.randomUUID().slice(0, 8)}`);
        await this.data("POST", "/api/token/", {
            unlimited_quota: true,
            expired_time: -1,
            ...settings,
            name,
        });
        const page = await this.data("GET", "/api/token/?p=1&page_size=100");
        const { id } = page.items.find((token: { name: string }) => token.name === name);
        const { key } = await this.data("POST", `/api/token/${id}/key`);
        return { id, name, key: `sk-${key}` };
    }

    async setOption(key: string, value: unknown): Promise<void> {
        await this.data("PUT", "/api/option/", { key, value });
    }

    /** The user's row of `users`; by way of an answer that waits for what has been settled. */
    async self(): Promise<{
        quota: number;
        used_quota: number;
        request_count: number;
        [field: string]: any;
    }> {
        return this.data("GET", "/api/user/self");
    }

    /** Log rows, newest first; `query` narrows them. */
    async logs(query: Record<string, string | number> = {}): Promise<LogRow[]> {
        const text = new URLSearchParams({ p: "1", page_size: "100" });
        for (const [name, value] of Object.entries(query)) text.set(name, String(value));
        return (await this.data("GET", `/api/log/?${text}`)).items;
    }
}
