select
    line_id,
    document_id,
    form,
    form_number,
    label,
    column_path,
    printed_text,
    page,
    row_number,
    column_number,
    state,
    cast(number_text as decimal(18, 2)) as amount_yuan,
from {{ source('extracted', 'lines') }}
