// Bodies and keys: what JSON the relay refuses and how, guarded members that come twice or disguised, and that a body which
// is sent on keeps every byte that need not change: number spelling, unknown fields, explicit zeros.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_TEXT } from "../sim/openai.ts";
import { type ExpectedError, expectError } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { addPerson } from "./people.ts";
import { RawConnection, requestBytes } from "./raw_http.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]';

let world: World;

beforeAll(async () => {
    world = await startWorld({ sim: { allowUnknownFields: true } });
});

beforeEach(() => world.sim.forget());

afterAll(() => world.close());

async function refuses(body: string | Uint8Array, expected: ExpectedError): Promise<void> {
    await world.costsNothing(async () => expectError(await world.client.send(body), expected));
    expect(world.sim.requests).toHaveLength(0);
}

describe("malformed JSON is 400:", () => {
    const cases: [string, string | Uint8Array][] = [
        ["nothing", ""],
        ["a blank", " "],
        ["half an object", '{"model":"gpt-4o",'],
        ["an array", '["gpt-4o"]'],
        ["a string", '"gpt-4o"'],
        ["a number", "1"],
        ["null", "null"],
        ["two objects", `{"model":"gpt-4o",${MESSAGES}}{}`],
        ["text after the object", `{"model":"gpt-4o",${MESSAGES}} x`],
        ["a comma too many", `{"model":"gpt-4o",${MESSAGES},}`],
        ["no comma", `{"model":"gpt-4o" ${MESSAGES}}`],
        ["single quotes", "{'model':'gpt-4o'}"],
        ["a comment", `{"model":"gpt-4o",/* hi */${MESSAGES}}`],
        ["a key without quotes", `{model:"gpt-4o",${MESSAGES}}`],
        ["a byte-order mark", `\ufeff{"model":"gpt-4o",${MESSAGES}}`],
        ["a NUL", `{"model":"gpt-4o",${MESSAGES}}\0`],
        ["UTF-16", new Uint8Array(Buffer.from(`{"model":"gpt-4o",${MESSAGES}}`, "utf16le"))],
        [
            "invalid UTF-8 in the model",
            new Uint8Array(Buffer.from(`{"model":"gpt-4o\xff",${MESSAGES}}`, "latin1")),
        ],
        ["a line break in the model", `{"model":"gpt\n4o",${MESSAGES}}`],
        ["an unknown escape in the model", `{"model":"gpt\\x4o",${MESSAGES}}`],
        ["a model that is a number", `{"model":4,${MESSAGES}}`],
        ["a model that is an object", `{"model":{"a":1},${MESSAGES}}`],
        ["stream as text", `{"model":"gpt-4o","stream":"true",${MESSAGES}}`],
        ["stream as a number", `{"model":"gpt-4o","stream":1,${MESSAGES}}`],
        ["stream_options as text", `{"model":"gpt-4o","stream":true,"stream_options":"yes",${MESSAGES}}`],
        ["max_tokens below zero", `{"model":"gpt-4o","max_tokens":-1,${MESSAGES}}`],
        ["max_tokens as text", `{"model":"gpt-4o","max_tokens":"5",${MESSAGES}}`],
        ["brackets that do not fit", `{"model":"gpt-4o","messages":[}]`],
        ["100,000 open brackets", `{"model":"gpt-4o","messages":${"[".repeat(100_000)}`],
    ];

    test.each(cases)("%s", async (_, body) => {
        await refuses(body, { status: 400, type: "new_api_error" });
    });

    test("the texts of refused values are those of the contract", async () => {
        await refuses(`{"model":"gpt-4o","max_tokens":1073741824,${MESSAGES}}`, {
            status: 400,
            code: "invalid_request",
            message: "max_tokens is invalid",
        });
        await refuses('{"model":"gpt-4o","messages":[]}', {
            status: 400,
            code: "invalid_request",
            message: "field messages is required",
        });
        await refuses('{"model":"gpt-4o"}', {
            status: 400,
            code: "invalid_request",
            message: "field messages is required",
        });
        for (const body of [`{${MESSAGES}}`, `{"model":"",${MESSAGES}}`, `{"model":null,${MESSAGES}}`]) {
            await refuses(body, {
                status: 400,
                message: "Model name not specified, model name cannot be empty",
            });
        }
    });
});

describe("a guarded member is refused when it", () => {
    const cases: [string, string][] = [
        ["comes twice", `{"model":"gpt-4o","model":"gpt-4o-mini",${MESSAGES}}`],
        ["comes twice with the same value", `{"model":"gpt-4o","model":"gpt-4o",${MESSAGES}}`],
        ["comes again at the end", `{"model":"gpt-4o",${MESSAGES},"model":"gpt-4o-mini"}`],
        ["comes again, escaped", `{"model":"gpt-4o","mod\\u0065l":"gpt-4o-mini",${MESSAGES}}`],
        ["comes again in capitals", `{"model":"gpt-4o","MODEL":"gpt-4o-mini",${MESSAGES}}`],
        [
            "comes again, escaped and in capitals",
            `{"model":"gpt-4o","\\u004dodel":"gpt-4o-mini",${MESSAGES}}`,
        ],
        ["comes first in other letters", `{"Model":"gpt-4o-mini","model":"gpt-4o",${MESSAGES}}`],
        ["is stream, twice", `{"model":"gpt-4o","stream":false,"stream":true,${MESSAGES}}`],
        ["is stream, once in other letters", `{"model":"gpt-4o","stream":false,"Stream":true,${MESSAGES}}`],
        ["is max_tokens, twice", `{"model":"gpt-4o","max_tokens":1,"max_tokens":100000,${MESSAGES}}`],
        [
            "is stream_options, twice",
            `{"model":"gpt-4o","stream":true,"stream_options":{},"stream_options":{},${MESSAGES}}`,
        ],
    ];

    test.each(cases)("%s", async (_, body) => {
        await refuses(body, { status: 400, type: "new_api_error" });
    });

    test("but an unguarded member that comes twice is the provider's business", async () => {
        const body = `{"model":"gpt-4o","user":"a","user":"b",${MESSAGES}}`;
        expect((await world.client.send(body)).status).toBe(200);
        expect(world.sim.requests[0]!.text).toBe(body);
    });

    test("nor does the same name further down matter", async () => {
        const body = `{"model":"gpt-4o","metadata":{"model":"x","Model":"y","stream":"z"},${MESSAGES}}`;
        expect((await world.client.send(body)).status).toBe(200);
        expect(world.sim.requests[0]!.text).toBe(body);
    });
});

describe("a body that is sent on keeps", () => {
    const bodies: [string, string][] = [
        [
            "the spelling of numbers",
            `{"model":"gpt-4o","temperature":1.0,"top_p":1E0,"x":1e400,"seed":1180591620717411303424,"y":-0.0,${MESSAGES}}`,
        ],
        ["integers beyond 53 bits", `{"model":"gpt-4o","seed":9007199254740993,${MESSAGES}}`],
        ["a thousand digits", `{"model":"gpt-4o","x":0.${"123456789".repeat(111)},${MESSAGES}}`],
        [
            "unknown fields and their order",
            `{"z":{"b":1,"a":[2,{}]},"model":"gpt-4o","a":null,${MESSAGES},"messages2":[]}`,
        ],
        [
            "explicit zeros, false and empty text",
            `{"model":"gpt-4o","temperature":0,"top_p":0.0,"frequency_penalty":-0,"seed":0,"logprobs":false,"user":"","stop":[],"max_tokens":0,${MESSAGES}}`,
        ],
        ["explicit null", `{"model":"gpt-4o","temperature":null,"tools":null,"stream":null,${MESSAGES}}`],
        ["blanks and line breaks", `\n {\t"model" :\r\n "gpt-4o" , ${MESSAGES} }\n `],
        [
            "escapes as they are written",
            `{"model":"gpt-4o","messages":[{"role":"user","content":"\\u00e9\\/\\ud83d\\ude00 é 😀 \\u0000"}]}`,
        ],
        ["stream as an explicit false", `{"model":"gpt-4o","stream":false,${MESSAGES}}`],
        ["200 levels of depth", `{"model":"gpt-4o","x":${"[".repeat(200)}${"]".repeat(200)},${MESSAGES}}`],
    ];

    test.each(bodies)("%s", async (_, body) => {
        const answer = await world.client.send(body);
        expect([answer.status, answer.status === 200 && answer.content], answer.text).toEqual([
            200,
            SIM_TEXT,
        ]);
        expect(world.sim.requests[0]!.text).toBe(body);
    });

    test("the name of the model, however it is escaped, as the model that was meant", async () => {
        const answer = await world.client.send(`{"model":"gpt-4\\u006f",${MESSAGES}}`);
        expect(answer.status).toBe(200);
        expect(world.sim.requests[0]!.json.model).toBe("gpt-4o");
        expect((await world.consumeRow(answer.requestId)).model_name).toBe("gpt-4o");
    });

    test("everything but stream_options in a stream", async () => {
        const body = `{"model":"gpt-4o","seed":9007199254740993,"stream":true,${MESSAGES}, "x":1.0}`;
        const answer = await world.client.send(body);
        expect(answer.content).toBe(SIM_TEXT);
        const { text, json } = world.sim.requests[0]!;
        expect(json.stream_options).toEqual({ include_usage: true });
        expect(text.replace(/,?\s*"stream_options":\{"include_usage":true\}/, "")).toBe(body);
    });

    test("the siblings of include_usage, and loses stream_options without a stream", async () => {
        await world.client.send(
            `{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":false, "other":1.0},${MESSAGES}}`,
        );
        expect(world.sim.requests[0]!.text).toMatch(
            /"stream_options":\{"include_usage":true,\s*"other":1\.0\}/,
        );
        world.sim.forget();
        const answer = await world.client.send(
            `{"model":"gpt-4o","stream_options":{"include_usage":true},${MESSAGES}}`,
        );
        expect(answer.status).toBe(200);
        expect(world.sim.requests[0]!.json.stream_options).toBeUndefined();
    });

    test("the content of a large body", async () => {
        const content = `start ${"0123456789abcdef é ".repeat(30_000)} end`;
        const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content }] });
        expect(body.length).toBeGreaterThan(500_000);
        expect((await world.client.send(body)).status).toBe(200);
        expect(world.sim.requests[0]!.text === body).toBe(true);
    });

    test("fields that are off by default are removed, nothing beside them", async () => {
        await world.client.send(
            `{"service_tier":"flex","model":"gpt-4o", "safety_identifier":"u1","store":true,${MESSAGES},"speed":"fast"}`,
        );
        expect(world.sim.requests[0]!.json).toEqual({
            model: "gpt-4o",
            store: true,
            messages: [{ role: "user", content: "hi" }],
        });
    });
});

describe("content types", () => {
    const body = `{"model":"gpt-4o",${MESSAGES}}`;

    test.each(["application/json", "application/json; charset=utf-8", "Application/JSON"])(
        "%s is read",
        async (type) => {
            expect((await world.client.send(body, { headers: { "Content-Type": type } })).status).toBe(200);
        },
    );

    test("none at all is read when the body looks like JSON", async () => {
        const connection = await RawConnection.open(world.gateway.port);
        await connection.send(
            requestBytes({
                target: "/v1/chat/completions",
                headers: { Authorization: `Bearer ${world.token.key}` },
                body,
            }),
        );
        expect((await connection.answer()).status).toBe(200);
        connection.close();
    });
});

describe("keys and models", () => {
    const body = `{"model":"gpt-4o",${MESSAGES}}`;
    const invalid = { status: 401, code: "", type: "new_api_error", message: "Invalid token" };

    test.each([
        ["unknown", "Bearer sk-000000000000000000000000000000000000000000000000"],
        ["empty", "Bearer "],
        ["only sk-", "Bearer sk-"],
        ["cut short", "short"],
        ["longer by one", "long"],
        ["in the other case", "case"],
        ["quoted", "Bearer 'or 1=1'"],
        ["of 60 KB", `Bearer sk-${"k".repeat(60_000)}`],
        ["with a NUL escape", "Bearer sk-%00"],
    ])("a key that is %s is 401", async (_, value) => {
        const key = world.token.key;
        const flipped = key.replace(/[a-zA-Z](?=[^a-zA-Z]*$)/, (c) =>
            c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
        );
        const spelled =
            { short: `Bearer ${key.slice(0, -1)}`, long: `Bearer ${key}x`, case: `Bearer ${flipped}` }[
                value
            ] ?? value;
        expectError(await world.client.send(body, { headers: { Authorization: spelled } }), invalid);
        expect(world.sim.requests).toHaveLength(0);
    });

    test("a key that pins a channel is 403 for all but administrators, which a header tells as well", async () => {
        const ann = await addPerson(world.admin, "ann");
        const { key } = await ann.createToken();
        const answer = await world.client.send(body, {
            headers: { Authorization: `Bearer ${key}-${world.channelId}` },
        });
        expectError(answer, { status: 403, code: "", message: "普通用户不支持指定渠道" });
        expect(answer.headers.get("specific_channel_version")).toBe("701e3ae1dc3f7975556d354e0675168d004891c8");
    });

    test("a key whose user is gone is 500", async () => {
        const key = "k".repeat(48);
        world.gateway.query(
            `INSERT INTO tokens (user_id, "key", status, name, expired_time, unlimited_quota)
             VALUES (99999, '${key}', 1, 'left', -1, TRUE)`,
        );
        expectError(await world.client.send(body, { headers: { Authorization: `Bearer sk-${key}` } }), {
            status: 500,
            code: "",
            message: "Database error, please contact the administrator",
        });
    });

    test("the text follows the client's language", async () => {
        const answer = await world.client.send(body, {
            headers: { Authorization: "Bearer sk-x", "Accept-Language": "zh-CN" },
        });
        expectError(answer, { ...invalid, message: "无效的令牌" });
    });

    test("an unknown model is 503 with the group's name", async () => {
        await refuses(`{"model":"gpt-none",${MESSAGES}}`, {
            status: 503,
            code: "model_not_found",
            type: "new_api_error",
            message: "No available channel for model gpt-none under group default (distributor)",
        });
    });

    test("the key is checked before the body is looked at", async () => {
        expectError(await world.client.send("{", { headers: { Authorization: "Bearer sk-x" } }), invalid);
    });

    test("a key may also come as other vendors' clients send it", async () => {
        for (const name of ["x-api-key", "x-goog-api-key"]) {
            const response = await fetch(`${world.gateway.url}/v1/chat/completions`, {
                method: "POST",
                headers: { "Content-Type": "application/json", [name]: world.token.key },
                body,
            });
            expect(response.status).toBe(200);
        }
    });
});
