"""Writes build/sbom.json: the packages that the kit runs on, as a software bill of materials of CycloneDX."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from typing import Any

from scripts.runtime_packages import KIT, ROOT, Package, needed, pinned

FILE = ROOT / "build" / "sbom.json"


def sbom() -> dict[str, Any]:
    """Return the bill of what image.lock pins; the same lock on the same machine gives the same bill."""
    packages = pinned("image.lock")
    references = {one.name: f"pkg:pypi/{one.name}@{one.version}" for one in packages}
    version = metadata.version(KIT)
    kit = {"bom-ref": f"pkg:pypi/{KIT}@{version}", "type": "application", "name": KIT, "version": version}
    arrows = [
        {"ref": references.get(name, kit["bom-ref"]), "dependsOn": sorted(references[one] for one in needs)}
        for name, needs in sorted(needed().items())
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**kit, "purl": kit["bom-ref"], "licenses": [{"expression": "Apache-2.0"}]}},
        "components": [_component(one, references[one.name]) for one in packages],
        "dependencies": arrows,
    }


def _component(package: Package, reference: str) -> dict[str, Any]:
    # BSD alone is no identifier of SPDX, which an expression has to be made of.
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
