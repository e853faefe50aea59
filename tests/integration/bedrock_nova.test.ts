// Nova behind AWS Bedrock, from the client's bytes to the bill: its own form of requests, answers and streams, files among them (spec 07
// section 8.8). Keys, signatures and errors are those of Claude there: bedrock.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { AWS_TEXT, type AwsSim, exception } from "../sim/aws.ts";
import { CLIP, PDF, PNG, startMediaServer } from "../sim/media.ts";
import { MESSAGES } from "./chat_client.ts";
import { type CloudWorld, startAwsWorld } from "./cloud_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const NOVA = "nova-lite-v1:0";
const SCHEMA = { type: "object", properties: { city: { type: "string" } } };
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

let it: CloudWorld<AwsSim>;
let aws: AwsSim;

beforeAll(async () => {
    it = await startAwsWorld([NOVA]);
    aws = it.cloud;
    await it.world.admin.setOption("ModelPrice", JSON.stringify({ [NOVA]: 0.002 }));
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return aws.requests.at(-1)!.json;
}

describe("Nova on Bedrock", () => {
    const asked = { model: NOVA, max_tokens: 50 };

    test("answers chats in its own form, whole and streamed", async () => {
        for (const stream of [false, true]) {
            const answer = await it.chat({
                ...asked,
                stream,
                temperature: 0,
                stop: "X",
                messages: [{ role: "system", content: "Be brief." }, ...MESSAGES],
                ...(stream ? { stream_options: { include_usage: true } } : {}),
            });
            expect(answer.content, answer.text).toBe(AWS_TEXT);
            expect(answer.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 9, total_tokens: 39 });
            const last = stream ? answer.events.findLast((event) => event.choices.length > 0) : answer.json;
            expect(last.choices[0].finish_reason).toBe("stop");
            expect((stream ? answer.events[0] : answer.json).id).toBe(`chatcmpl-${answer.requestId}`);
            const { row } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
            expect(arrived()).toEqual({
                schemaVersion: "messages-v1",
                system: [{ text: "Be brief." }],
                messages: [{ role: "user", content: [{ text: MESSAGES[0]!.content }] }],
                inferenceConfig: { maxTokens: 50, temperature: 0, stopSequences: ["X"] },
            });
        }
        expect(aws.requests[1]!.target).toBe("/model/us.amazon.nova-lite-v1%3A0/invoke-with-response-stream");
    });

    test("answers messages and responses, with images and tools", async () => {
        const image = { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } };
        const messages = [{ role: "user", content: [{ type: "text", text: "What is it?" }, image] }];
        for (const stream of [false, true]) {
            const answer = await it.message({ ...asked, stream, messages, tools: [{ name: "weather", input_schema: SCHEMA }] });
            expect(answer.said, answer.text).toBe(AWS_TEXT);
            const use = stream
                ? answer.events.find((event) => event.content_block?.type === "tool_use").content_block
                : answer.json.content.find((block: any) => block.type === "tool_use");
            expect(use.name).toBe("weather");
            expect(arrived().messages[0].content[1].image).toEqual({ format: "png", source: { bytes: PIXEL } });
            expect(arrived().toolConfig.tools[0].toolSpec.name).toBe("weather");
        }
        const answer = await it.responses({ model: NOVA });
        expect(answer.output.at(-1).content[0].text).toBe(AWS_TEXT);
        expect(aws.refused).toEqual([]);
    });

    test("gets the data of images, films and documents that clients name by URL", async () => {
        const media = await startMediaServer();
        await it.world.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
        await it.world.admin.setOption("fetch_setting.allow_private_ip", true);
        const at = (path: string) => media.url + path;
        const image = { image: { format: "png", source: { bytes: PNG.toString("base64") } } };
        const film = { video: { format: "mp4", source: { bytes: CLIP.toString("base64") } } };
        const document = (name: string) => ({ document: { format: "pdf", name, source: { bytes: PDF.toString("base64") } } });
        const chat = [
            { type: "image_url", image_url: { url: at("/image.png") } },
            { type: "video_url", video_url: { url: at("/clip.mp4") } },
            { type: "file", file: { filename: "report.pdf", file_data: at("/document.pdf") } },
        ];
        const anthropic = [
            { type: "image", source: { type: "url", url: at("/image.png") } },
            { type: "document", title: "Report", source: { type: "url", url: at("/document.pdf") } },
        ];
        for (const stream of [false, true]) {
            const answer = await it.chat({ ...asked, stream, messages: [{ role: "user", content: chat }] });
            expect(answer.content, answer.text).toBe(AWS_TEXT);
            expect(arrived().messages[0].content).toEqual([image, film, document("report")]);
            const said = await it.message({ ...asked, stream, messages: [{ role: "user", content: anthropic }] });
            expect(said.said, said.text).toBe(AWS_TEXT);
            expect(arrived().messages[0].content).toEqual([image, document("Report")]);
        }
        expect(aws.refused).toEqual([]);
        expect(media.requests).toHaveLength(10);
        const before = aws.requests.length;
        await it.side.costsNothing(async () => {
            const missing = { type: "image_url", image_url: { url: at("/missing") } };
            const answer = await it.chat({ ...asked, messages: [{ role: "user", content: [missing] }] });
            expect([answer.status, answer.error?.code]).toEqual([400, "convert_request_failed"]);
            expect(answer.error?.message).toContain("get file data failed");
            await it.world.admin.setOption("fetch_setting.allow_private_ip", false);
            const refused = await it.chat({ ...asked, messages: [{ role: "user", content: [chat[2]] }] });
            expect(refused.status).toBe(400);
        });
        expect(aws.requests).toHaveLength(before);
        await media.close();
    });

    test("says what went wrong", async () => {
        await it.side.costsNothing(async () => {
            aws.next(aws.error(400, "ValidationException", "no"), aws.streamThen(0, exception("throttlingException", "no")));
            expect((await it.chat(asked)).status).toBe(400);
            expect((await it.chat({ ...asked, stream: true })).status).toBe(429);
        });
    });
});
