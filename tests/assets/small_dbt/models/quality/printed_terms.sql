select
    line_id,
    cast(null as varchar) as form_number,
    label,
    printed_text,
    1 as page,
    1 as row_number,
    cast(null as integer) as column_number,
from {{ ref('int_lines') }}
