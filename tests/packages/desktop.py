"""Installs the packages of this platform and pushes a document with each, where the suite `packages`
does not run: macOS and Windows. It has never run as a whole.

desktop.py DIST SANDBOX TARGET
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"


def only(pattern):
    (found,) = glob.glob(pattern)
    return os.path.abspath(found)


def run(*command, cwd, **variables):
    words = [str(word) for word in command]
    words[0] = shutil.which(words[0]) or words[0]
    subprocess.run(words, cwd=cwd, env={**os.environ, **variables}, check=True, timeout=600)


def pushes(what, ready, place, *command, **variables):
    """Runs a consumer; its document must be there afterwards, imported."""
    ask(ready, "reset", b"{}")
    settings = {
        "FILED_API_KEY": ready["api_key"],
        "FILED_SOURCE_PLATFORM": "desktop",
        "FILED_GATEWAY_URL": ready["gateway_url"],
        "FILED_UPLOAD_URL": ready["upload_url"],
    }
    ids = (ready["connection_id"], ready["workspace_id"], "2024 Tax Season Import")
    run(*command, *ids, cwd=place, **settings, **variables)
    state = ask(ready, "state?summary=1")
    assert len(state["artifacts"]) == 1 and state["jobs"][0]["initiated"] == 1, what
    print("ok", what, flush=True)


def ask(ready, path, body=None):
    request = urllib.request.Request(f"{ready['control_url']}/{path}", data=body)
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def c(ready, dist, place, target):
    with tarfile.open(only(f"{dist}/filed-c-*-{target}.tar.gz")) as packed:
        packed.extractall(place)
    tree = only(f"{place}/filed-c-*")
    wide = ["-A", "Win32"] if target.startswith("i686-pc-windows") else []
    found = [f"-DCMAKE_PREFIX_PATH={tree}", f"-DSOURCES={HERE / 'c'}"]
    run("cmake", "-S", HERE / "cmake", "-B", "build", *wide, *found, cwd=place)
    run("cmake", "--build", "build", "--config", "Release", cwd=place)
    path = os.pathsep.join([os.path.join(tree, "bin"), os.environ["PATH"]])
    for name in ("shared", "static", "shared_cpp"):
        program = f"build/Release/{name}.exe" if WINDOWS else f"build/{name}"
        pushes(f"C by CMake, {name}", ready, place, place / program, PATH=path)


def python(ready, dist, place):
    run(sys.executable, "-m", "venv", "venv", cwd=place)
    program = place / ("venv/Scripts/python.exe" if WINDOWS else "venv/bin/python")
    wheel = only(f"{dist}/filed-*.whl")
    run(program, "-m", "pip", "install", "--no-index", wheel, cwd=place)
    pushes("the wheel", ready, place, program, HERE / "python/push.py")
    pushes("the wheel, by asyncio", ready, place, program, HERE / "python/push_async.py")


def node(ready, dist, place):
    (place / "package.json").write_text('{ "private": true }')
    for name in ("push.mjs", "push.cjs", "worker.mjs"):
        shutil.copy(HERE / "node" / name, place)
    packages = [os.path.abspath(path) for path in glob.glob(f"{dist}/filed-sdk-*.tgz")]
    run("npm", "install", "--offline", "--no-audit", "--no-fund", *packages, cwd=place)
    for name in ("push.mjs", "push.cjs", "worker.mjs"):
        pushes(f"Node, {name}", ready, place, "node", name)


def main(dist, program, target):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        client = place / "scans" / "Amber Lindqvist"
        client.mkdir(parents=True)
        (client / "w2.pdf").write_bytes(b"%PDF-1.4 W-2")
        sandbox = subprocess.Popen(
            [os.path.abspath(program), "--max-seconds", "1800"], stdout=subprocess.PIPE
        )
        try:
            ready = json.loads(sandbox.stdout.readline())
            c(ready, dist, place, target)
            python(ready, dist, place)
            # Its Node is of 64 bits, as runners have it.
            if not target.startswith("i686-"):
                node(ready, dist, place)
        finally:
            sandbox.kill()
            sandbox.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
