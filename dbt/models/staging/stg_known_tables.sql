-- Grain: one row per table that is no fiscal form and need not be one, e.g. a list of units.

select
    document_id,
    table_kind,
    cast(page as integer) as page,
    cast(block as integer) as block,
    cast(row_count as integer) as row_count,
    cast(column_count as integer) as column_count,
from {{ source('extracted', 'known_tables') }}
