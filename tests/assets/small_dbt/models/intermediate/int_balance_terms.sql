select
    document_id as equation_id,
    document_id,
    'rows' as kind,
    'right' as side,
    1 as sign,
    line_id,
    amount_yuan,
    state,
    state = 'damaged' as is_recognised,
from {{ ref('int_lines') }}
