// Files behind URLs, for a provider that takes none (spec 04 section 22; 06 section 13): fetched once, checked, limited, and nothing is
// charged or held where that fails.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { type MediaServer, PDF, PNG, startMediaServer } from "../sim/media.ts";
import { until } from "../sim/waiting.ts";
import type { ChatAnswer } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE, type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

let it: ClaudeWorld;
let media: MediaServer;
let inside: MediaServer;

beforeAll(async () => {
    media = await startMediaServer();
    inside = await startMediaServer("127.0.0.2");
    it = await startClaudeWorld({ env: { MAX_FILE_DOWNLOAD_MB: "1" } });
    await it.world.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
    await it.world.admin.setOption("fetch_setting.allow_private_ip", true);
    await it.world.admin.setOption("fetch_setting.ip_list", JSON.stringify(["127.0.0.2"]));
});

beforeEach(() => {
    it.forget();
    media.forget();
    inside.forget();
});

afterAll(async () => {
    await it.close();
    await media.close();
    await inside.close();
});

const image = (url: string) => ({ type: "image_url", image_url: { url } });
const shown = (urls: string[]) => [{ role: "user", content: [{ type: "text", text: "look" }, ...urls.map(image)] }];
const ask = (paths: string[], more: Record<string, unknown> = {}): Promise<ChatAnswer> =>
    it.chat({ messages: shown(paths.map((path) => media.url + path)), ...more });
const sentBlocks = (): any[] => (it.claude.requests.at(-1)!.json as any).messages[0].content;
const picture = (mime = "image/png") => ({
    type: "image",
    source: { type: "base64", media_type: mime, data: PNG.toString("base64") },
});

describe("a file behind a URL", () => {
    test("is fetched and sent as what it is, whole and streamed", async () => {
        for (const stream of [false, true]) {
            media.forget();
            await it.side.costs(CLAUDE_PRICE, async () => {
                const answer = await ask(["/image.png", "/mislabelled", "/unlabelled", "/document.pdf"], { stream });
                expect(answer.status, answer.text).toBe(200);
            });
            expect(sentBlocks()).toEqual([
                { type: "text", text: "look" },
                picture(),
                picture(),
                picture(),
                {
                    type: "document",
                    source: { type: "base64", media_type: "application/pdf", data: PDF.toString("base64") },
                },
            ]);
            expect(media.requests).toHaveLength(4);
        }
    });

    test("is fetched once, however often it is named and whatever channels it goes to", async () => {
        await it.world.admin.setOption("RetryTimes", 1);
        it.claude.next((exchange) => exchange.json(503, { type: "error", error: { type: "api_error", message: "no" } }));
        const answer = await ask(["/image.png", "/image.png"]);
        await it.world.admin.setOption("RetryTimes", 0);
        expect(answer.status, answer.text).toBe(200);
        expect(it.claude.requests).toHaveLength(2);
        expect(sentBlocks()).toEqual([{ type: "text", text: "look" }, picture(), picture()]);
        expect(media.requests).toHaveLength(1);
    });

    test("is left to a provider that takes URLs", async () => {
        const url = `${media.url}/image.png`;
        const messages = [{ role: "user", content: [{ type: "image", source: { type: "url", url } }] }];
        const answer = await it.message({ model: "gpt-4o", messages });
        expect(answer.status, answer.text).toBe(200);
        const sent = (it.world.sim.requests[0]!.json as any).messages[0].content[0];
        expect(sent.image_url.url).toBe(url);
        expect(media.requests).toHaveLength(0);
    });

    test("is fetched through redirects", async () => {
        expect((await ask([`/to?/to?${media.url}/image.png`])).status).toBe(200);
        expect(sentBlocks()[1]).toEqual(picture());
        expect(media.requests).toHaveLength(3);
    });
});

test("files are fetched at the same time, ten at once", async () => {
    const asked = ask(Array.from({ length: 14 }, (_, index) => `/held/${index}`));
    await until("ten are held", () => media.held === 10);
    media.gate.open();
    const answer = await asked;
    expect(answer.status, answer.text).toBe(200);
    expect([media.requests.length, media.mostHeld]).toEqual([14, 10]);
    expect(sentBlocks()).toHaveLength(15);
});

test("a client that leaves stops the fetching", async () => {
    await it.side.costsNothing(async () => {
        const leaving = new AbortController();
        const asked = it.world.client
            .open({ model: CLAUDE, messages: shown([`${media.url}/silent`]) }, { signal: leaving.signal })
            .catch(() => undefined);
        await until("the file is asked for", () => media.requests.length === 1);
        leaving.abort();
        await asked;
        await until("the download is given up", () => media.open === 0);
    });
    expect(it.claude.requests).toHaveLength(0);
});

describe("a file that cannot be had is refused, free of charge:", () => {
    const failed = "get file data failed: ";
    const cases: [string, string, RegExp][] = [
        ["not there", "/missing", /failed to download file, status code: 404/],
        ["too large, as it says", "/big", /file size exceeds maximum allowed size: 1MB/],
        ["too large, as it turns out", "/endless", /file size exceeds maximum allowed size: 1MB/],
        ["cut off", "/cut", /failed to download file/],
        ["a web page", "/page", /web page behind the URL of an image/],
        ["going round in circles", "/to?/to?/to?/to?/to?/to?/to?/to?/to?/to?/to?/to", /stopped after 10 redirects/],
    ];
    for (const [what, path, text] of cases) {
        test(what, async () => {
            await it.side.costsNothing(async () => {
                const answer = await ask([path]);
                expect([answer.status, answer.error?.code], answer.text).toEqual([400, "convert_request_failed"]);
                expect(answer.error!.message).toStartWith(failed);
                expect(answer.error!.message).toMatch(text);
            });
            expect(it.claude.requests).toHaveLength(0);
        });
    }

    test("one of several, and the others are given up", async () => {
        await it.side.costsNothing(async () => {
            const answer = await ask(["/silent", "/missing", "/silent?2"]);
            expect(answer.error?.message).toMatch(/status code: 404/);
        });
        await until("no download is left", () => media.open === 0);
    });

    test("at an address of the inside, and behind a redirect to one", async () => {
        const direct = await it.chat({ messages: shown([`${inside.url}/image.png`]) });
        expect(direct.error?.message, direct.text).toStartWith(`${failed}request reject: ip in blacklist`);
        const redirected = await ask([`/to?${inside.url}/image.png`]);
        expect(redirected.error?.message).toMatch(/^get file data failed: redirect to .* blocked: ip in blacklist/);
        expect(redirected.text).not.toContain("127.0.0.2");
        await it.world.admin.setOption("fetch_setting.allow_private_ip", false);
        const guarded = await ask(["/image.png"]);
        await it.world.admin.setOption("fetch_setting.allow_private_ip", true);
        expect(guarded.error?.message).toStartWith(`${failed}request reject: private IP address not allowed`);
        expect([direct.status, redirected.status, guarded.status]).toEqual([400, 400, 400]);
        expect(inside.connections).toBe(0);
        expect(media.requests).toHaveLength(1);
    });
});
