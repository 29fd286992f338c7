-- Grain: one row per amount named in a document's prose. Key: narrative_amount_id.

with named as (
    select
        *,
        row_number() over (
            partition by document_id, page, sentence, item, amount_text order by number_text
        ) as repetition,
    from {{ ref('stg_narrative_amounts') }}
)

select
    {{ content_key([
        'document_id', 'page', 'sentence', 'item', 'amount_text', 'repetition',
    ]) }} as narrative_amount_id,
    document_id,
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
from named
