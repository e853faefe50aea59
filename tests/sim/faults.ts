// Scripts in which the provider misbehaves: below HTTP, in HTTP, in its JSON, in its event stream. Each is one way in which
// real providers and the networks before them have failed. What the gateway must make of it is the tests' matter.
import { gzipSync } from "node:zlib";

import type { Exchange, Script } from "./exchange.ts";
import type { OpenAiSim } from "./openai.ts";
import * as wire from "./openai_objects.ts";
import type { Gate } from "./waiting.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** The ordinary whole answer as text. */
export function completionText(sim: OpenAiSim, exchange: Exchange): string {
    return JSON.stringify(wire.completion(sim.reply(exchange)));
}

// --- below HTTP and in its framing ------------------------------------------------------------------------------------

/** Breaks the connection before any byte. */
export const resetBeforeHead: Script = (exchange) => exchange.reset();

/** Closes the connection before any byte. */
export const closeBeforeHead: Script = (exchange) => exchange.close();

/** Says nothing until the client leaves. */
export const stallBeforeHead: Script = (exchange) => exchange.gone;

/** Sends a head and the first bytes of a body, then nothing. */
export const stallInBody: Script = async (exchange) => {
    await exchange.head(200, { ...JSON_TYPE, "content-length": "400" });
    await exchange.send('{"id":"chatcmpl-sim","object":"chat.co');
    await exchange.gone;
};

/** The first `bytes` of a whole answer, then the end of the connection. */
export function cutAnswer(sim: OpenAiSim, bytes: number, how: "close" | "reset" = "close"): Script {
    return async (exchange) => {
        const text = completionText(sim, exchange);
        await exchange.head(200, { ...JSON_TYPE, "content-length": String(Buffer.byteLength(text)) });
        await exchange.send(Buffer.from(text).subarray(0, bytes));
        return how === "close" ? exchange.close() : exchange.reset();
    };
}

/** A head that is cut in the middle of a line. */
export const cutHead: Script = async (exchange) => {
    await exchange.send("HTTP/1.1 200 OK\r\ncontent-ty");
    await exchange.close();
};

/** Announces `difference` bytes more (or fewer, when negative) than it sends. */
export function wrongLength(sim: OpenAiSim, difference: number): Script {
    return async (exchange) => {
        const text = completionText(sim, exchange);
        await exchange.head(200, {
            ...JSON_TYPE,
            "content-length": String(Buffer.byteLength(text) + difference),
        });
        await exchange.send(text);
        if (difference > 0) await exchange.close();
    };
}

/** Bytes that are not HTTP. */
export const garbage: Script = async (exchange) => {
    await exchange.send(
        Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x16, 0x00, 0xff, 0xfe, 0x0d, 0x0a, 0x0d, 0x0a]),
    );
    await exchange.close();
};

/** A raw head, then the ordinary answer's body with that many bytes. */
export function rawHead(sim: OpenAiSim, head: (length: number) => string): Script {
    return async (exchange) => {
        const text = completionText(sim, exchange);
        await exchange.send(Buffer.from(head(Buffer.byteLength(text)), "latin1"));
        await exchange.send(text);
    };
}

/** A chunked answer whose chunk sizes are nonsense. */
export const badChunkSize: Script = async (exchange) => {
    await exchange.head(200, { ...JSON_TYPE, "transfer-encoding": "chunked" });
    await exchange.send("zz\r\n{}\r\n0\r\n\r\n");
    await exchange.close();
};

/** One byte at a time, each in a write of its own. */
export function byteByByte(sim: OpenAiSim): Script {
    return async (exchange) => {
        const text = completionText(sim, exchange);
        const length = Buffer.byteLength(text);
        const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
        for (const byte of Buffer.from(head + text)) await exchange.send(Uint8Array.of(byte));
    };
}

/** Interim answers before the real one. */
export function interimAnswers(sim: OpenAiSim): Script {
    return async (exchange) => {
        await exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
        await exchange.send("HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n");
        await sim.answerChat(exchange);
    };
}

/** A chunked answer in several pieces, with trailers after the last. */
export function withTrailers(sim: OpenAiSim): Script {
    return async (exchange) => {
        const text = completionText(sim, exchange);
        await exchange.head(200, { ...JSON_TYPE, "transfer-encoding": "chunked", trailer: "x-checksum" });
        await exchange.piece(text.slice(0, 20));
        await exchange.piece(text.slice(20));
        await exchange.end({ "x-checksum": "5f", "set-cookie": "evil=1", "content-length": "3" });
    };
}

/** A body that the end of the connection ends. */
export function closeDelimited(sim: OpenAiSim): Script {
    return async (exchange) => {
        await exchange.head(200, { ...JSON_TYPE, connection: "close" });
        await exchange.send(completionText(sim, exchange));
        await exchange.close();
    };
}

/** A compressed answer that nobody has to have asked for. */
export function gzipped(sim: OpenAiSim): Script {
    return (exchange) =>
        exchange.answer(200, gzipSync(completionText(sim, exchange)), {
            ...JSON_TYPE,
            "content-encoding": "gzip",
        });
}

/** A compressed answer whose compressed bytes are broken. */
export function brokenGzip(sim: OpenAiSim): Script {
    return (exchange) =>
        exchange.answer(200, gzipSync(completionText(sim, exchange)).fill(0xa5, 20, 60), {
            ...JSON_TYPE,
            "content-encoding": "gzip",
        });
}

// --- errors in HTTP's and the provider's own words --------------------------------------------------------------------

export const htmlBadGateway: Script = (exchange) =>
    exchange.answer(
        502,
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body></html>",
        { "content-type": "text/html" },
    );

/** An error object under any status, 200 included. */
export function errorObject(status: number, error: Partial<wire.ErrorBody>): Script {
    return (exchange) =>
        exchange.json(status, { error: { message: "", type: "", param: null, code: null, ...error } });
}

export const emptyBody: Script = (exchange) => exchange.answer(200, "", JSON_TYPE);

export function body(text: string | Uint8Array, headers: Record<string, string> = JSON_TYPE): Script {
    return (exchange) => exchange.answer(200, text, headers);
}

export function redirect(status: number, location: string): Script {
    return (exchange) => exchange.answer(status, "", { location });
}

// --- event streams ----------------------------------------------------------------------------------------------------

/** The ordinary stream, each event written by `write`. */
export function writtenBy(sim: OpenAiSim, write: (data: string) => string, first = ""): Script {
    return async (exchange) => {
        await exchange.openStream();
        if (first !== "") await exchange.piece(first);
        for (const chunk of sim.chunks(exchange)) await exchange.piece(write(JSON.stringify(chunk)));
        await exchange.piece(write("[DONE]"));
        await exchange.end();
    };
}

/** The whole stream as one text, cut into pieces of `size` bytes wherever they fall, each with a write of its own. */
export function cutIntoPieces(sim: OpenAiSim, size: number): Script {
    return async (exchange) => {
        await exchange.openStream();
        const events = [...sim.chunks(exchange).map((chunk) => JSON.stringify(chunk)), "[DONE]"];
        const bytes = Buffer.from(events.map((event) => `data: ${event}\n\n`).join(""));
        for (let at = 0; at < bytes.length; at += size) await exchange.piece(bytes.subarray(at, at + size));
        await exchange.end();
    };
}

/** The first `count` events (0 is the one with the role, then words), then whatever `then` does. */
export function streamThen(sim: OpenAiSim, count: number, then: Script): Script {
    return async (exchange) => {
        await exchange.openStream();
        for (const chunk of sim.chunks(exchange).slice(0, count)) await exchange.event(chunk);
        await then(exchange);
    };
}

/** Cuts the connection within a chunk that has been announced. */
export const cutInChunk: Script = async (exchange) => {
    await exchange.send('40\r\ndata: {"id":"chatcmpl-sim","obj');
    await exchange.close();
};

/** The chunked body ends as it should, the stream in it does not. */
export const endWithoutMarker: Script = (exchange) => exchange.end();

/** The ordinary stream; before event number i it waits for the gate of that number, if there is one. */
export function gated(sim: OpenAiSim, gates: Record<number, Gate>): Script {
    return async (exchange) => {
        await exchange.openStream();
        for (const [index, chunk] of [...sim.chunks(exchange), "[DONE]"].entries()) {
            const gate = gates[index];
            if (gate) await Promise.race([gate.opened, exchange.gone]);
            await exchange.event(chunk);
        }
        await exchange.end();
    };
}

/** The ordinary stream without its end marker, or with two. */
export function endMarkers(sim: OpenAiSim, count: number): Script {
    return async (exchange) => {
        await exchange.openStream();
        for (const chunk of sim.chunks(exchange)) await exchange.event(chunk);
        for (let n = 0; n < count; n++) await exchange.event("[DONE]");
        await exchange.end();
    };
}

/** The ordinary stream, compressed as a whole. */
export function gzippedStream(sim: OpenAiSim): Script {
    return async (exchange) => {
        const events = [...sim.chunks(exchange).map((chunk) => JSON.stringify(chunk)), "[DONE]"];
        await exchange.openStream({ "content-encoding": "gzip" });
        await exchange.piece(gzipSync(events.map((event) => `data: ${event}\n\n`).join("")));
        await exchange.end();
    };
}
