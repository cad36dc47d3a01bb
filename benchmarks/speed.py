"""Time the locator against pyromark's own parse, against the draft's length, and against rumdl."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyromark

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import OPTIONS, parse

WORDS = load_words()


def fewest(work: Callable[[], object], *, runs: int = 3) -> float:
    """Return the fewest processor seconds of some runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def pass_over(text: str) -> None:
    """Have pyromark make every event, and keep none."""
    for _ in pyromark.events_with_range(text, options=OPTIONS):
        pass


def locate(data: bytes) -> None:
    """Parse and locate once."""
    find_gaps(parse(data), words=WORDS)


def in_memory(posts: list[bytes]) -> None:
    """Print how locating compares with parsing alone, and how it grows."""
    whole = b"\n\n".join(posts)
    part = (whole * (1_000_000 // len(whole) + 1))[:1_000_000].decode("utf-8", "ignore").encode()
    long = part * 8
    text, draft = long.decode(), parse(long)
    parsing, reading = fewest(lambda: pass_over(text)), fewest(lambda: parse(long))
    finding, both = fewest(lambda: find_gaps(draft, words=WORDS)), fewest(lambda: locate(long))
    print(f"8 MB of drafts in one: {len(long) / both / 1e6:.1f} MB/s, parse and locate")
    print(f"  parse and locate / pyromark's bare events {both / parsing:.1f} (at most 6)")
    print(f"  our parse {reading / parsing:.1f}, locate alone {finding / parsing:.1f}")
    texts = [post.decode() for post in posts]
    one_by_one = fewest(lambda: [locate(post) for post in posts])
    parsing = fewest(lambda: [pass_over(text) for text in texts])
    print(f"  the same, draft by draft                  {one_by_one / parsing:.1f}")
    small, large = fewest(lambda: locate(part), runs=2), fewest(lambda: locate(part * 16), runs=1)
    short, tall = fewest(lambda: pass_over(part.decode())), fewest(lambda: pass_over((part * 16).decode()))
    print(
        f"16 MB / 1 MB: {large / small:.1f} times the time (16 is linear; pyromark alone {tall / short:.1f})"
    )


def sample(path: Path) -> None:
    """Print the speed on a draft a thousand times the sample's length."""
    data = path.read_bytes() * 1000
    seconds = fewest(lambda: locate(data), runs=1)
    print(f"the sample a thousand times: {len(data) / seconds / 1e6:.1f} MB/s (at least 5)")


_RUN = """
import sys
from assistant.frontends.locate import run
if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
"""


def _spent() -> float:
    """Return the processor seconds of all processes that were run and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def folder(posts: list[bytes], *, count: int = 10_000) -> None:
    """Print how a folder of many posts compares with `rumdl check`."""
    rumdl = shutil.which("rumdl") or shutil.which("rumdl", path=str(Path(sys.executable).parent))
    with tempfile.TemporaryDirectory() as place:
        for number in range(count):
            into = Path(place, "blog", f"{number // 500:03}")
            into.mkdir(parents=True, exist_ok=True)
            (into / f"post-{number:05}.md").write_bytes(posts[number % len(posts)])
        script = Path(place, "run.py")
        script.write_text(_RUN, encoding="utf-8")
        times = []
        ours = [sys.executable, str(script), "blog"]
        peers = [rumdl, "check", "--no-cache", "blog"] if rumdl else []
        for command in filter(None, (ours, peers, ours, peers)):
            start, spent = time.perf_counter(), _spent()
            subprocess.run(command, cwd=place, capture_output=True, check=False)
            times.append((command is peers, time.perf_counter() - start, _spent() - spent))
        mine, ours_spent = (min(one[at] for one in times if not one[0]) for at in (1, 2))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{count:,} posts: {mine:.1f} s; largest process {memory:.0f} MB (at most 300)")
        if rumdl:
            theirs, theirs_spent = (min(one[at] for one in times if one[0]) for at in (1, 2))
            print(f"  rumdl check {theirs:.1f} s; ours / rumdl {mine / theirs:.1f} (at most 3.5)")
            print(f"  in processor time, which a busy machine changes less: {ours_spent / theirs_spent:.1f}")
        else:
            print("  rumdl isn't installed: nothing to compare with")
