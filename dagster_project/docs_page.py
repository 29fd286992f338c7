"""The one page of dbt's documentation, without what no reader of it sees.

dbt puts its whole manifest and catalogue into the page. More than half of that are the macros of
dbt itself, compiled code beside its source, and fields that are empty; the page shows none of it,
or shows the same elsewhere.
"""

import json
from pathlib import Path
from typing import Any

# What is told by other fields, or is about the machine that built the page.
_UNSEEN = {"checksum", "compiled_code", "compiled_path", "created_at", "unrendered_config"}
_UNSEEN_IN_TESTS = _UNSEEN | {"raw_code", "contract", "docs"}
_SEEN_IN_COLUMNS = {"name", "description", "data_type", "constraints"}
_OVERVIEW = "__overview__"


def slim_page(target: Path) -> str:
    """The page that dbt wrote into `target`, without what no reader of it sees.

    Args:
        target: of `dbt docs generate --static`.
    """
    page = (target / "static_index.html").read_text("utf-8")
    for name, slim in (("manifest.json", _slim_manifest), ("catalog.json", _slim_catalog)):
        text = (target / name).read_text("utf-8")
        page = page.replace(
            text, json.dumps(slim(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
        )
    return page


def _slim_manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    project = manifest["metadata"]["project_name"]
    macros = manifest["macros"].items()
    own = {key: macro for key, macro in macros if macro["package_name"] == project}
    nodes = {key: _slim_node(node) for key, node in manifest["nodes"].items()}
    # The other blocks stand in the descriptions that were made of them.
    docs = {key: block for key, block in manifest["docs"].items() if block["name"] == _OVERVIEW}
    return {**manifest, "macros": own, "nodes": nodes, "docs": docs}


def _slim_node(node: dict[str, Any]) -> dict[str, Any]:
    unseen = _UNSEEN_IN_TESTS if node["resource_type"] == "test" else _UNSEEN
    slim = {key: value for key, value in node.items() if key not in unseen}
    slim["columns"] = {
        name: {key: value for key, value in column.items() if key in _SEEN_IN_COLUMNS and value}
        for name, column in node["columns"].items()
    }
    return slim


def _slim_catalog(catalog: dict[str, Any]) -> dict[str, Any]:
    """Without the comments, which are the descriptions of the manifest."""
    for table in [*catalog["nodes"].values(), *catalog["sources"].values()]:
        for column in table["columns"].values():
            column["comment"] = None
    return catalog
