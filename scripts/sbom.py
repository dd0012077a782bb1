"""Writes build/sbom.json: the packages that the kit runs on, as a software bill of materials of CycloneDX."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from typing import Any

from scripts.runtime_packages import EVERYTHING, KIT, ROOT, SUITE, Package, needed, runtime

NAME = "user-webhook"
FILE = ROOT / "build" / "sbom.json"


def sbom() -> dict[str, Any]:
    """Return the bill of what the kit runs on; the same lock on the same machine gives the same bill."""
    packages = runtime()
    version = metadata.version(SUITE)
    references = {one.name: f"pkg:pypi/{one.name}@{one.version}" for one in packages}
    references |= {name: f"pkg:pypi/{name}@{version}" for name in KIT}
    arrows = [
        {"ref": references[name], "dependsOn": sorted(references[one] for one in needs)}
        for name, needs in sorted(needed(EVERYTHING).items())
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"bom-ref": NAME, "type": "application", "name": NAME, "version": version}},
        "components": [
            *(_own(name, version, references[name]) for name in KIT),
            *(_component(one, references[one.name]) for one in packages),
        ],
        "dependencies": [{"ref": NAME, "dependsOn": sorted(references[name] for name in KIT)}, *arrows],
    }


def _own(name: str, version: str, reference: str) -> dict[str, Any]:
    return {
        "bom-ref": reference,
        "type": "library",
        "name": name,
        "version": version,
        "purl": reference,
        "licenses": [{"expression": "Apache-2.0"}],
    }


def _component(package: Package, reference: str) -> dict[str, Any]:
    # SPDX has identifiers for the forms of BSD only, and an expression is made of identifiers.
    named = {"license": {"name": "BSD"}} if package.licence == "BSD" else {"expression": package.licence}
    component = {
        "bom-ref": reference,
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": reference,
        "licenses": [named],
        "hashes": [{"alg": "SHA-256", "content": one} for one in package.hashes],
    }
    if package.marker:
        component["properties"] = [{"name": "python:marker", "value": package.marker}]
    return component


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    written = sbom()
    FILE.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.relative_to(ROOT)}  {len(written['components'])} packages\n")
