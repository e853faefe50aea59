// The rows of the conformance matrix: what is asked and what the provider does, as data. Expectations follow from both (expected.ts);
// what a pair cannot carry stands in verdicts.ts.
import { PDF as REMOTE_PDF, PNG as REMOTE_PNG } from "../../sim/media.ts";
import { ANSWER, BIG_TEXT, PDF, PNG, REFUSAL, SCHEMA, THOUGHT, WEATHER_TOOLS } from "./fixtures.ts";
import type { Answer, Ask, Call, Dialect, Piece, Play, Reply, Turn } from "./model.ts";

export interface Step {
    /** `files`: where the server of files is. */
    ask: (previous: Answer | undefined, files: string) => Omit<Ask, "model" | "mode">;
    play: Play;
}

export interface Scenario {
    name: string;
    steps: Step[];
    /** What the last step brings. */
    ends: "answer" | "error before" | "error within" | "error told" | "blocked" | "no output";
    /** The providers that have such a thing; all, where it is not said. */
    upstreams?: Dialect[];
}

const question: Turn = { user: [{ text: "What is the weather in Bergen?" }] };
const calls: Call[] = [
    { id: "call_one", name: "weather", input: { city: "Bergen" } },
    { id: "call_two", name: "harbour", input: { city: "Oslo", deep: true } },
];
const spoken: Reply = { text: ANSWER, finish: "stop" };

function once(ask: Omit<Ask, "model" | "mode">, play: Play = { reply: spoken }): Step[] {
    return [{ ask: () => ask, play }];
}

/** A question with a file behind a URL. */
function shows(text: string, piece: (files: string) => Piece): Step[] {
    return [{ ask: (_, files) => ({ turns: [{ user: [{ text }, piece(files)] }] }), play: { reply: spoken } }];
}

const called: Turn[] = [
    question,
    { said: "I look it up.", calls },
    {
        results: [
            { id: "call_one", name: "weather", output: '{"sky":"rain"}' },
            { id: "call_two", name: "harbour", output: "no such harbour", failed: true },
        ],
    },
];

const thinkingSteps: Step[] = [
    {
        ask: () => ({ turns: [question], tools: WEATHER_TOOLS, reasoning: true, limit: 9000 }),
        play: { reply: { thought: THOUGHT, text: "I look it up.", calls: [calls[0]!], finish: "calls" } },
    },
    {
        ask: (previous) => ({
            turns: [
                question,
                { again: previous! },
                { results: [{ id: previous!.calls[0]!.id, name: "weather", output: '{"sky":"rain"}' }] },
            ],
            tools: WEATHER_TOOLS,
            reasoning: true,
            limit: 9000,
        }),
        play: { reply: spoken },
    },
];

const answers: [string, Step[]][] = [
    ["plain text", once({ turns: [question] })],
    ["system prompt", once({ turns: [question], system: "Be brief." })],
    [
        "several turns",
        once({ turns: [question, { said: "Rain." }, { user: [{ text: "And in Oslo?" }, { text: BIG_TEXT }] }] }),
    ],
    [
        "one tool",
        once(
            { turns: [question], tools: [WEATHER_TOOLS[0]!] },
            { reply: { text: "I look it up.", calls: [calls[0]!], finish: "calls" } },
        ),
    ],
    ["parallel tools", once({ turns: [question], tools: WEATHER_TOOLS }, { reply: { text: "", calls, finish: "calls" } })],
    ["tool results, one an error", once({ turns: called, tools: WEATHER_TOOLS })],
    [
        "tool choice: any",
        once(
            { turns: [question], tools: WEATHER_TOOLS, choice: "required" },
            { reply: { text: "", calls: [calls[0]!], finish: "calls" } },
        ),
    ],
    [
        "tool choice: one tool",
        once(
            { turns: [question], tools: WEATHER_TOOLS, choice: { tool: "weather" } },
            { reply: { text: "", calls: [calls[0]!], finish: "calls" } },
        ),
    ],
    ["tool choice: none", once({ turns: [question], tools: WEATHER_TOOLS, choice: "none" })],
    ["image in", once({ turns: [{ user: [{ text: "What is this?" }, { image: PNG }] }] })],
    ["image by URL", shows("What is this?", (files) => ({ image: REMOTE_PNG.toString("base64"), url: `${files}/image.png` }))],
    ["file in", once({ turns: [{ user: [{ text: "Sum it up." }, { pdf: PDF, name: "report.pdf" }] }] })],
    [
        "file by URL",
        shows("Sum it up.", (files) => ({
            pdf: REMOTE_PDF.toString("base64"),
            name: "report.pdf",
            url: `${files}/document.pdf`,
        })),
    ],
    ["reasoning over two turns", thinkingSteps],
    [
        "structured output",
        once({ turns: [question], schema: SCHEMA }, { reply: { text: '{"sky":"rain"}', finish: "stop" } }),
    ],
    ["stop sequences", once({ turns: [question], stop: ["END", "STOP"] })],
    ["token limit", once({ turns: [question], limit: 64 }, { reply: { text: "Hello from", finish: "limit" } })],
    ["answer that is filtered", once({ turns: [question] }, { reply: { text: "I must not", finish: "refusal" } })],
    ["answer that is filtered whole", once({ turns: [question] }, { reply: { text: "", finish: "refusal" } })],
];

export const SCENARIOS: Scenario[] = [
    ...answers.map(([name, steps]): Scenario => ({ name, steps, ends: "answer" })),
    {
        name: "refusal in words",
        steps: once({ turns: [question] }, { reply: { text: "", refusal: REFUSAL, finish: "stop" } }),
        ends: "answer",
        upstreams: ["chat", "responses"],
    },
    { name: "prompt that is blocked", steps: once({ turns: [question] }, { blocks: true }), ends: "blocked" },
    {
        name: "error before output",
        steps: once({ turns: [question] }, { fails: 429, message: "Too many requests of this kind." }),
        ends: "error before",
    },
    { name: "answer that breaks off", steps: once({ turns: [question] }, { breaks: spoken }), ends: "error within" },
    {
        name: "error within the answer",
        steps: once({ turns: [question] }, { complains: spoken, message: "The model is overloaded, come back." }),
        ends: "error told",
    },
    { name: "no output", steps: once({ turns: [question] }, { silent: true }), ends: "no output" },
];

export function scenariosOf(upstream: Dialect): Scenario[] {
    return SCENARIOS.filter(({ upstreams }) => upstreams?.includes(upstream) ?? true);
}
