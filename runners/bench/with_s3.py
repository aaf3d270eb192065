#!/usr/bin/env python3
"""A grid whose results are in an S3 bucket, with a server of its own on loopback.

Starts the S3 server of moto (`pip install 'moto[s3,server]'`), runs a small grid of the quickstart on
this machine alone, then on two executors that share the bucket and nothing else, and compares the
bytes of every result, of the plan and of every loss: in the copy on this machine and in the bucket.
Runs the same command with another copy, which must train nothing. Then tries a bucket that does
not exist and a server that does not answer; both must end with exit code 2 and the reason. Prints
a line for each; ends with 1 if anything differs. Build with `./mvnw -Pspark,s3 -DskipTests -pl runners/spark -am package`.

    python3 runners/bench/with_s3.py [--port 5123] [--keep DIR]
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = str(ROOT / "runners/bin/palimpsest")
GRID = """name: tiny
model: quickstart
tasks:
  - {name: facts, data: "quickstart:facts", measure: nats-per-token, test-examples: 4}
  - {name: sorting, data: "quickstart:sorting", measure: nats-per-token, test-examples: 4}
training: {steps: 4, batch: 2, max-length: 24, checkpoint-every: 2}
axes:
  optimizer: [adamw, lion]
seeds: [1]
"""
COMPARED = ("result.json", "plan.json", "losses.csv")
ENVIRONMENT = {
    **os.environ,
    "PALIMPSEST_SPARK": "1",
    "SPARK_LOCAL_IP": "127.0.0.1",
    "AWS_ACCESS_KEY_ID": "loopback",
    "AWS_SECRET_ACCESS_KEY": "loopback",
}


def palimpsest(*arguments):
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )


def on_s3(endpoint, *arguments):
    settings = {
        "endpoint": endpoint,
        "endpoint.region": "us-east-1",
        "path.style.access": "true",
        "attempts.maximum": "1",
        "retry.limit": "1",
    }
    conf = [c for k, v in settings.items() for c in ("--conf", f"spark.hadoop.fs.s3a.{k}={v}")]
    return palimpsest("run", *arguments, "--on", "local-cluster[2,1,1024]", *conf)


def request(address, method="GET"):
    # the server does not check signatures, but hides objects from requests without one
    header = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=loopback/20260101/us-east-1/s3/aws4_request,"
        " SignedHeaders=host, Signature=0"
    }
    asked = urllib.request.Request(address, method=method, headers=header)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.read()


def in_folder(folder):
    return {
        str(f.relative_to(folder)): f.read_bytes()
        for f in folder.rglob("*")
        if f.name in COMPARED
    }


def in_bucket(endpoint):
    listing = xml.etree.ElementTree.fromstring(request(f"{endpoint}/bucket?list-type=2"))
    keys = [e.text for e in listing.iter() if e.tag.endswith("}Key") or e.tag == "Key"]
    return {
        key.removeprefix("grid/"): request(f"{endpoint}/bucket/{key}")
        for key in keys
        if key.rsplit("/", 1)[-1] in COMPARED
    }, keys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=5123)
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    endpoint = f"http://127.0.0.1:{options.port}"
    grid = folder / "tiny.yaml"
    grid.write_text(GRID)
    server = subprocess.Popen(
        [sys.executable, "-c", "import sys; from moto.server import main; main(sys.argv[1:])"]
        + ["-H", "127.0.0.1", "-p", str(options.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    failed = []

    def check(name, done, wrong=""):
        print(f"{name}: {'as it should be' if done else 'WRONG'}", flush=True)
        if not done:
            failed.append(name)
            print(wrong)

    try:
        for _ in range(600):
            try:
                request(endpoint)
                break
            except OSError:
                time.sleep(0.2)
        request(f"{endpoint}/bucket", "PUT")
        alone = palimpsest("run", grid, "--out", folder / "alone")
        check("a run alone", alone.returncode == 0, alone.stderr)
        wanted = in_folder(folder / "alone")
        there = on_s3(endpoint, grid, "--out", folder / "copy", "--store", "s3a://bucket/grid")
        check("a run with the bucket", there.returncode == 0, there.stderr)
        check("2 results, 4 losses, 1 plan", len(wanted) == 7, sorted(wanted))
        check("the copy has the same bytes", in_folder(folder / "copy") == wanted)
        objects, keys = in_bucket(endpoint)
        check("the bucket has the same bytes", objects == wanted, sorted(keys))
        states = [k for k in keys if k.endswith("/task.checkpoint")]
        check("the bucket has 4 states", len(states) == 4, keys)
        check("no checkpoints are left", not any(k.startswith("grid/work/") for k in keys), keys)
        again = on_s3(endpoint, grid, "--out", folder / "again", "--store", "s3a://bucket/grid")
        check("another copy", again.returncode == 0 and in_folder(folder / "again") == wanted)
        now = in_bucket(endpoint)[0]
        check("nothing is trained again", now == wanted)
        none = on_s3(endpoint, grid, "--out", folder / "none", "--store", "s3a://none/grid")
        check("no such bucket: " + none.stderr.strip(), none.returncode == 2)
        silent = on_s3("http://127.0.0.1:9", grid, "--out", folder / "x", "--store", "s3a://b/grid")
        check("no server: " + silent.stderr.strip(), silent.returncode == 2)
        check("no folder is left", not (folder / "none").exists() and not (folder / "x").exists())
    finally:
        server.terminate()
        server.wait()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
