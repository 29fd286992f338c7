-- Grain: one row per table of a recognised form: a form may go over several.

select
    document_id,
    form_id,
    cast(page as integer) as page,
    cast(block as integer) as block,
    cast(row_count as integer) as row_count,
    cast(column_count as integer) as column_count,
from {{ source('extracted', 'form_tables') }}
