"""Generate gen/ from proto/: messages, stubs, type stubs, OpenAPI and the descriptor set that Envoy transcodes by.

`python -m tools.generate` writes; with `--check` it only compares and exits 1 when gen/ is stale.
"""

import argparse
import filecmp
import sys
import tempfile
from pathlib import Path

import google.api
import grpc_tools
from grpc_tools import protoc

from gateway import openapi

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"
DESCRIPTORS = "tsn.binpb"
# Error details travel as Any: the gateway can print them only when it knows their types.
ERROR_DETAILS = ("google/rpc/error_details.proto", "google/rpc/status.proto")


def generate(target: Path) -> None:
    """Write everything that is made from the protos below `target`."""
    includes = [
        f"-I{PROTO}",
        f"-I{Path(next(iter(google.api.__path__))).parents[1]}",
        f"-I{Path(next(iter(grpc_tools.__path__))) / '_proto'}",
    ]
    sources = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    outputs = [f"--{kind}={target}" for kind in ("python_out", "pyi_out", "grpc_python_out", "mypy_grpc_out")]
    plugin = f"--plugin=protoc-gen-mypy_grpc={Path(sys.executable).parent / 'protoc-gen-mypy_grpc'}"
    described = ["--include_imports", "--include_source_info", f"--descriptor_set_out={target / DESCRIPTORS}"]
    runs = (
        ["protoc", *includes, plugin, *outputs, *sources],
        ["protoc", *includes, *described, *sources, *ERROR_DETAILS],
    )
    for arguments in runs:
        if protoc.main(arguments) != 0:
            raise SystemExit("protoc failed")
    (target / openapi.TARGET.name).write_text(openapi.render(target / DESCRIPTORS), encoding="utf-8")


def differing(left: Path, right: Path) -> list[str]:
    """Relative paths that are missing on one side or differ in content."""
    names = {
        str(path.relative_to(side))
        for side in (left, right)
        for path in side.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    same, _, _ = filecmp.cmpfiles(left, right, sorted(names), shallow=False)
    return sorted(names - set(same))


def main() -> None:
    """Write gen/, or with --check tell what is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        GEN.mkdir(exist_ok=True)
        generate(GEN)
        return
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        if stale := differing(Path(folder), GEN):
            raise SystemExit("gen/ is stale; run `make generate`: " + ", ".join(stale))


if __name__ == "__main__":
    main()
