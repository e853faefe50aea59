// The main job: the lines of README.md as an operator types them, then the bill of every kind of first request to the last
// quota unit: ratios, groups, cached tokens, fixed prices, streamed and not, in the answer, the log row and the balances.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { SIM_KEY, SIM_TEXT, SIM_USAGE, startOpenAiSim } from "../sim/openai.ts";
import { usage } from "../sim/openai_objects.ts";
import { Admin } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { ChatAnswer, expectError } from "./chat_client.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const SIM_TOKENS = { prompt: SIM_USAGE.prompt_tokens, completion: SIM_USAGE.completion_tokens };

/** The first-request script of the README with the values that it asks its reader to put in. */
function readmeScript(
    gateway: string,
    provider: string,
): { preparation: string; request: (key: string) => string } {
    const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
    const script = /```sh\n(gateway=[\s\S]*?)```/.exec(readme)?.[1];
    if (script === undefined) throw new Error("README.md has no script that begins with gateway=");
    const filled = script
        .replace("http://localhost:3000", gateway)
        .replace('"base_url": ""', `"base_url": "${provider}"`)
        .replace("sk-the-key-of-your-provider", SIM_KEY);
    const [preparation, request] = filled.split(/(?=# 4\.)/) as [string, string];
    return { preparation, request: (key) => `gateway=${gateway}\n${request.replace("sk-THE_KEY", key)}` };
}

async function runShell(script: string, folder: string): Promise<any[]> {
    const run = Bun.spawn(["bash", "-euc", script], { cwd: folder, stdout: "pipe", stderr: "inherit" });
    const output = await new Response(run.stdout).text();
    expect(await run.exited, output).toBe(0);
    return output
        .replaceAll("}{", "}\n{")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
}

test("the README's first request works as written", async () => {
    const sim = await startOpenAiSim();
    const gateway = await Gateway.start();
    const script = readmeScript(gateway.url, sim.url);
    const answers = await runShell(script.preparation, gateway.folder);
    expect(answers.map((answer) => answer.success)).toEqual([true, true, true, true, true]);
    const key = answers.at(-1).data.key;
    expect(key).toMatch(/^[0-9a-zA-Z]{48}$/);
    const [completion] = await runShell(script.request(`sk-${key}`), gateway.folder);
    expect(completion.choices[0].message.content).toBe(SIM_TEXT);
    expect(completion.usage).toEqual(SIM_USAGE);
    expect(sim.refused).toEqual([]);

    const admin = new Admin(gateway);
    await admin.logIn("root", "correct horse");
    const [row] = await admin.logs({ type: 2 });
    const quota = quotaOf(SIM_TOKENS, { model: 0.075, completion: 4 });
    expect(row).toMatchObject({ quota, model_name: "gpt-4o-mini", token_name: "first", prompt_tokens: 21 });
    expect((await admin.self()).quota).toBe(100_000_000 - quota);
    await gateway.stop();
    await sim.close();
});

let world: World;

beforeAll(async () => {
    world = await startWorld({ channel: { models: "gpt-4o,gpt-4o-mini,my-model,call-model" } });
});

beforeEach(async () => {
    world.sim.forget();
    world.sim.usage = SIM_USAGE;
});

afterAll(() => world.close());

async function answered(answer: ChatAnswer): Promise<ChatAnswer> {
    expect(answer.status, answer.text).toBe(200);
    expect(answer.content).toBe(SIM_TEXT);
    return answer;
}

describe("a bill at the built-in ratios", () => {
    const quota = quotaOf(SIM_TOKENS, { model: 1.25, completion: 4 });

    test("of a whole answer moves exactly its price, once", async () => {
        await world.costs(quota, async () => {
            const answer = await answered(await world.client.chat());
            expect(answer.usage).toEqual(SIM_USAGE);
            expect(answer.headers.get("content-type")).toBe("application/json");
            expect(answer.headers.get("x-new-api-version")).not.toBe("");
        });
    });

    test("of a stream is the same", async () => {
        await world.costs(quota, async () => {
            const answer = await answered(await world.client.chat({ stream: true }));
            expect(answer.headers.get("content-type")).toStartWith("text/event-stream");
            expect(answer.payloads.at(-1)).toBe("[DONE]");
            expect(answer.usage).toEqual(SIM_USAGE);
        });
        expect(world.sim.requests[0]!.json.stream_options).toEqual({ include_usage: true });
    });

    test("does not depend on whether the client wants to see the usage", async () => {
        await world.costs(quota, async () => {
            const answer = await answered(
                await world.client.chat({ stream: true, stream_options: { include_usage: false } }),
            );
            expect(answer.usage).toBeUndefined();
            expect(answer.events.every((event) => event.choices.length === 1)).toBe(true);
        });
        expect(world.sim.requests[0]!.json.stream_options).toEqual({ include_usage: true });
    });

    test("of a tool call counts like text", async () => {
        const parameters = { type: "object", properties: {} };
        const tools = [{ type: "function", function: { name: "weather", parameters } }];
        for (const stream of [false, true]) {
            await world.costs(quota, async () => {
                const answer = await world.client.chat({ tools, stream });
                const calls = stream
                    ? answer.events.flatMap((event) => event.choices[0]?.delta.tool_calls ?? [])
                    : answer.json.choices[0].message.tool_calls;
                const text = calls.map((call: any) => call.function.arguments).join("");
                expect(JSON.parse(text)).toEqual({ city: "Bergen", index: 0 });
            });
        }
    });

    test("counts cached tokens at their own ratio", async () => {
        world.sim.usage = usage(2000, 40, 500);
        await world.costs(2388, async () => void (await answered(await world.client.chat())));
        await world.costs(2388, async () => void (await answered(await world.client.chat({ stream: true }))));
    });

    test("is at least one unit", async () => {
        world.sim.usage = usage(1, 0);
        await world.costs(1, async () => void (await world.client.chat({ model: "gpt-4o-mini" })));
    });
});

describe("the log row", () => {
    test.each([false, true])("explains the bill (stream: %p)", async (stream) => {
        const started = Math.floor(Date.now() / 1000);
        const answer = await answered(await world.client.chat({ stream }));
        const row = await world.consumeRow(answer.requestId);
        expect(row).toMatchObject({
            user_id: world.admin.userId,
            type: 2,
            username: "root",
            token_name: world.token.name,
            token_id: world.token.id,
            model_name: "gpt-4o",
            prompt_tokens: 21,
            completion_tokens: 7,
            quota: quotaOf(SIM_TOKENS, { model: 1.25, completion: 4 }),
            is_stream: stream,
            group: "default",
            channel: world.channelId,
            channel_name: "sim",
            request_id: answer.requestId,
            ip: "",
            content: "",
        });
        expect(row.created_at).toBeWithin(started, started + 30);
        expect(row.use_time).toBeWithin(0, 30);
        const other = JSON.parse(row.other);
        expect(other).toMatchObject({
            model_ratio: 1.25,
            completion_ratio: 4,
            group_ratio: 1,
            cache_ratio: 0.5,
            cache_tokens: 0,
            model_price: -1,
            user_group_ratio: -1,
            request_path: "/v1/chat/completions",
            billing_source: "wallet",
            admin_info: { use_channel: [String(world.channelId)] },
        });
        expect(typeof other.frt).toBe("number");
        if (stream) expect(other.stream_status).toEqual({ status: "ok", end_reason: "done" });
        else expect(other.stream_status).toBeUndefined();
    });
});

describe("prices follow the options at once", () => {
    test("new ratios and a new group ratio are in the next bill", async () => {
        await world.admin.setOption("ModelRatio", JSON.stringify({ "gpt-4o": 2.5, "gpt-4o-mini": 0.1 }));
        await world.admin.setOption("CompletionRatio", JSON.stringify({ "gpt-4o": 3 }));
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 0.5 }));
        await world.costs(53, async () => void (await answered(await world.client.chat())));
        await world.costs(53, async () => void (await answered(await world.client.chat({ stream: true }))));
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 1 }));
        await world.costs(105, async () => void (await answered(await world.client.chat())));
    });

    test("a ratio of zero is free, and on record", async () => {
        await world.admin.setOption("ModelRatio", JSON.stringify({ "gpt-4o": 0, "gpt-4o-mini": 0.1 }));
        await world.costs(0, async () => void (await answered(await world.client.chat())));
    });

    test("a fixed price beats ratios and does not count tokens", async () => {
        await world.admin.setOption("ModelPrice", JSON.stringify({ "call-model": 0.04 }));
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 0.5 }));
        await world.costs(
            10_000,
            async () => void (await answered(await world.client.chat({ model: "call-model" }))),
        );
        const [row] = await world.admin.logs({ type: 2 });
        expect(JSON.parse(row!.other)).toMatchObject({ model_price: 0.04, group_ratio: 0.5 });
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 1 }));
    });

    test("a table that does not parse is refused and changes nothing", async () => {
        await world.admin.setOption("ModelRatio", JSON.stringify({ "gpt-4o": 2 }));
        for (const value of ["{", '{"gpt-4o": -1}', '{"gpt-4o": "two"}', "[]"]) {
            const answer = await world.admin.call("PUT", "/api/option/", {
                body: { key: "ModelRatio", value },
            });
            expect([answer.status, answer.json.success]).toEqual([200, false]);
        }
        const quota = quotaOf(SIM_TOKENS, { model: 2, completion: 3 });
        await world.costs(quota, async () => void (await answered(await world.client.chat())));
    });

    test("a model without a price is refused until self-use mode is on", async () => {
        await world.costsNothing(async () => {
            expectError(await world.client.chat({ model: "my-model" }), {
                status: 400,
                code: "model_price_error",
                type: "new_api_error",
                message:
                    "模型 my-model 的价格未配置。请前往「系统设置 → 运营设置」开启自用模式，或在「系统设置 → 分组与模型定价设置」" +
                    "中为该模型配置价格；Model my-model price not configured. Go to System Settings → Operation Settings to " +
                    "enable self-use mode, or configure the model price in System Settings → Group & Model Pricing.",
            });
        });
        expect(world.sim.requests).toHaveLength(0);
        await world.admin.setOption("SelfUseModeEnabled", true);
        const quota = quotaOf(SIM_TOKENS, { model: 37.5, completion: 1 });
        await world.costs(
            quota,
            async () => void (await answered(await world.client.chat({ model: "my-model" }))),
        );
        await world.admin.setOption("SelfUseModeEnabled", false);
    });
});

describe("a token with a limit", () => {
    test("pays from its own remainder", async () => {
        const token = await world.admin.createToken({ unlimited_quota: false, remain_quota: 5000 });
        const quota = quotaOf(SIM_TOKENS, { model: 2, completion: 3 });
        await world.costs(
            quota,
            async () => void (await answered(await world.clientOf(token).chat())),
            token,
        );
        expect((await world.balances(token)).tokenRemaining).toBe(5000 - quota);
    });

    test("is refused when the estimate does not fit, and nothing is sent or held", async () => {
        const token = await world.admin.createToken({ unlimited_quota: false, remain_quota: 900 });
        const client = world.clientOf(token);
        await world.costsNothing(async () => {
            expectError(await client.chat(), {
                status: 403,
                code: "pre_consume_token_quota_failed",
                message:
                    /^token quota is not enough, token remain quota: ＄0\.001800, need quota: ＄\d+\.\d{6}$/,
            });
        });
        expect(world.sim.requests).toHaveLength(0);
        await world.admin.setOption("PreConsumedQuota", 1);
        await answered(await client.chat());
        await world.admin.setOption("PreConsumedQuota", 500);
    });

    test("that is used up is no key any more", async () => {
        const token = await world.admin.createToken({ unlimited_quota: false, remain_quota: 0 });
        expectError(await world.clientOf(token).chat(), { status: 401, code: "", message: "Invalid token" });
    });
});
