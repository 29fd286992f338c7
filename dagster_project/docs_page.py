"""The one page of dbt's documentation, without what no reader of it sees.

dbt puts its whole manifest and catalogue into the page. Most of that are the macros of dbt itself,
compiled code beside its source, settings that nobody made, and what only dbt's own programs ask
for. Kept is what the page reads: `_SEEN`, by kind of node.
"""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

Fields = dict[str, Any]

# What joins a node to others; what places it in the trees, the search and the lineage graph; what
# the page of a table shows.
_LINK = {"unique_id", "resource_type", "package_name", "name", "description", "depends_on"}
_PLACE = _LINK | {"original_file_path", "fqn", "tags", "docs"}
_TABLE = _PLACE | {
    "database", "schema", "alias", "columns", "config", "meta", "language", "raw_code", "access",
}  # fmt: skip
_SEEN = {
    "model": _TABLE,
    "seed": _TABLE - {"raw_code"},
    # A file of its own.
    "test": _PLACE | {"raw_code"},
    # A badge beside a column.
    "column_test": _LINK | {"test_metadata", "column_name", "refs", "raw_code"},
    "unit_test": _PLACE,
}
_SEEN_IN_COLUMNS = {"name", "description", "constraints"}
_SEEN_IN_CONSTRAINTS = {"type", "name", "expression"}
_SEEN_IN_CONFIG = {"materialized", "contract"}
_SILENT: tuple[Any, ...] = (None, "", [], {})
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


def _slim_manifest(manifest: Fields) -> Fields:
    project = manifest["metadata"]["project_name"]
    nodes, parents = manifest["nodes"], manifest["parent_map"]
    return {
        **manifest,
        "macros": _where(manifest["macros"], lambda macro: macro["package_name"] == project),
        "nodes": {key: _slim_node(node) for key, node in nodes.items()},
        "unit_tests": {key: _slim_node(node) for key, node in manifest["unit_tests"].items()},
        # The other blocks stand in the descriptions that were made of them.
        "docs": _where(manifest["docs"], lambda block: block["name"] == _OVERVIEW),
        # The lineage graph; tests of columns are not in it, and it turns the map round itself.
        "parent_map": {
            key: of for key, of in parents.items() if "test_metadata" not in nodes.get(key, {})
        },
        "child_map": {},
    }


def _where(entries: Fields, holds: Callable[[Fields], bool]) -> Fields:
    return {key: entry for key, entry in entries.items() if holds(entry)}


def _slim_node(node: Fields) -> Fields:
    kind = "column_test" if "test_metadata" in node else node["resource_type"]
    slim = _only(_SEEN.get(kind, node.keys()), node)
    if "config" in slim:
        slim["config"] = _only(_SEEN_IN_CONFIG, slim["config"])
    if "columns" in slim:
        slim["columns"] = {name: _slim_column(column) for name, column in slim["columns"].items()}
    # The page takes a node that says nothing of versions for one of several.
    return {**slim, "version": node.get("version")}


def _slim_column(column: Fields) -> Fields:
    slim = _only(_SEEN_IN_COLUMNS, column)
    if "constraints" in slim:
        slim["constraints"] = [_only(_SEEN_IN_CONSTRAINTS, each) for each in slim["constraints"]]
    return slim


def _only(seen: Collection[str], fields: Fields) -> Fields:
    """The fields that are seen and say something."""
    return {key: value for key, value in fields.items() if key in seen and value not in _SILENT}


def _slim_catalog(catalog: Fields) -> Fields:
    """The types of tables and columns; their comments are the descriptions of the manifest."""
    for table in [*catalog["nodes"].values(), *catalog["sources"].values()]:
        table["metadata"] = _only({"type", "owner"}, table["metadata"])
        table["stats"] = {}
        for column in table["columns"].values():
            del column["comment"]
    return catalog
