"""The software bill of materials of a release: CycloneDX 1.5 as JSON (cyclonedx.org/docs/1.5/json)."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from supply.components import UNKNOWN, Component


def sbom(product: str, version: str, components: Sequence[Component], at: datetime) -> str:
    """The document. The same components at the same moment make the same bytes."""
    reference = f"pkg:pypi/{product}@{version}"
    identity = uuid5(NAMESPACE_URL, reference + "".join(each.purl for each in components) + at.isoformat())
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{identity}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {"type": "application", "bom-ref": reference, "name": product, "version": version},
        },
        "components": [_component(each) for each in components],
        "dependencies": [{"ref": reference, "dependsOn": [each.purl for each in components]}],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _component(component: Component) -> dict[str, object]:
    made: dict[str, object] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
    }
    if component.licence != UNKNOWN:
        made["licenses"] = [{"license": {"name": component.licence}}]
    if component.home:
        made["externalReferences"] = [{"type": "website", "url": component.home}]
    # Each file of the release on the index has its own hash: they are listed, any of them may be what is installed.
    made["properties"] = [{"name": "hurentong:sha256", "value": each} for each in component.hashes]
    return made
