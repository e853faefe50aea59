// Malformed and unusual HTTP requests as byte strings, for servers that stand before a provider. Made by hand after RFC 9110
// and 9112 and the published request-smuggling techniques (CL.TE, TE.CL, TE.TE, header folding, bare line ends).
// `{TARGET}`, `{AUTH}`, `{JSON}`, `{LENGTH}` and `{BODY}` are filled in by the test: target, Authorization header line,
// content type line, decimal length of the body, body. Characters are bytes (Latin-1).

export interface HttpCase {
    name: string;
    /** Written one after the other, each in a packet of its own as far as the system lets us. */
    parts: string[];
    /** The client says that nothing more will come. */
    end?: boolean;
    /** Every byte is written by itself. */
    bytewise?: boolean;
    /** The gateway: "refuse" is a status from 400 or the connection's end without an answer; numbers are the statuses allowed. */
    gateway: "refuse" | number[];
    /** Requests that may reach the upstream from the gateway; 0 unless told. */
    upstream?: number;
    /** The gateway answers this many requests with 200; as `upstream` unless told. */
    answers?: number;
}

const FIRST = "POST {TARGET} HTTP/1.1\r\nHost: gateway.test\r\n{AUTH}{JSON}";
const LENGTH = "Content-Length: {LENGTH}\r\n";
const GOOD = `${FIRST}${LENGTH}\r\n{BODY}`;
const CHUNKED = `${FIRST}Transfer-Encoding: chunked\r\n\r\n`;
const LAST = "0\r\n\r\n";
/** What a smuggler hides in a body. */
const HIDDEN = "GET /v1/models HTTP/1.1\r\nHost: evil.test\r\nContent-Length: 0\r\n\r\n";

/** The good request with another start line, header lines, or body. */
function start(line: string): string {
    return GOOD.replace("POST {TARGET} HTTP/1.1", line);
}

function withHeader(lines: string): string {
    return `${FIRST}${lines}${LENGTH}\r\n{BODY}`;
}

function withoutHost(lines: string): string {
    return GOOD.replace("Host: gateway.test\r\n", lines);
}

function withCoding(lines: string): string {
    return `${FIRST}${lines}\r\n{HEX}\r\n{BODY}\r\n${LAST}`;
}

const controls: HttpCase[] = [
    { name: "a plain request", parts: [GOOD], gateway: [200], upstream: 1 },
    {
        name: "a chunked request",
        parts: [`${CHUNKED}{HEX}\r\n{BODY}\r\n${LAST}`],
        gateway: [200],
        upstream: 1,
    },
    {
        name: "a chunked request with extensions and trailers",
        gateway: [200],
        upstream: 1,
        parts: [`${CHUNKED}{HEX};name=value\r\n{BODY}\r\n0\r\nX-Trailer: 1\r\n\r\n`],
    },
    {
        name: "leading zeros in a chunk size",
        parts: [`${CHUNKED}000{HEX}\r\n{BODY}\r\n${LAST}`],
        gateway: [200],
        upstream: 1,
    },
    { name: "two requests in one packet", parts: [GOOD + GOOD], gateway: [200], upstream: 2 },
    {
        name: "an empty line before the request",
        parts: [`\r\n${GOOD}`],
        gateway: [200, 400],
        upstream: 1,
        answers: 1,
    },
    {
        name: "an absolute target",
        parts: [start("POST http://gateway.test{TARGET} HTTP/1.1")],
        gateway: [200],
        upstream: 1,
    },
    {
        name: "blanks around header values",
        parts: [withHeader("X-A: \t  1 \t \r\n")],
        gateway: [200],
        upstream: 1,
    },
    {
        name: "bytes above 127 in a value",
        parts: [withHeader("X-A: caf\xe9 \xff\r\n")],
        gateway: [200],
        upstream: 1,
    },
    { name: "an empty header value", parts: [withHeader("X-A:\r\n")], gateway: [200], upstream: 1 },
    { name: "HTTP/1.0 with a length", parts: [start("POST {TARGET} HTTP/1.0")], gateway: [200], upstream: 1 },
    { name: "a request that comes byte by byte", parts: [GOOD], bytewise: true, gateway: [200], upstream: 1 },
];

const startLines: HttpCase[] = (
    [
        ["no target", "POST  HTTP/1.1"],
        ["no version", "POST {TARGET}"],
        ["two blanks", "POST  {TARGET} HTTP/1.1"],
        ["a tab", "POST\t{TARGET} HTTP/1.1"],
        ["a blank in the target", "POST {TARGET} x HTTP/1.1"],
        ["a blank at the end", "POST {TARGET} HTTP/1.1 "],
        ["a method in brackets", "P(ST {TARGET} HTTP/1.1"],
        ["a NUL in the target", "POST {TARGET}\0 HTTP/1.1"],
        ["a bare CR in the target", "POST {TARGET}\r HTTP/1.1"],
        ["a control byte in the target", "POST {TARGET}\x01 HTTP/1.1"],
        ["version 2.0", "POST {TARGET} HTTP/2.0"],
        ["a version in lower case", "POST {TARGET} http/1.1"],
        ["version 11", "POST {TARGET} HTTP/11"],
        ["version 1.1.1", "POST {TARGET} HTTP/1.1.1"],
        ["a version that is no number", "POST {TARGET} HTTP/a.b"],
        ["version 0.9", "POST {TARGET} HTTP/0.9"],
        ["a target without a slash", "POST v1/chat/completions HTTP/1.1"],
        ["the target *", "POST * HTTP/1.1"],
        ["CONNECT", "CONNECT gateway.test:443 HTTP/1.1"],
        ["TRACE", "TRACE {TARGET} HTTP/1.1"],
        ["a target of 70 KB", `POST {TARGET}?${"q".repeat(70_000)} HTTP/1.1`],
        ["a path that climbs out", "POST /v1/../../v1/nothing HTTP/1.1"],
    ] as const
).map(([name, line]): HttpCase => ({ name: `start line: ${name}`, parts: [start(line)], gateway: "refuse" }));

const hosts: HttpCase[] = (
    [
        ["none", ""],
        ["two", "Host: a.test\r\nHost: b.test\r\n"],
        ["two that are equal", "Host: a.test\r\nHost: a.test\r\n"],
        ["with a blank", "Host: a test\r\n"],
        ["with a slash", "Host: a.test/x\r\n"],
        ["with a NUL", "Host: a.te\0st\r\n"],
        ["with a comma", "Host: a.test, b.test\r\n"],
        ["with a user", "Host: me@a.test\r\n"],
    ] as const
).map(([name, lines]): HttpCase => ({
    name: `host: ${name}`,
    parts: [withoutHost(lines)],
    gateway: "refuse",
}));

const headerLines: HttpCase[] = (
    [
        ["folded", "X-A: 1\r\n 2\r\n"],
        ["folded with a tab", "X-A: 1\r\n\t2\r\n"],
        ["folded before the first", " X-A: 1\r\n"],
        ["blank before the colon", "X-A : 1\r\n"],
        ["tab before the colon", "X-A\t: 1\r\n"],
        ["no colon", "X-A 1\r\n"],
        ["no name", ": 1\r\n"],
        ["a NUL in the name", "X-\0A: 1\r\n"],
        ["a NUL in the value", "X-A: 1\x002\r\n"],
        ["a control byte in the name", "X-\x01A: 1\r\n"],
        ["brackets in the name", "X(A): 1\r\n"],
        ["bytes above 127 in the name", "X-\xe9: 1\r\n"],
        ["a bare CR in the value", "X-A: 1\r2\r\n"],
        ["a bare CR as line end", "X-A: 1\rX-B: 2\r\n"],
        ["a bare LF as line end", "X-A: 1\nX-B: 2\r\n"],
        ["CR CR LF", "X-A: 1\r\r\n"],
        ["70 KB in one line", `X-A: ${"v".repeat(70_000)}\r\n`],
        ["70 KB of name", `X-${"n".repeat(70_000)}: 1\r\n`],
        ["300 KB in 30 lines", `X-A: ${"v".repeat(10_000)}\r\n`.repeat(30)],
        [
            "Upgrade to h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        ],
    ] as const
).map(([name, lines]): HttpCase => ({
    name: `header: ${name}`,
    parts: [withHeader(lines)],
    // An upgrade that the server does not know is ignored.
    ...(name === "Upgrade to h2c" ? { gateway: [200], upstream: 1 } : { gateway: "refuse" as const }),
}));

const lengths: HttpCase[] = (
    [
        ["both lengths, chunked body", "Transfer-Encoding: chunked\r\nContent-Length: {LENGTH}\r\n"],
        ["both lengths, length first", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"],
        ["two different lengths", "Content-Length: {LENGTH}\r\nContent-Length: 3\r\n"],
        ["two equal lengths", "Content-Length: {LENGTH}\r\nContent-Length: {LENGTH}\r\n"],
        ["a list of lengths", "Content-Length: {LENGTH}, {LENGTH}\r\n"],
        ["a negative length", "Content-Length: -1\r\n"],
        ["a length with a sign", "Content-Length: +{LENGTH}\r\n"],
        ["a hexadecimal length", "Content-Length: 0x10\r\n"],
        ["a length with text", "Content-Length: {LENGTH}abc\r\n"],
        ["an empty length", "Content-Length: \r\n"],
        ["a length with a blank in it", "Content-Length: 1 0\r\n"],
        ["a fraction", "Content-Length: 10.0\r\n"],
        ["a length beyond 64 bits", "Content-Length: 18446744073709551617\r\n"],
        ["a length of 300 digits", `Content-Length: ${"9".repeat(300)}\r\n`],
        ["a length beyond every limit", "Content-Length: 9000000000000000\r\n"],
        ["a length with a blank before the colon", "Content-Length : {LENGTH}\r\n"],
    ] as const
).map(([name, lines]): HttpCase => ({
    name: `length: ${name}`,
    parts: [`${FIRST}${lines}\r\n{BODY}`],
    gateway: "refuse",
}));

const codings: HttpCase[] = (
    [
        ["identity", "Transfer-Encoding: identity\r\n"],
        ["gzip", "Transfer-Encoding: gzip\r\n"],
        ["gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n"],
        ["chunked, identity", "Transfer-Encoding: chunked, identity\r\n"],
        ["chunked twice", "Transfer-Encoding: chunked, chunked\r\n"],
        ["an unknown one", "Transfer-Encoding: xchunked\r\n"],
        ["in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"],
        ["the same in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"],
        ["quoted", 'Transfer-Encoding: "chunked"\r\n'],
        ["with a parameter", "Transfer-Encoding: chunked;q=1\r\n"],
        ["folded", "Transfer-Encoding:\r\n chunked\r\n"],
        ["after a vertical tab", "Transfer-Encoding: \x0bchunked\r\n"],
        ["before a NUL", "Transfer-Encoding: chunked\0\r\n"],
        ["empty", "Transfer-Encoding:\r\n"],
        ["with a blank before the colon", "Transfer-Encoding : chunked\r\n"],
        ["after a bare CR", "X: y\rTransfer-Encoding: chunked\r\n"],
    ] as const
).map(([name, lines]): HttpCase => ({
    name: `coding: ${name}`,
    parts: [withCoding(lines)],
    gateway: "refuse",
}));

const oldVersion: HttpCase[] = [
    {
        name: "HTTP/1.0 with a transfer coding",
        gateway: "refuse",
        parts: [withCoding("Transfer-Encoding: chunked\r\n").replace("HTTP/1.1", "HTTP/1.0")],
    },
    {
        name: "HTTP/1.0 without a length has no body",
        parts: [`${FIRST.replace("HTTP/1.1", "HTTP/1.0")}\r\n{BODY}`],
        gateway: [400],
    },
    { name: "HTTP/0.9", parts: ["GET /\r\n"], gateway: "refuse" },
    { name: "the HTTP/2 preface", parts: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], gateway: "refuse" },
    {
        name: "a TLS greeting",
        parts: ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
        gateway: "refuse",
    },
];

const chunks: HttpCase[] = (
    [
        ["a size that is no number", "zz\r\n{BODY}\r\n"],
        ["an empty size", "\r\n{BODY}\r\n"],
        ["a negative size", "-1\r\n{BODY}\r\n"],
        ["a size with 0x", "0x{HEX}\r\n{BODY}\r\n"],
        ["a size with a sign", "+{HEX}\r\n{BODY}\r\n"],
        ["a size beyond 64 bits", "1{HEX}0000000000000000\r\n{BODY}\r\n"],
        ["a size of 300 digits", `${"f".repeat(300)}\r\n`],
        ["too small a size", "2\r\n{BODY}\r\n"],
        ["no line end after the data", "{HEX}\r\n{BODY}"],
        ["a bare LF after the size", "{HEX}\n{BODY}\r\n"],
        ["a bare LF after the data", "{HEX}\r\n{BODY}\n"],
        ["a bare CR after the size", "{HEX}\r{BODY}\r\n"],
        ["a NUL in the size", "{HEX}\0\r\n{BODY}\r\n"],
        ["an extension of 200 KB", `{HEX};x=${"y".repeat(200_000)}\r\n{BODY}\r\n`],
        ["a bare LF in an extension", "{HEX};x=\n{BODY}\r\n"],
    ] as const
).map(([name, text]): HttpCase => ({
    name: `chunk: ${name}`,
    parts: [CHUNKED, text, LAST],
    gateway: "refuse",
}));

const cutOff: HttpCase[] = [
    { name: "ends within the start line", parts: ["POST /v1/ch"], end: true, gateway: "refuse" },
    { name: "ends within the head", parts: [FIRST], end: true, gateway: "refuse" },
    {
        name: "ends within the body",
        parts: [`${FIRST}Content-Length: 500\r\n\r\n{BODY}`],
        end: true,
        gateway: "refuse",
    },
    {
        name: "ends within a chunk",
        parts: [`${CHUNKED}{HEX}\r\n{BODY}`.slice(0, -2)],
        end: true,
        gateway: "refuse",
    },
    {
        name: "ends before the last chunk",
        parts: [`${CHUNKED}{HEX}\r\n{BODY}\r\n`],
        end: true,
        gateway: "refuse",
    },
    {
        name: "trailers of 200 KB",
        gateway: "refuse",
        parts: [`${CHUNKED}{HEX}\r\n{BODY}\r\n0\r\n`, `X-T: ${"t".repeat(200_000)}\r\n\r\n`],
        end: true,
    },
];

const smuggling: HttpCase[] = [
    { name: "garbage after a request", parts: [`${GOOD}\0\x01garbage\r\n\r\n`], gateway: [200], upstream: 1 },
    {
        name: "a request hidden after the last chunk",
        gateway: "refuse",
        parts: [`${FIRST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${LAST}${HIDDEN}`],
    },
    {
        name: "a request hidden behind an unknown coding",
        gateway: "refuse",
        parts: [`${FIRST}Transfer-Encoding: x\r\n\r\n${LAST}${HIDDEN}`],
    },
    {
        name: "a request hidden behind a second length",
        gateway: "refuse",
        parts: [`${FIRST}Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    },
    {
        name: "a request hidden behind a bare CR",
        gateway: "refuse",
        parts: [withHeader(`X-A: 1\r\r\n${HIDDEN}`)],
    },
    {
        name: "a request hidden in a target",
        gateway: "refuse",
        parts: [start(`POST {TARGET} HTTP/1.1\r\nX: POST {TARGET}\r\n\r\n${HIDDEN}`)],
    },
];

export const CORPUS: HttpCase[] = [
    ...controls,
    ...startLines,
    ...hosts,
    ...headerLines,
    ...lengths,
    ...codings,
    ...oldVersion,
    ...chunks,
    ...cutOff,
    ...smuggling,
    { name: "3000 header lines", parts: [withHeader("A: b\r\n".repeat(3000))], gateway: "refuse" },
];
