// docs/openapi.yaml is true: its operations are those of the route tables, and what the gateway really answers fits its schemas, which
// are closed. The calls are in openapi_calls.ts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY } from "../sim/openai.ts";
import { Admin, type Answer, readAnswer, ROOT } from "./admin.ts";
import { MESSAGES } from "./chat_client.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { ApiDocument, type Operation, references, routeTables } from "./openapi.ts";
import { CALLS } from "./openapi_calls.ts";
import type { DocumentedCall, Scene, Sent } from "./openapi_scene.ts";
import { addPerson, type RoleName } from "./people.ts";
import { startWorld } from "./world.ts";

setDefaultTimeout(PATIENCE);

const RELAYED = new Map([
    ["GET /v1/models", "Key"],
    ["GET /v1/models/{model}", "Key"],
    ["GET /v1beta/models", "Key"],
    ["GET /v1beta/openai/models", "Key"],
    ["POST /v1/chat/completions", "Key"],
    ["POST /v1/completions", "Key"],
    ["POST /v1/embeddings", "Key"],
    ["POST /v1/engines/{model}/embeddings", "Key"],
    ["POST /v1/moderations", "Key"],
    ["POST /v1/responses", "Key"],
    ["POST /v1/messages", "Key"],
    ["POST /v1/messages/count_tokens", "Key"],
]);
const PEOPLE = [
    ["session", "user"],
    ["accessToken", "user"],
];
const SECURITY: Record<string, string[][]> = {
    Public: [],
    Visitor: [[], ...PEOPLE],
    User: PEOPLE,
    Admin: PEOPLE,
    Root: PEOPLE,
    KeyReader: [["apiKey"]],
};
const ROLE: Record<string, RoleName> = { User: "user", Admin: "admin", Root: "root" };

const api = await ApiDocument.load();
let scene: Scene;
let statusPage: Bun.Server<undefined>;

describe("the document", () => {
    test("has exactly the operations of the route tables, for the same callers", async () => {
        const documented = api.operations.map(({ name, access }) => `${name} ${access}`);
        const served = [...(await routeTables()), ...RELAYED].map(([name, access]) => `${name} ${access}`);
        expect(documented.sort()).toEqual(served.sort());
    });

    test("names how each caller says who he is", () => {
        for (const { name, access, security } of api.operations) {
            if (access === "Key") expect(security.flat(), name).toContain("apiKey");
            else expect([name, security]).toEqual([name, SECURITY[access]!]);
        }
    });

    test("has whole references, ids of its own and every parameter of a path", () => {
        for (const reference of references(api.root)) expect(api.resolve(reference), reference).toBeDefined();
        const ids = api.operations.map((operation) => operation.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { name, path, parameters } of api.operations) {
            const inPath = parameters.filter((one) => one.in === "path").map((one) => one.name);
            expect([name, inPath]).toEqual([name, [...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part!)]);
        }
    });

    test("is called wholly below", () => {
        const called = new Set(CALLS.map((call) => call.operation));
        expect(api.operations.map(({ name }) => name).filter((name) => !called.has(name))).toEqual([]);
    });

    test("is closed: a member that it does not name is a problem", () => {
        const answer = { success: true, message: "", data: { key: "k" } };
        const operation = api.find("POST /api/token/{id}/key");
        expect(api.answerProblem(operation, 200, answer)).toBe("");
        for (const wrong of [{ ...answer, more: 1 }, { ...answer, data: { key: "k", more: 1 } }])
            expect(api.answerProblem(operation, 200, wrong)).toContain("not named: more");
    });
});

function serveStatusPage(): Bun.Server<undefined> {
    const answers: Record<string, object> = {
        "/api/status-page/main": {
            publicGroupList: [{ name: "core", monitorList: [{ id: 7, name: "api" }] }],
        },
        "/api/status-page/heartbeat/main": {
            heartbeatList: { "7": [{ status: 1 }] },
            uptimeList: { "7_24": 0.5 },
        },
    };
    return Bun.serve({
        port: 0,
        fetch: (request) => Response.json(answers[new URL(request.url).pathname] ?? {}),
    });
}

beforeAll(async () => {
    statusPage = serveStatusPage();
    const world = await startWorld();
    const root = world.admin;
    const page = `http://127.0.0.1:${statusPage.port}`;
    const group = { id: 1, categoryName: "site", url: page, slug: "main", description: "" };
    await root.setOption("console_setting.uptime_kuma_groups", [group]);
    const { ids } = await root.data("POST", "/api/channel/", {
        mode: "multi_to_single",
        multi_key_mode: "random",
        channel: {
            type: 1,
            name: "pair",
            key: `${SIM_KEY}\nsk-second`,
            models: "gpt-4o-mini",
            group: "default",
            tag: "pair",
            base_url: world.sim.url,
        },
    });
    const user = await addPerson(root, "user");
    const people = { root, user, admin: await addPerson(root, "admin", 10) };
    scene = { world, people, pairId: ids[0], tokenId: (await user.createToken()).id };
    expect((await world.client.chat({ model: "gpt-4o", messages: MESSAGES })).status).toBe(200);
});

afterAll(async () => {
    await scene?.world.close();
    await statusPage.stop(true);
});

function headersOf(operation: Operation, sent: Sent): Record<string, string> {
    if (sent.headers !== undefined) return sent.headers;
    if (operation.access.startsWith("Key")) return { Authorization: `Bearer ${scene.world.token.key}` };
    const role = ROLE[operation.access];
    const who = sent.who ?? (role === undefined ? undefined : scene.people[role]);
    return who === undefined ? {} : { Cookie: who.cookie, "New-Api-User": String(who.userId) };
}

function addressOf(operation: Operation, sent: Sent): string {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
        encodeURIComponent(sent.path?.[name] ?? 9999),
    );
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(sent.query ?? {})) query.set(name, String(value));
    return scene.world.gateway.url + path + (query.size > 0 ? `?${query}` : "");
}

async function send(operation: Operation, sent: Sent): Promise<Answer> {
    const body = typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body);
    const response = await fetch(addressOf(operation, sent), {
        method: operation.method,
        headers: headersOf(operation, sent),
        ...(body === undefined ? {} : { body }),
    });
    return readAnswer(response);
}

function expectRequest(operation: Operation, sent: Sent): void {
    const named = operation.parameters.filter((one) => one.in === "query").map((one) => one.name);
    for (const name of Object.keys(sent.query ?? {})) expect(named).toContain(name);
    expect(operation.takesBody).toBe(sent.body !== undefined);
    if (operation.takesBody) expect(api.bodyProblem(operation, sent.body)).toBe("");
}

function expectAnswer(operation: Operation, { status, json, text }: Answer): void {
    const problem = api.answerProblem(operation, status, json);
    expect(problem, `${operation.name}: ${status} ${text.slice(0, 2000)}`).toBe("");
}

function expectFilled({ json }: Answer): void {
    const list = json.data?.items ?? json.data;
    expect(list.length).toBeGreaterThan(0);
}

async function makeCall(call: DocumentedCall): Promise<void> {
    const operation = api.find(call.operation);
    const sent = (await call.sent?.(scene)) ?? {};
    expectRequest(operation, sent);
    const answer = await send(operation, sent);
    expect(answer.status, answer.text).toBe(call.status ?? 200);
    expectAnswer(operation, answer);
    if (answer.status === 200) expect(answer.json.success ?? true, answer.text).toBe(!call.refused);
    if (call.filled) expectFilled(answer);
}

test.each(CALLS.map((call, index) => [call.operation, index] as const))(
    "%s answers as documented (call %d)",
    (_, index) => makeCall(CALLS[index]!),
);

describe("refusals are documented:", () => {
    const closed = api.operations.filter(({ access }) => access !== "Public" && access !== "Visitor");

    test.each(closed.map(({ name }) => name))("%s of somebody unknown", async (name) => {
        const operation = api.find(name);
        const answer = await send(operation, { headers: {}, body: operation.takesBody ? {} : undefined });
        expect(answer.status).toBe(401);
        expectAnswer(operation, answer);
    });

    const higher = closed.filter(({ access }) => access === "Admin" || access === "Root");
    test.each(higher.map(({ name }) => name))("%s of a common user", async (name) => {
        const operation = api.find(name);
        const who = scene.people.user;
        const answer = await send(operation, { who, body: operation.takesBody ? {} : undefined });
        expect([answer.status, answer.json.success]).toEqual([200, false]);
        expectAnswer(operation, answer);
    });

    const reading = api.operations.filter(({ takesBody }) => takesBody);
    test.each(reading.map(({ name }) => name))("%s with a body that is no JSON", async (name) => {
        const operation = api.find(name);
        const answer = await send(operation, { body: "{" });
        expect(answer.json.success ?? false).toBe(false);
        expectAnswer(operation, answer);
    });
});

test("a chat completion's events fit the schema of a chunk", async () => {
    const operation = api.find("POST /v1/chat/completions");
    const answer = await scene.world.client.chat({
        model: "gpt-4o",
        messages: MESSAGES,
        stream: true,
        stream_options: { include_usage: true },
    });
    expect(answer.events.length, answer.text).toBeGreaterThan(2);
    for (const event of answer.events)
        expect(api.answerProblem(operation, 200, event, "text/event-stream")).toBe("");
});

test("the set-up answers as documented, before and after", async () => {
    const gateway = await Gateway.start();
    try {
        const visitor = new Admin(gateway);
        for (const state of [false, true]) {
            const shown = await visitor.call("GET", "/api/setup");
            expectAnswer(api.find("GET /api/setup"), shown);
            expect(shown.json.data.status).toBe(state);
            if (state) break;
            const body = { ...ROOT, confirmPassword: ROOT.password, SelfUseModeEnabled: true };
            expect(api.bodyProblem(api.find("POST /api/setup"), body)).toBe("");
            const done = await visitor.call("POST", "/api/setup", { body });
            expectAnswer(api.find("POST /api/setup"), done);
            expect(done.json.success).toBe(true);
        }
    } finally {
        await gateway.stop();
    }
});

test("too many calls are answered without a body, as documented", async () => {
    const gateway = await Gateway.start({
        env: { GLOBAL_API_RATE_LIMIT_ENABLE: "true", GLOBAL_API_RATE_LIMIT: "30" },
    });
    try {
        let answer: Answer;
        do answer = await new Admin(gateway).call("GET", "/api/notice");
        while (answer.status === 200);
        expect(answer.status).toBe(429);
        expectAnswer(api.find("GET /api/notice"), answer);
        expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    } finally {
        await gateway.stop();
    }
});
