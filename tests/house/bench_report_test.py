"""bench/report.py and bench/machine.py: what the benchmark says of what it counted."""

import sys
import unittest

from scripts_under_test import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import machine  # noqa: E402
import report  # noqa: E402


def run_of(loops_us, requests=1000, rate=5000.0, p50=100.0, p99=200.0, chunks=0, **cpu_us):
    """A run in which the loops spent `loops_us` on each request."""
    spent = {group: round(1000 * requests * cpu_us.get(group, 0)) for group in ("flusher", "other")}
    return {"requests": requests, "chunks": chunks, "reads": chunks, "rate": rate, "busy": 0.5, "foreign": 0.01,
            "cpu_ns": {"loops": round(loops_us * 1000 * requests), **spent}, "latency_us": {"p50": p50, "p99": p99}}


def case_of(nginx, gateway, direct=None, stream=False):
    return {"title": "1 KB", "stream": stream, "half_rate": 1, "targets": {
        "direct": {"saturated": [], "half": [direct or run_of(0, p50=40.0, p99=60.0)]},
        "nginx": {"saturated": nginx, "half": nginx}, "gateway": {"saturated": gateway, "half": gateway}}}


def converted_case(identity, converted, stream=False):
    """A case of bench/conversions.py with one pair."""
    return {"title": "50 KB", "stream": stream, "pairs": {"chat-gemini": "Chat before Gemini"}, "targets": {
        "identity": {"saturated": identity, "half": identity}, "chat-gemini": {"saturated": converted, "half": converted}}}


class Statistics(unittest.TestCase):
    def test_the_median_ignores_an_outlier(self):
        self.assertEqual(report.median([3, 100, 2]), 3)
        self.assertEqual(report.median([1, 2, 3, 4]), 2.5)

    def test_the_spread_is_a_share_of_the_median(self):
        self.assertAlmostEqual(report.spread([9, 10, 11]), 0.2)
        self.assertAlmostEqual(report.spread([1, 9, 10, 11, 100]), 0.2, msg="of the middle half")
        self.assertEqual(report.spread([0, 0]), 0)

    def test_cpu_is_counted_for_each_unit(self):
        runs = [run_of(12, chunks=50_000)]
        self.assertEqual(report.per_unit_us(runs, "loops", "requests"), [12])
        self.assertEqual(report.per_unit_us(runs, "loops", "chunks"), [0.24])

    def test_a_run_without_chunks_has_no_figure_for_a_chunk(self):
        self.assertEqual(report.per_unit_us([run_of(12)], "loops", "chunks"), [])

    def test_added_latency_is_what_the_upstream_alone_does_not_take(self):
        self.assertEqual(report.added_us([run_of(1, p99=200)], [run_of(0, p99=60)], "p99"), 140)


class Numbers(unittest.TestCase):
    def test_three_figures_matter(self):
        self.assertEqual([report.number(value) for value in (0.1234, 12.345, 123.4, 1234567)],
                         ["0.12", "12.3", "123", "1 234 567"])

    def test_a_ratio_shows_both_sides(self):
        self.assertEqual(report.ratio_text([12], [10], " µs"), "1.20 × (12.0 µs; nginx 10.0 µs)")
        self.assertEqual(report.ratio_text([12], [0], " µs"), "–")

    def test_a_ratio_is_taken_within_a_round(self):
        """The machine slowed down by half after the first round, for both."""
        self.assertTrue(report.ratio_text([12, 24, 24], [10, 20, 20], "").startswith("1.20 × (24.0; nginx 20.0)"))
        self.assertNotIn("differ", report.ratio_text([12, 24, 24], [10, 20, 20], ""))


class Rows(unittest.TestCase):
    def test_cpu_over_the_target_is_missed(self):
        cheap, dear = ([run_of(us)] for us in (14.9, 15.1))
        self.assertFalse(report.cpu_row("1 KB", False, {"saturated": [run_of(10)]}, {"saturated": cheap}).missed)
        self.assertTrue(report.cpu_row("1 KB", False, {"saturated": [run_of(10)]}, {"saturated": dear}).missed)

    def test_rounds_that_do_not_agree_are_shown(self):
        rounds = [run_of(us) for us in (10, 12, 14)]
        row = report.cpu_row("1 KB", False, {"saturated": [run_of(10)] * 3}, {"saturated": rounds})
        self.assertIn("rounds differ by 33%", row.measured)

    def test_a_chunk_that_comes_a_millisecond_late_is_missed(self):
        late = [run_of(10, p99=1060.0, chunks=50)]
        row = report.latency_row("1 KB", True, case_of([run_of(10, chunks=50)], late, stream=True))
        self.assertTrue(row.missed)
        self.assertFalse(report.latency_row("1 KB", True, case_of(late, [run_of(10)], stream=True)).missed)

    def test_a_converted_request_may_cost_four_of_the_same_dialect(self):
        cheap, dear = (report.converted_rows(converted_case([run_of(10)], [run_of(us)]))[0] for us in (39.9, 40.1))
        self.assertEqual((cheap.missed, dear.missed), (False, True))
        self.assertEqual(cheap.what, "50 KB, Chat before Gemini: CPU of the loops per request")
        self.assertEqual(cheap.measured, "3.99 × (39.9 µs; same dialect 10.0 µs)")

    def test_a_converted_chunk_may_cost_two_of_the_same_dialect(self):
        same = [run_of(500, chunks=50_000)]
        cheap, dear = (report.converted_rows(converted_case(same, [run_of(us, chunks=50_000)], stream=True))[0]
                       for us in (990, 1010))
        self.assertEqual((cheap.missed, dear.missed), (False, True))
        self.assertEqual(cheap.what, "50 KB, Chat before Gemini: CPU of the loops per chunk")

    def test_converted_rows_stand_in_the_table(self):
        rows = report.rows_of({"conversions": {"50k-converted": converted_case([run_of(10)], [run_of(12)])}})
        self.assertEqual([row.target for row in rows], ["≤ 4 × same dialect"])

    def test_fewer_streams_than_wanted_are_judged_by_each(self):
        measured = {"idle": 20 * report.MB, "held": 220 * report.MB, "streams": 5000}
        rows = report.memory_rows({"plain": measured})
        self.assertFalse(rows[0].missed)
        self.assertTrue(rows[1].missed)    # 200 MB for 5000 are 400 for 10 000
        self.assertIn("41 943 bytes a stream", rows[1].measured)

    def test_an_answer_without_its_log_row_is_missed(self):
        self.assertTrue(report.billing_row({"answers": 10, "rows": 9}).missed)
        self.assertTrue(report.billing_row({"answers": 10, "rows": 11}).missed)
        self.assertFalse(report.billing_row({"answers": 10, "rows": 10}).missed)

    def test_what_was_not_measured_has_no_row(self):
        nginx_only = case_of([run_of(10)], [])
        del nginx_only["targets"]["gateway"]
        self.assertEqual(report.rows_of({"cases": {"1k": nginx_only}}), [])
        self.assertEqual(len(report.rows_of({"cases": {"1k": case_of([run_of(10)], [run_of(12)])}})), 5)
        self.assertEqual([row.what.split()[0] for row in report.rows_of({"starts": [0.1]})], ["start"])


class Output(unittest.TestCase):
    def test_a_missed_target_is_marked(self):
        text = report.markdown([report.Row("a", "< 1", "2", True), report.Row("b", "< 1", "0", False)], "Made by hand.")
        self.assertEqual(text.splitlines()[2:], ["| a | < 1 | 2 **missed** |", "| b | < 1 | 0 |", "", "Made by hand."])

    def test_the_document_keeps_all_but_what_is_between_the_marks(self):
        document = "before\n<!-- numbers -->\nold\n<!-- end of numbers -->\nafter \\1\n"
        self.assertEqual(report.with_numbers(document, "new \\1\n"),
                         "before\n<!-- numbers -->\nnew \\1\n<!-- end of numbers -->\nafter \\1\n")

    def test_a_document_without_marks_is_refused(self):
        with self.assertRaises(ValueError):
            report.with_numbers("nothing", "new")

    def test_the_real_document_has_the_marks(self):
        self.assertTrue(report.BLOCK.search((ROOT / "docs" / "PERFORMANCE.md").read_text(encoding="utf-8")))

    def test_the_busiest_moment_of_others_counts(self):
        case = case_of([run_of(10)], [{**run_of(12), "foreign": 0.3}])
        self.assertEqual(max(report.shares({"1k": case}, "foreign")), 0.3)
        self.assertEqual(report.shares({}, "stolen"), [0])

    def test_a_run_is_disturbed_by_more_than_a_twentieth_of_the_machine(self):
        case = case_of([run_of(10), {**run_of(11), "foreign": 0.05}], [{**run_of(12), "foreign": 0.3}, run_of(12)])
        self.assertAlmostEqual(report.disturbed({"1k": case}), 2 / 9)    # direct once, the others twice
        self.assertEqual(report.disturbed({}), 0)


class Threads(unittest.TestCase):
    def test_threads_are_grouped_by_name(self):
        self.assertEqual([machine.group_of(name) for name in ("loop-0", "loop-11", "flusher", "nginx", "opusclaw", "worker-1")],
                         ["loops", "loops", "flusher", "loops", "other", "other"])

    def test_time_is_counted_from_the_first_look_and_new_threads_from_zero(self):
        before = {1: machine.ThreadTime("loop-0", 100), 2: machine.ThreadTime("flusher", 50)}
        after = {1: machine.ThreadTime("loop-0", 400), 3: machine.ThreadTime("worker-0", 7)}
        self.assertEqual(machine.grouped_difference(before, after), {"loops": 300, "flusher": 0, "other": 7})

    def test_our_own_thread_has_used_time(self):
        times = machine.thread_times([machine.os.getpid()])
        self.assertGreater(sum(thread.ns for thread in times.values()), 0)


if __name__ == "__main__":
    unittest.main()
