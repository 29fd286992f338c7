-- Grain: one row per paragraph or grid cell that a reader found. Not every one is part of a form.

select
    document_id,
    cast(block as integer) as block,
    kind,
    cast(page as integer) as page,
    cast(row_number as integer) as row_number,
    cast(column_number as integer) as column_number,
    cast(row_span as integer) as row_span,
    cast(column_span as integer) as column_span,
    text,
    x0,
    y0,
    x1,
    y1,
    reader,
    confidence,
from {{ source('extracted', 'table_cells') }}
