"""From what was counted to what is said: medians, ratios to nginx, the table with its targets, and its place in
docs/PERFORMANCE.md. Plain functions over values."""

import re
from dataclasses import dataclass

CPU_TARGET = 1.5            # times nginx, for a request and for a chunk of a stream
CONVERTED_TARGETS = {"requests": 4, "chunks": 2}    # times the same of a client whose dialect passes through
CHUNK_P99_TARGET_US = 1000
ROW_TARGET_US = 90          # the flusher's CPU for a log row on SQLite
IDLE_TARGET_MB = 40
HELD_TARGET_MB = {"plain": 300, "tls": 400}
HELD_STREAMS = 10_000
START_TARGET_MS = 150
BUILD_TARGET_S = 600
REBUILD_TARGET_S = 15
SPREAD_LIMIT = 0.10         # rounds that differ by more do not agree
FOREIGN_LIMIT = 0.05        # share of the machine that other programs may use in a run; with more it is disturbed
DISTURBED_LIMIT = 0.25      # share of the runs that may be: medians of the others stay where they are
MB = 1024 * 1024

BLOCK = re.compile(r"(<!-- numbers -->\n)(.*?)(<!-- end of numbers -->)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    what: str
    target: str
    measured: str
    missed: bool = False


# --- statistics -------------------------------------------------------------------------------------------------------

def median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spread(values: list[float]) -> float:
    """How far the middle half of the values lies apart, as a share of their median."""
    ordered, middle = sorted(values), median(values)
    quarter = len(ordered) // 4
    return (ordered[len(ordered) - 1 - quarter] - ordered[quarter]) / middle if middle else 0.0


def per_unit_us(runs: list[dict], group: str, unit: str) -> list[float]:
    """CPU time of a group of threads for each request or chunk, in µs, one figure a run."""
    return [run["cpu_ns"][group] / 1000 / run[unit] for run in runs if run[unit]]


def paired_ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """The ratio of each round: both sides of a round ran one after the other, on a machine in the same mood."""
    return [value / reference for value, reference in zip(ours, theirs, strict=True) if reference]


def added_us(runs: list[dict], direct: list[dict], quantile: str) -> float:
    """How much later than without a proxy: difference of the medians of a percentile, in µs."""
    return median([run["latency_us"][quantile] for run in runs]) - median([run["latency_us"][quantile] for run in direct])


def shares(cases: dict, kind: str) -> list[float]:
    """The shares of the machine that went elsewhere during the runs: to other programs (foreign), to its host (stolen)."""
    return [run[kind] for case in cases.values() for phases in case["targets"].values()
            for runs in phases.values() for run in runs] or [0.0]


def disturbed(cases: dict) -> float:
    """The share of the runs in which other programs used much of the machine."""
    runs = shares(cases, "foreign")
    return sum(share > FOREIGN_LIMIT for share in runs) / len(runs)


# --- numbers as text --------------------------------------------------------------------------------------------------

def number(value: float) -> str:
    """Three figures that matter; thousands apart by a blank."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratio_text(ours: list[float], theirs: list[float], unit: str, reference: str = "nginx") -> str:
    """`1.21 × (12.4 µs; nginx 10.3 µs)`, with a remark when the rounds do not agree."""
    ratios = paired_ratios(ours, theirs)
    if not ratios:
        return "–"
    text = f"{median(ratios):.2f} × ({number(median(ours))}{unit}; {reference} {number(median(theirs))}{unit})"
    apart = spread(ratios)
    return text + (f"; rounds differ by {apart:.0%}" if apart > SPREAD_LIMIT else "")


# --- rows -------------------------------------------------------------------------------------------------------------

def unit_of(stream: bool) -> str:
    return "chunks" if stream else "requests"


def loops_us(stream: bool, target: dict) -> list[float]:
    """What a chunk or a request costs the loops, one figure a round. A stream's chunks are counted at half load: at the
    saturating rate several arrive with one read."""
    return per_unit_us(target["half" if stream else "saturated"], "loops", unit_of(stream))


def cpu_row(title: str, stream: bool, nginx: dict, gateway: dict) -> Row:
    ours, theirs = loops_us(stream, gateway), loops_us(stream, nginx)
    return Row(f"{title}: CPU of the loops per {unit_of(stream)[:-1]}", f"≤ {CPU_TARGET} × nginx",
               ratio_text(ours, theirs, " µs"), median(paired_ratios(ours, theirs)) > CPU_TARGET)


def converted_rows(case: dict) -> list[Row]:
    """A row for each pair of dialects that was measured beside the one that passes through."""
    stream, rows = case["stream"], []
    same = loops_us(stream, case["targets"]["identity"])
    limit = CONVERTED_TARGETS[unit_of(stream)]
    for name, title in case["pairs"].items():
        ours = loops_us(stream, case["targets"][name])
        rows.append(Row(f"{case['title']}, {title}: CPU of the loops per {unit_of(stream)[:-1]}", f"≤ {limit} × same dialect",
                        ratio_text(ours, same, " µs", "same dialect"), median(paired_ratios(ours, same)) > limit))
    return rows


def rate_row(title: str, stream: bool, nginx: dict, gateway: dict) -> Row:
    ours, theirs = ([run["rate"] for run in target["saturated"]] for target in (gateway, nginx))
    busy = [round(100 * median([run["busy"] for run in target["saturated"]])) for target in (gateway, nginx)]
    unit = " streams/s" if stream else "/s"
    text = ratio_text(ours, theirs, unit)
    return Row(f"{title}: throughput on one core", "–", f"{text}; that core {busy[0]} % busy, with nginx {busy[1]} %")


def latency_row(title: str, stream: bool, case: dict) -> Row:
    targets = case["targets"]
    direct = targets["direct"]["half"]
    ours, theirs = ([added_us(targets[name]["half"], direct, q) for q in ("p50", "p99")] for name in ("gateway", "nginx"))
    text = f"{number(ours[0])} / {number(ours[1])} µs (nginx {number(theirs[0])} / {number(theirs[1])} µs)"
    return Row(f"{title}: added latency{' of a chunk' if stream else ''} at half load, p50 / p99",
               "p99 < 1 ms" if stream else "–", text, stream and ours[1] >= CHUNK_P99_TARGET_US)


def case_rows(case: dict) -> list[Row]:
    """The rows of one case in which nginx and the gateway were both measured."""
    title, stream = case["title"], case["stream"]
    nginx, gateway = case["targets"]["nginx"], case["targets"]["gateway"]
    return [cpu_row(title, stream, nginx, gateway), rate_row(title, stream, nginx, gateway),
            latency_row(title, stream, case)]


def background_rows(case: dict) -> list[Row]:
    """What a request costs beside the loops, from the smallest case."""
    runs = case["targets"]["gateway"]["saturated"]
    flusher, other = (median(per_unit_us(runs, group, "requests")) for group in ("flusher", "other"))
    return [Row("CPU of the flusher per log row, SQLite", f"≤ {ROW_TARGET_US} µs", f"{number(flusher)} µs",
                flusher > ROW_TARGET_US),
            Row("CPU of all other threads per request", "–", f"{number(other)} µs")]


def memory_rows(memory: dict) -> list[Row]:
    idle = median([measured["idle"] for measured in memory.values()]) / MB
    rows = [Row("idle process", f"< {IDLE_TARGET_MB} MB resident", f"{number(idle)} MB", idle >= IDLE_TARGET_MB)]
    for name, measured in memory.items():
        per_stream = (measured["held"] - measured["idle"]) / max(1, measured["streams"])
        whole = (measured["idle"] + per_stream * HELD_STREAMS) / MB
        text = f"{number(measured['held'] / MB)} MB with {number(measured['streams'])}; {number(per_stream)} bytes a stream"
        rows.append(Row(f"{number(HELD_STREAMS)} open idle streams, upstream {'TLS' if name == 'tls' else name}",
                        f"< {HELD_TARGET_MB[name]} MB resident", text, whole >= HELD_TARGET_MB[name]))
    return rows


def start_row(seconds: list[float]) -> Row:
    milliseconds = median(seconds) * 1000
    return Row("start to the first /api/status on an existing SQLite file", f"< {START_TARGET_MS} ms",
               f"{number(milliseconds)} ms (median of {len(seconds)})", milliseconds >= START_TARGET_MS)


def billing_row(billing: dict) -> Row:
    rows, answers = billing["rows"], billing["answers"]
    return Row("log rows written for the answers of this run", "as many", f"{number(rows)} of {number(answers)}",
               rows != answers)


def build_rows(builds: dict) -> list[Row]:
    return [Row("clean release build, no cache", f"≤ {BUILD_TARGET_S // 60} min", f"{number(builds['clean'] / 60)} min",
                builds["clean"] > BUILD_TARGET_S),
            Row(f"rebuild after a change of {builds['file']}", f"≤ {REBUILD_TARGET_S} s", f"{number(builds['one'])} s",
                builds["one"] > REBUILD_TARGET_S)]


def rows_of(results: dict) -> list[Row]:
    """The whole table; what was not measured has no row."""
    both = {name: case for name, case in results.get("cases", {}).items() if "gateway" in case["targets"]}
    rows = [row for case in both.values() for row in case_rows(case)]
    rows += [row for case in results.get("conversions", {}).values() for row in converted_rows(case)]
    if "1k" in both:
        rows += background_rows(both["1k"])
    if "memory" in results:
        rows += memory_rows(results["memory"])
    if "starts" in results:
        rows.append(start_row(results["starts"]))
    if "billing" in results:
        rows.append(billing_row(results["billing"]))
    if "builds" in results:
        rows += build_rows(results["builds"])
    return rows


# --- output -----------------------------------------------------------------------------------------------------------

def markdown(rows: list[Row], remark: str) -> str:
    lines = ["| what | target | measured |", "|---|---|---|"]
    lines += [f"| {row.what} | {row.target} | {row.measured}{' **missed**' if row.missed else ''} |" for row in rows]
    return "\n".join([*lines, "", remark, ""])


def plain_table(rows: list[Row]) -> str:
    widths = [max(len(getattr(row, field)) for row in rows) for field in ("what", "target")] if rows else [0, 0]
    return "\n".join(f"{row.what:<{widths[0]}}  {row.target:<{widths[1]}}  {row.measured}{'  MISSED' if row.missed else ''}"
                     for row in rows)


def raw_lines(case: dict) -> list[str]:
    """What was counted in one case, a line for each target: for whoever looks for a reason."""
    lines = []
    for name, phases in case["targets"].items():
        for phase, runs in phases.items():
            if not runs:
                continue
            cpu = f"{number(median(per_unit_us(runs, 'loops', 'requests'))):>7} µs a request"
            if case["stream"]:
                per_read = median([run["chunks"] / max(1, run["reads"]) for run in runs])
                cpu += f", {number(median(per_unit_us(runs, 'loops', 'chunks')))} a chunk ({per_read:.2f} chunks a read)"
            latency = " / ".join(number(median([run["latency_us"][q] for run in runs])) for q in ("p50", "p99"))
            lines.append(f"  {name:<19} {phase:<10} {number(median([run['rate'] for run in runs])):>7}/s  {cpu}  "
                         f"p50/p99 {latency} µs  busy {median([run['busy'] for run in runs]):.0%}  "
                         f"spread {spread([run['rate'] for run in runs]):.0%}")
    return lines


def with_numbers(document: str, block: str) -> str:
    """The document with `block` between its marks. Throws when they are gone."""
    if not BLOCK.search(document):
        raise ValueError("the marks around the numbers are gone")
    return BLOCK.sub(lambda match: match[1] + block + match[3], document)
