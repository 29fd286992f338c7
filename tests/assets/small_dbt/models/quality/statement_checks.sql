select
    document_id,
    'holds_within_rounding' as verdict,
from {{ ref('balance_checks') }}
