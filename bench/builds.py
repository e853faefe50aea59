"""How long the release takes to build: clean, and after a change of one file. Builds into a folder of its own without the
compiler cache; the sources are not touched."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHANGED = "src/relay/pipeline.cpp"    # what one works on most, with everything below it included


def _timed(command: list[str], environment: dict[str, str]) -> float:
    begin = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - begin


def measure_builds() -> dict:
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="timed-", dir=ROOT / "build") as folder:
        build = ["cmake", "--build", folder, "--target", "opusclaw"]
        clean = _timed(["cmake", "--preset", "release", "-B", folder], environment) + _timed(build, environment)
        _timed(build, environment)    # whatever a second call still finds to do is not part of the rebuild
        objects = sorted(Path(folder).rglob(f"{CHANGED}.o"))
        if len(objects) != 1:
            raise RuntimeError(f"{CHANGED} has no object file")
        objects[0].unlink()           # to the build it is as if the source had changed
        return {"clean": clean, "one": _timed(build, environment), "file": CHANGED}
