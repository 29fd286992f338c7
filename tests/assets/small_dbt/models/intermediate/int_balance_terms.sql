select
    document_id as equation_id,
    'rows' as kind,
    'right' as side,
    1 as sign,
    line_id,
    amount_yuan,
from {{ ref('int_lines') }}
