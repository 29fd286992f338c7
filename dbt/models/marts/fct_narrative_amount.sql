-- Grain: one row per amount named in a document's prose. Key: narrative_amount_id.

select
    narrative_amount_id,
    {{ file_of('document_id') }} as document_id,
    page,
    sentence,
    item,
    amount_text,
    unit as printed_unit,
    amount_yuan,
    row_number,
    fiscal_year,
    phase,
    measure,
    direction,
    compared_with,
    share_of,
    percentage,
from {{ ref('stg_narrative_amounts') }}
