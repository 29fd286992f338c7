"""What machines are told about the files: a data package and a Croissant description.

Both are generated from the tables' own descriptions, which the models give.

Sources: Data Package v1 and the budget taxonomy of the Fiscal Data Package; Croissant 1.0.
"""

import datetime
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dagster_project.exports.checksums import checksum
from dagster_project.exports.tables import Column, Table

_NAME = "budget-warehouse"
_TITLE = "部门预算与部门决算 · Budgets and final accounts of Chinese government departments"
_DESCRIPTION = (
    "Budgets (部门预算) and final accounts (部门决算) as departments published them, by function"
    " (功能分类), economic category (经济分类), department and year. Every amount leads back to the"
    " page and cell it was printed in. Money is in 元. Filter one fund, one spending_kind, one"
    " phase and one reporting_scope before adding up."
)
_KEYWORDS = ("部门预算", "部门决算", "budget", "final account", "China", "public finance")
_LICENSE = "Public facts, published under 政府信息公开条例"

# Names mean the same in every table, so the taxonomy's type follows from the name.
_FISCAL_TYPES = {
    "amount_yuan": "value",
    "fiscal_year": "date:fiscal-year",
    "flow": "direction",
    "phase": "phase:id",
    "fund": "fin-source:generic:code",
    "fund_name": "fin-source:generic:label",
    "revenue_source": "fin-source:generic:code",
    "spending_kind": "expenditure-type:code",
    "line_id": "budget-line-id",
    "department_id": "administrative-classification:generic:code",
    "department_name": "administrative-classification:generic:label",
    "region_code": "geo:source:code",
    "region_name": "geo:source:title",
    "function_code": "functional-classification:generic:code",
    "function_name": "functional-classification:generic:label",
    "function_class_code": "functional-classification:generic:level1:code",
    "function_class_name": "functional-classification:generic:level1:label",
    "function_group_code": "functional-classification:generic:level2:code",
    "function_group_name": "functional-classification:generic:level2:label",
    "cofog_division": "functional-classification:cofog:division:code",
    "cofog_name": "functional-classification:cofog:division:label",
    "economic_code": "economic-classification:generic:code",
    "economic_name": "economic-classification:generic:label",
    "economic_class_code": "economic-classification:generic:level1:code",
    "economic_class_name": "economic-classification:generic:level1:label",
    "project_id": "activity:generic:project:code",
    "project_name": "activity:generic:project:label",
}

# DuckDB's types, without what stands in brackets: in a data package, and in Croissant.
_TYPES = {
    "VARCHAR": ("string", "sc:Text"),
    "DECIMAL": ("number", "sc:Float"),
    "DOUBLE": ("number", "sc:Float"),
    "INTEGER": ("integer", "sc:Integer"),
    "BIGINT": ("integer", "sc:Integer"),
    "BOOLEAN": ("boolean", "sc:Boolean"),
    "DATE": ("date", "sc:Date"),
    "TIMESTAMP": ("string", "sc:Text"),
}

_CROISSANT_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def datapackage(tables: Iterable[Table], directory: Path) -> dict[str, object]:
    """`datapackage.json` over the CSV files of an export.

    Args:
        tables: that were written.
        directory: of the files, which are measured.
    """
    tables = list(tables)
    dimensions = _dimensions(tables)
    return {
        "profile": "data-package",
        "name": _NAME,
        "title": _TITLE,
        "description": _DESCRIPTION,
        "version": _version(),
        "keywords": list(_KEYWORDS),
        "licenses": [{"name": "other-pd", "title": _LICENSE}],
        "resources": [_resource(table, dimensions, directory) for table in tables],
    }


def croissant(tables: Iterable[Table], directory: Path, built: datetime.date) -> dict[str, object]:
    """`croissant.json` over the Parquet files of an export.

    Args:
        tables: that were written.
        directory: of the files, which are measured.
        built: when the warehouse was.
    """
    tables = list(tables)
    return {
        "@context": _CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": _NAME,
        "alternateName": _TITLE,
        "description": _DESCRIPTION,
        "version": _version(),
        "keywords": list(_KEYWORDS),
        "license": _LICENSE,
        "citeAs": f"@misc{{{_NAME}, title = {{{_TITLE}}}, year = {{{built.year}}}}}",
        "datePublished": built.isoformat(),
        "distribution": [_file_object(table, directory) for table in tables],
        "recordSet": [_record_set(table) for table in tables],
    }


def _resource(table: Table, dimensions: dict[str, Table], directory: Path) -> dict[str, object]:
    file = directory / table.file("csv")
    schema: dict[str, object] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if keys := list(_foreign_keys(table, dimensions)):
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace(".", "-").replace("_", "-"),
        "path": table.file("csv"),
        "title": table.name,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{checksum(file)}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {
        "name": column.name,
        "type": _type(column)[0],
        "description": column.description,
    }
    if fiscal := _FISCAL_TYPES.get(column.name):
        field["columnType"] = fiscal
    return field


def _dimensions(tables: Iterable[Table]) -> dict[str, Table]:
    """The dimensions by their key column."""
    return {
        table.primary_key[0]: table
        for table in tables
        if table.short_name.startswith("dim_") and len(table.primary_key) == 1
    }


def _foreign_keys(table: Table, dimensions: dict[str, Table]) -> Iterator[dict[str, object]]:
    """A column that bears the name of a dimension's key points to that dimension."""
    for column in table.columns:
        dimension = dimensions.get(column.name)
        if dimension and dimension is not table:
            yield {
                "fields": [column.name],
                "reference": {
                    "resource": dimension.name.replace(".", "-").replace("_", "-"),
                    "fields": [column.name],
                },
            }


def _file_object(table: Table, directory: Path) -> dict[str, object]:
    file = directory / table.file("parquet")
    return {
        "@type": "cr:FileObject",
        "@id": table.file("parquet"),
        "name": table.name,
        "description": table.description,
        "contentUrl": table.file("parquet"),
        "contentSize": f"{file.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": checksum(file),
    }


def _record_set(table: Table) -> dict[str, object]:
    record_set: dict[str, object] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{column.name}",
                "name": column.name,
                "description": column.description,
                "dataType": _type(column)[1],
                "source": {
                    "fileObject": {"@id": table.file("parquet")},
                    "extract": {"column": column.name},
                },
            }
            for column in table.columns
        ],
    }
    if table.primary_key:
        record_set["key"] = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return record_set


def _type(column: Column) -> tuple[str, str]:
    return _TYPES[column.data_type.partition("(")[0]]


def _version() -> str:
    try:
        return version(_NAME)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
