"""The measurements of translated requests: what a client pays whose dialect its provider does not speak. All on one gateway, in
turn with the same request of a client whose dialect passes through (the identity)."""

from dataclasses import dataclass, replace

import cases
import gateway_setup
from servers import Bench, Gateway

KB = cases.KB
IDENTITY = "identity"


@dataclass(frozen=True)
class Pair:
    """A client of the load generator, and the model whose channel answers it."""
    name: str
    title: str
    client: str
    model: str


PAIRS = [
    Pair(IDENTITY, "Chat client before an OpenAI channel", "chat", gateway_setup.MODEL),
    Pair("chat-anthropic", "Chat client before an Anthropic channel", "chat", gateway_setup.ANTHROPIC_MODEL),
    Pair("chat-gemini", "Chat client before a Gemini channel", "chat", gateway_setup.GEMINI_MODEL),
    Pair("responses-anthropic", "Responses client before an Anthropic channel", "responses", gateway_setup.ANTHROPIC_MODEL),
    Pair("messages-openai", "Messages client before an OpenAI channel", "messages", gateway_setup.MODEL),
]

# A conversation of messages of two kilobytes.
CASES = [
    cases.Case("50k-converted", 50 * KB, False, 32, turns=25),
    cases.Case("50k-converted-stream", 50 * KB, True, 512, turns=25),
]


def measure(bench: Bench, gateway: Gateway, case: cases.Case, rounds: int, seconds: float) -> dict:
    """All pairs in turn: a request at the saturating rate, a chunk at half of the slowest's, where each arrives on its own."""
    measured = {pair.name: {"saturated": [], "calibration": [], "half": []} for pair in PAIRS}

    def in_turn(phase: str, turns: int, rate: int) -> None:
        for turn in range(turns):
            for pair in cases.in_turn(PAIRS, turn):
                own = replace(case, client=pair.client, model=pair.model)
                measured[pair.name][phase].append(cases.run_load(bench, gateway, own, seconds, rate))

    found = {"targets": measured, "pairs": {pair.name: pair.title for pair in PAIRS if pair.name != IDENTITY}}
    if not case.stream:
        in_turn("saturated", rounds, 0)
        return found
    in_turn("saturated", 1, 0)
    slowest = min(runs["saturated"][0]["rate"] for runs in measured.values())
    in_turn("calibration", 1, max(1, round(slowest / 4)))
    full = min(slowest, *(cases.uncoalesced_rate(runs["calibration"][0]) for runs in measured.values()))
    in_turn("half", rounds, max(1, round(full / 2)))
    return found
