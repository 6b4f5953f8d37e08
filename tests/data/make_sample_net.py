"""Makes the checked-in sample net again: `python -m tests.data.make_sample_net [--out FOLDER]`.

Needs flite, espeak-ng and sox on the PATH (`apt-get install flite espeak-ng sox`); nothing else here does.
With the tool versions named in the manifest the files come out bit for bit the same.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.data.sample_net_maker.build import build_all, library_version, write_sample

SAMPLE_FOLDER = Path(__file__).parent / "sample_net"
# What each tool answers its version in. flite exits with 1 after printing it, so only the text is looked at.
VERSION_PATTERNS = {
    "flite": r"flite-(\S+)",
    "espeak-ng": r"text-to-speech: (\S+)",
    "sox": r"SoX v(\S+)",
}


def main() -> int:
    """Check the tools, build, write, say what was made. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the checked-in sample net again.")
    parser.add_argument("--out", type=Path, default=SAMPLE_FOLDER, help="folder to write to")
    target: Path = parser.parse_args().out
    missing = [tool for tool in VERSION_PATTERNS if shutil.which(tool) is None]
    if missing:
        names = " ".join(missing)
        print(f"missing: {names}. On Debian or Ubuntu: apt-get install {names}", file=sys.stderr)
        return 2
    target.mkdir(parents=True, exist_ok=True)
    recordings = build_all()
    size_bytes = write_sample(target, recordings, _versions())
    print(f"{len(recordings)} recordings, {size_bytes / 1e6:.2f} MB of audio in {target}")
    return 0


def _versions() -> dict[str, str]:
    versions = {tool: _version(tool, pattern) for tool, pattern in VERSION_PATTERNS.items()}
    return {**versions, "PyAV": library_version()}


def _version(tool: str, pattern: str) -> str:
    done = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else "unknown"


if __name__ == "__main__":
    sys.exit(main())
