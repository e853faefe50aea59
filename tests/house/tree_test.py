"""What must be true of the tree: protected credits, one kind of lock file, scripts that agree with their documents."""

import json
import os
import re
import unittest

import scripts_under_test
from scripts_under_test import ROOT, project_files

CREDITS = ("New API", "QuantumNous", "One API", "JustSong")
OTHER_LOCK_FILES = {
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb", "deno.lock", "Cargo.lock",
    "go.sum", "poetry.lock", "Pipfile.lock", "uv.lock", "composer.lock", "Gemfile.lock", "conan.lock",
}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


class Credits(unittest.TestCase):
    """The attributions to the systems Opusclaw is compatible with are protected: nothing removes or renames them."""

    def assert_credits(self, name):
        text = text_of(name)
        for credit in CREDITS:
            self.assertRegex(text, rf"\b{credit}\b", f"{name} must name {credit}")

    def test_the_readme_names_them(self):
        self.assert_credits("README.md")

    def test_the_notice_names_them(self):
        self.assert_credits("NOTICE")

    def test_the_about_text_names_them(self):
        about = [name for name in project_files() if re.match(r"(src|web/src)/(.*/)?about[^/]*\.(h|cpp|tsx?|html)$", name)]
        for name in about:
            self.assert_credits(name)

    def test_the_license_is_the_agpl_3(self):
        text = text_of("LICENSE")
        self.assertIn("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007", text)
        self.assertIn("END OF TERMS AND CONDITIONS", text)
        self.assertIn("AGPL-3.0-or-later", text_of("NOTICE"))


class LockFiles(unittest.TestCase):
    def test_only_bun_has_lock_files(self):
        self.assertEqual([name for name in project_files() if name.split("/")[-1] in OTHER_LOCK_FILES], [])

    def test_every_package_json_with_dependencies_is_locked(self):
        files = set(project_files())
        for name in files:
            if name.split("/")[-1] != "package.json" or "/fixtures/" in name or "/data/" in name:
                continue
            manifest = json.loads(text_of(name))
            if manifest.get("dependencies") or manifest.get("devDependencies"):
                self.assertIn(name.replace("package.json", "bun.lock"), files)

    def test_lock_files_carry_no_addresses(self):
        for name in project_files():
            if name.split("/")[-1] == "bun.lock":
                self.assertNotRegex(text_of(name), r"https?://", f"{name} must not name a registry's host")


class Scripts(unittest.TestCase):
    def test_scripts_are_executable(self):
        for name in project_files():
            folder, _, file = name.rpartition("/")
            if folder in ("scripts", ".ci") and "." not in file and text_of(name).startswith("#!"):
                self.assertTrue(os.access(ROOT / name, os.X_OK), name)
        self.assertTrue(os.access(ROOT / "dev", os.X_OK))

    def test_ci_runs_what_developers_run(self):
        commands = [line for line in text_of(".ci/run").splitlines() if line and not line.startswith(("#", "set ", "cd "))]
        self.assertEqual(commands, ["./dev test"])

    def test_packages_are_grouped_sorted_and_listed_once(self):
        rows = [tuple(line.split()) for line in text_of("scripts/packages.txt").splitlines() if not line.startswith("#")]
        self.assertEqual(len(rows), len(set(rows)))
        for group in {row[0] for row in rows}:
            names = [row[1] for row in rows if row[0] == group]
            self.assertEqual(names, sorted(names))
        self.assertLessEqual({row[0] for row in rows}, {"build", "test", "bench", "npm"})

    def test_presets_that_dev_knows_exist(self):
        presets = {preset["name"] for preset in json.loads(text_of("CMakePresets.json"))["buildPresets"]}
        self.assertEqual(presets, {"release", "bench", "profile", "debug", "asan", "tsan"})


class Documents(unittest.TestCase):
    def test_the_readme_shows_the_measured_numbers(self):
        numbers = scripts_under_test.load("copy-numbers")
        self.assertEqual(numbers.table(text_of("README.md")), numbers.table(text_of("docs/PERFORMANCE.md")))

    def test_variables_in_the_readme_exist(self):
        sources = [name for name in project_files() if re.match(r"src/.*\.(h|cpp)$", name)]
        if not any(name.startswith("src/app/") for name in sources):
            self.skipTest("the program does not start yet")
        text = "".join(text_of(name) for name in sources)
        rows = re.findall(r"^\| (`[A-Z].*?) \|", text_of("README.md"), re.MULTILINE)
        for variable in re.findall(r"`([A-Z][A-Z0-9_]+)`", " ".join(rows)):
            self.assertTrue(f'"{variable}"' in text, f"README.md explains {variable}, which nothing reads")

    def test_no_file_names_a_place_of_one_machine(self):
        for name in project_files():
            if re.search(r"\.(md|txt|cmake|h|cpp|sh|json|ts|py)$", name) and not name.startswith("tests/data/"):
                self.assertNotRegex(text_of(name), r"(?<![\w.~-])/(?:home|root|Users|work)/\w", name)

    def test_links_lead_somewhere(self):
        for name in project_files():
            if not name.endswith(".md") or name.startswith(("web/node_modules", "tests/data")):
                continue
            folder = (ROOT / name).parent
            for target in re.findall(r"\]\(([^)#\s]+)", text_of(name)):
                if not re.match(r"[a-z]+:", target):
                    self.assertTrue((folder / target).exists(), f"{name} links to {target}")

    def test_every_library_of_the_layers_is_explained(self):
        layers = scripts_under_test.load("check-layers")
        text = text_of("docs/DEPENDENCIES.md")
        for pattern, _ in layers.LIBRARIES:
            self.assertIn(f"`<{pattern}>`", text, "docs/DEPENDENCIES.md names every include pattern")

    def test_every_package_of_the_build_is_explained(self):
        text = text_of("docs/DEPENDENCIES.md")
        for line in text_of("scripts/packages.txt").splitlines():
            if not line.startswith("#"):
                self.assertIn(f"`{line.split()[1]}`", text)


if __name__ == "__main__":
    unittest.main()
