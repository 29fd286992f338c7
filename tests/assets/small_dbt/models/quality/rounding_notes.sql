select
    document_id,
    equation_id,
    'same_figure' as note_kind,
    '合计一致' as description,
    'p1 r1' as cells,
    1 as page,
from {{ ref('balance_checks') }}
