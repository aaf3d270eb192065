"""Load test of `palimpsest serve`: clients with kept connections that check every answer.

    serve_load.py --url http://127.0.0.1:8000 --clients 64 --seconds 300 [--pid PID]

Each client sends echo requests with log-probabilities in turn. The first answer to a prompt, from a quiet server, is what later ones are compared with:
tokens must be equal, log-probabilities within 1e-4, since the rows of a batch can change the last digits. Prints counts, p50, p99 and, with --pid, the
peak of the server's resident memory. Ends with 1 if an answer was wrong.
"""

import argparse
import http.client
import json
import threading
import time
import urllib.parse

PROMPTS = [list(range(5 + i, 25 + 2 * i)) for i in range(16)]


def ask(connection, prompt):
    body = json.dumps({"prompt": [prompt], "max_tokens": 1, "temperature": 0, "logprobs": 1, "echo": True})
    connection.request("POST", "/v1/completions", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def values(answer):
    found = answer["choices"][0]["logprobs"]
    return found["tokens"], [v for v in found["token_logprobs"] if v is not None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pid", type=int)
    arguments = parser.parse_args()
    host = urllib.parse.urlparse(arguments.url).netloc
    first = http.client.HTTPConnection(host)
    expected = [values(ask(first, p)[1]) for p in PROMPTS]
    seconds, refused, wrong, lock = [], [0], [], threading.Lock()
    end = time.monotonic() + arguments.seconds

    def client(number):
        connection = http.client.HTTPConnection(host)
        turn = number
        while time.monotonic() < end:
            which = turn % len(PROMPTS)
            turn += 1
            start = time.monotonic()
            status, answer = ask(connection, PROMPTS[which])
            took = time.monotonic() - start
            with lock:
                if status == 429:
                    refused[0] += 1
                    continue
                seconds.append(took)
                if status != 200:
                    wrong.append((which, status, answer))
                    continue
                tokens, numbers = values(answer)
                if tokens != expected[which][0] or any(abs(a - b) > 1e-4 for a, b in zip(numbers, expected[which][1], strict=True)):
                    wrong.append((which, status, numbers))

    threads = [threading.Thread(target=client, args=(i,)) for i in range(arguments.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds.sort()
    count = len(seconds)
    print(f"{count} answers, {refused[0]} refused, {len(wrong)} wrong, {count / arguments.seconds:.1f} per second")
    if count:
        print(f"p50 {seconds[count // 2] * 1e3:.1f} ms, p99 {seconds[min(count - 1, count * 99 // 100)] * 1e3:.1f} ms")
    if arguments.pid:
        for line in open(f"/proc/{arguments.pid}/status"):
            if line.startswith("VmHWM"):
                print(line.strip())
    for each in wrong[:5]:
        print(each)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
