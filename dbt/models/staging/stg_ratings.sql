-- Grain: one row per result printed for a project: its execution rate, scores and grade.

select
    {{ own_part() }} as document_id,
    form_id,
    project_id,
    project_name,
    item,
    printed_text,
    try_cast(number_text as decimal(18, 4)) as rating,
    cast(page as integer) as page,
    cast(row_number as integer) as row_number,
    cast(column_number as integer) as column_number,
    x0,
    y0,
    x1,
    y1,
from {{ source('extracted', 'ratings') }}
