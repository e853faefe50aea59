// The rows of the conformance matrix: what is asked and what the provider does, as data. Expectations follow from both (expected.ts);
// what a pair cannot carry stands in verdicts.ts.
import { ANSWER, BIG_TEXT, PDF, PNG, SCHEMA, THOUGHT, WEATHER_TOOLS } from "./fixtures.ts";
import type { Answer, Ask, Call, Play, Reply, Turn } from "./model.ts";

export interface Step {
    ask: (previous: Answer | undefined) => Omit<Ask, "model" | "mode">;
    play: Play;
}

export interface Scenario {
    name: string;
    steps: Step[];
    /** What the last step brings. */
    ends: "answer" | "error before" | "error within" | "error told" | "no output";
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
    ["file in", once({ turns: [{ user: [{ text: "Sum it up." }, { pdf: PDF, name: "report.pdf" }] }] })],
    ["reasoning over two turns", thinkingSteps],
    [
        "structured output",
        once({ turns: [question], schema: SCHEMA }, { reply: { text: '{"sky":"rain"}', finish: "stop" } }),
    ],
    ["stop sequences", once({ turns: [question], stop: ["END", "STOP"] })],
    ["token limit", once({ turns: [question], limit: 64 }, { reply: { text: "Hello from", finish: "limit" } })],
    ["refusal or block", once({ turns: [question] }, { reply: { text: "I must not", finish: "refusal" } })],
];

export const SCENARIOS: Scenario[] = [
    ...answers.map(([name, steps]): Scenario => ({ name, steps, ends: "answer" })),
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
