"""scripts/check-layers on small trees made for the purpose."""

import tempfile
import unittest
from pathlib import Path

import scripts_under_test

layers = scripts_under_test.load("check-layers")


def problems(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / "src" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return layers.check(Path(folder))


class Floors(unittest.TestCase):
    def test_a_lower_floor_may_be_included(self):
        self.assertEqual(problems({"net/a.cpp": '#include "base/b.h"\n', "base/b.h": ""}), [])

    def test_the_own_module_may_be_included(self):
        self.assertEqual(problems({"net/a.cpp": '#include "net/deep/b.h"\n', "net/deep/b.h": ""}), [])

    def test_a_higher_floor_may_not(self):
        found = problems({"base/a.h": '\n#include "net/b.h"\n', "net/b.h": ""})
        self.assertEqual(len(found), 1)
        self.assertIn("src/base/a.h:2:", found[0])

    def test_an_equal_floor_may_not(self):
        for one, other in (("dialect", "settings"), ("billing", "catalog"), ("api", "web")):
            self.assertEqual(len(problems({f"{one}/a.h": f'#include "{other}/b.h"\n', f"{other}/b.h": ""})), 1)

    def test_a_path_that_is_not_from_src_is_reported(self):
        self.assertIn("not a file of src/", problems({"net/a.cpp": '#include "b.h"\n', "net/b.h": ""})[0])

    def test_a_file_outside_of_the_modules_is_reported(self):
        self.assertEqual(len(problems({"other/a.cpp": ""})), 1)


class Purity(unittest.TestCase):
    def test_pure_modules_know_neither_net_nor_store(self):
        for name in ("dialect/a.h", "provider/b/c.cpp", "billing/price_table.h"):
            self.assertIn("is pure", problems({name: '#include "net/task.h"\n', "net/task.h": ""})[0])

    def test_the_rest_of_billing_may(self):
        self.assertEqual(problems({"billing/ledger.h": '#include "net/task.h"\n', "net/task.h": ""}), [])


class Libraries(unittest.TestCase):
    def test_a_library_stays_where_it_belongs(self):
        self.assertEqual(problems({"base/json/view.cpp": "#include <simdjson.h>\n"}), [])
        self.assertIn("may not include <simdjson.h>", problems({"api/a.cpp": "#include <simdjson.h>\n"})[0])

    def test_an_unknown_library_is_reported(self):
        self.assertIn("does not list", problems({"base/a.cpp": "#include <nlohmann/json.hpp>\n"})[0])

    def test_system_headers_stay_at_the_edges(self):
        self.assertEqual(problems({"store/a.cpp": "#include <unistd.h>\n#include <sys/stat.h>\n"}), [])
        self.assertEqual(len(problems({"relay/a.cpp": "#include <sys/socket.h>\n"})), 1)

    def test_a_header_for_others_shows_no_library(self):
        files = {
            "relay/a.cpp": '#include "net/server.h"\n',
            "net/server.h": '#include "net/detail.h"\n',
            "net/detail.h": "#include <boost/asio/ip/tcp.hpp>\n",
        }
        self.assertIn("src/net/server.h:1: shows boost/asio/ip/tcp.hpp", problems(files)[0])

    def test_the_coroutine_type_may_be_shown(self):
        files = {"relay/a.cpp": '#include "net/task.h"\n', "net/task.h": "#include <boost/asio/awaitable.hpp>\n"}
        self.assertEqual(problems(files), [])


class Cycles(unittest.TestCase):
    def test_a_circle_is_reported_with_its_files(self):
        found = problems({
            "net/a.h": '#include "net/b.h"\n', "net/b.h": '#include "net/c.h"\n', "net/c.h": '#include "net/a.h"\n'})
        self.assertEqual(found, ["include cycle: net/a.h -> net/b.h -> net/c.h -> net/a.h"])

    def test_a_diamond_is_none(self):
        self.assertEqual(problems({
            "net/a.h": '#include "net/b.h"\n#include "net/c.h"\n', "net/b.h": '#include "net/d.h"\n',
            "net/c.h": '#include "net/d.h"\n', "net/d.h": ""}), [])


if __name__ == "__main__":
    unittest.main()
