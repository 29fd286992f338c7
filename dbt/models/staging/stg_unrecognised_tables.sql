-- Grain: one row per table that is no known form: kept and listed, never dropped.

select
    document_id,
    cast(page as integer) as page,
    cast(block as integer) as block,
    cast(row_count as integer) as row_count,
    cast(column_count as integer) as column_count,
    first_text,
    reason,
from {{ source('extracted', 'unrecognised_tables') }}
