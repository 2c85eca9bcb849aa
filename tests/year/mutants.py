# ruff: noqa: E501, ISC004, T201 — texts of code, and a program that talks to people
"""
`make year-mutants`: plants one fault at a time into a copy of the package, and shows which ones the simulation finds.

A fault is one that a person could make. Each names the text that it replaces, so that a change of the package that takes
that text away is noticed here, and the mutant is mended.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "plugins" / "insider_web_push"
SEEDS, DAYS = 50, 40


@dataclass(frozen=True)
class Mutant:
    """A fault: what it is, the file below the package, and texts with what takes their place."""

    what: str
    file: str
    change: tuple[tuple[str, str], ...]


def one(what: str, file: str, old: str, new: str) -> Mutant:
    """Make a mutant of one replacement."""
    return Mutant(what, file, ((old, new),))


_BEFORE_ITS_FILES = (
    (
        "files = self.store.write_revision(day.day, revision, made)",
        "files = {name: PublishedFile(key=self.store.at.revision_file(day.day, revision, name, "
        "sha256(data).hexdigest()), sha256=sha256(data).hexdigest(), bytes=len(data), rows=rows) "
        "for name, (data, rows) in made.items()}",
    ),
    (
        "self.store.swap_manifest(manifest, made_from=made_from)\n        write_copies",
        "self.store.swap_manifest(manifest, made_from=made_from)\n        self.store.write_revision(day.day, revision, made)\n        write_copies",
    ),
)
MUTANTS = (
    one("the limit is off by one", "budget/lease.py",
        "excess = len(counting) - limit.requests", "excess = len(counting) - limit.requests - 1"),
    one("a stamped lease counts half a window", "budget/ledger.py",
        "Held(now + limit.window_s, stamped=True)\n\n    def pause", "Held(now + limit.window_s / 2, stamped=True)\n\n    def pause"),
    one("an unstamped lease does not count", "budget/ledger.py",
        "self.leases[self.taken] = Held(now + limit.unstamped_s)", "self.leases[self.taken] = Held(now)"),
    one("a pause keeps nobody from sending", "budget/ledger.py", "closed_until=self.paused_until", "closed_until=0.0"),
    one("a lease counts on after the store's clock was set back", "budget/lease.py",
        "return Held(now + longest_s, self.stamped)", "return self"),
    one("a look is due a day late", "days/rules.py", "looked_at < look <= age", "looked_at < look < age"),
    one("a closing look fetches nothing", "days/looks.py",
        "if self.closed_at and known.fetched_at < self.closed_at:", "if False:"),
    one("moved totals are not seen", "days/looks.py",
        "    if known.baseline != swept.totals:\n        return Cause.MOVED\n", ""),
    one("an answer that said less than its list is left at that", "days/looks.py",
        "return Cause.LESS if known.says_less else None", "return None"),
    one("an early empty answer is believed", "days/quiet.py",
        "said = answer.said if answer and answer.said and not answer.said.unreadable else item.totals", "said = item.totals"),
    Mutant("the manifest is written before its files", "publishing/commit.py", _BEFORE_ITS_FILES),
    one("the head is written before its details", "lake/manifests.py",
        """        committed = self._with_details(manifest)
        if not self.swap(self.at.manifest(manifest.day), committed.head_alone.to_json(), made_from=made_from):
""",
        """        packed = manifest.details_alone.pack()
        digest = hashlib.sha256(packed).hexdigest()
        key = self.at.details(manifest.day, manifest.revision, digest)
        details = PublishedFile(key=key, sha256=digest, bytes=len(packed), rows=0)
        committed = manifest.model_copy(update={"details": details})
        swapped = self.swap(self.at.manifest(manifest.day), committed.head_alone.to_json(), made_from=made_from)
        self.write(key, packed)
        if not swapped:
"""),
    one("a purge leaves the details", "lake/removal.py",
        "named.union(store.keys(store.at.revisions(manifest.day))) - published",
        "key for key in named.union(store.keys(store.at.revisions(manifest.day))) - published if '/details-' not in key"),
    one("the oldest answer is taken for the newest", "lake/storage.py",
        "newest[named.campaign_id] = key\n", "newest.setdefault(named.campaign_id, key)\n"),
    one("a rejected answer is used", "lake/storage.py", "named.outcome is not CallOutcome.REJECTED", "named.outcome"),
    one("a tombstone is not read", "days/gathered_day.py",
        "if not (tombstone and tombstone.covers(key))}", "}"),
    one("a purge leaves the answers", "operators/purge.py",
        "removed += remove_answers(self.store, day, campaigns)", "pass"),
    one("a list that drifts is believed", "answers/list_readings.py",
        "    newest = readings[-1]\n    if newest.adds_up", "    return readings[-1]\n    newest = readings[-1]\n    if newest.adds_up"),
    one("an early empty list is published", "days/quiet.py",
        "return was is not None and was > 0 and 100", "return False and 100"),
    one("losses are not looked for", "tables/losses.py", "            if said:\n", "            if False:\n"),
    one("what fell by nine tenths is let through", "answers/falls.py", "MOST_FALL_PERCENT = 20", "MOST_FALL_PERCENT = 90"),
    one("a complete day becomes partial again", "days/completeness.py",
        "if may_be_partial and not has_complete_version", "if may_be_partial"),
    one("what is missing does not count", "days/completeness.py",
        "lacking = tuple(item for item in absent if item.campaign_id not in accepted)", "lacking = ()"),
    one("an acceptance is forgotten", "days/gathered_day.py",
        "return {key: by for key, by in self.accepted.items() if key in lacks or self._was_accepted(key)}", "return {}"),
    one("a task that has ended has sent its event", "publishing/event.py",
        "return Event.SENT if was_sent(manifest)", "return Event.SENT if was_sent(manifest) or owed != me"),
    one("a publish forgets what it owes", "publishing/event.py",
        "return Event.SENT if was_sent(manifest)", "return Event.SENT if was_sent(manifest) or owed == me"),
    one("owed events are not looked for", "days/days_to_look_at.py", "elif head.event:", "elif False:"),
    one("an event is sent whether or not there is a day", "operators/publish.py", "        self.outlets = []\n", ""),
    one("an answer is named by a clock that is behind", "collecting/campaign_answer.py",
        "return max([at, *map(instant_after, earlier)])", "return at"),
    one("a commit does not look at what it was made from", "lake/manifests.py",
        "if not self.swap(self.at.manifest(manifest.day), committed.head_alone.to_json(), made_from=made_from):",
        "if not self.write(self.at.manifest(manifest.day), committed.head_alone.to_json()):"),
    one("a device's moves are left out of the changes", "tables/changes.py",
        "for table in TABLES.values() for move", "for table in list(TABLES.values())[:1] for move"),
    one("copies are not brought in line", "publishing/copies.py",
        "if copy is not None and sha256(copy).hexdigest() == file.sha256:", "if copy is not None:"),
    one("lost files are not made again", "publishing/commit.py",
        "return [self.store.write(before.files[name].key, data) for name, data in made.items()]", "return list(made)"),
    one("a plan loses its last campaign", "days/handover.py",
        "for start in range(0, len(planned), size)", "for start in range(0, max(1, len(planned) - 1), size)"),
    one("a run that was cleared takes an old list", "days/gathered_day.py",
        'sweep = max(own, before.sweep if before else "")', "sweep = own"),
)  # fmt: skip


def planted(mutant: Mutant, folder: Path) -> Path:
    """Copy the package with the fault in it; gives what to put on PYTHONPATH."""
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / PACKAGE.name / mutant.file
    text = file.read_text(encoding="utf-8")
    for old, new in mutant.change:
        if text.count(old) != 1:
            sys.exit(f"mutant {mutant.what!r}: {mutant.file} has {text.count(old)} times, and not once: {old}")
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


def hunt() -> None:
    """Run seeds until one breaks; prints which, and what broke."""
    from include.year.events import drawn  # noqa: PLC0415 — in the process that has the mutant
    from include.year.world import World  # noqa: PLC0415 — as above

    for number in range(1, SEEDS + 1):
        try:
            # Small years are quick; what is wrong with a list of two pages needs two pages.
            campaigns = 22 if number % 5 == 0 else 1 + number % 3
            broken = World(drawn(number, days=DAYS, campaigns=campaigns)).run().broken
        except Exception as error:  # noqa: BLE001 — a mutant may break anything
            broken = [f"crash: {type(error).__name__}: {error}"]
        if broken:
            print(f"seed {number}: {broken[0][:120]}")
            return


def found(mutant: Mutant) -> str:
    """Run one mutant; gives the seed that finds it, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([str(planted(mutant, Path(folder))), str(ROOT)])
        ran = subprocess.run(
            [sys.executable, "-c", "from tests.year.mutants import hunt; hunt()"],
            cwd=folder, env=os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    return ran.stdout.strip() or (f"did not run: {ran.stderr[-300:]}" if ran.returncode else "")


def main() -> None:
    """Run all of them, as many at once as there are cores."""
    wanted = [mutant for mutant in MUTANTS if os.environ.get("ONLY", "") in mutant.what][
        int(os.environ.get("FROM") or 0) :
    ]
    began, caught = time.perf_counter(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutant, by in zip(wanted, pool.map(found, wanted), strict=True):
            caught += by.startswith("seed")
            print(
                f"{'caught' if by.startswith('seed') else 'MISSED':7} {mutant.what}: {by or f'not in {SEEDS} seeds'}",
                flush=True,
            )
    print(f"{caught} of {len(wanted)} caught, in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
