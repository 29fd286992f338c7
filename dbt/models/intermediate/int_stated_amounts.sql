-- Grain: one row per amount in prose that is the printed amount cut off, not rounded. Key:
-- statement_id. It is what the forms print, as far as it goes.

select
    cells.narrative_amount_id as statement_id,
    'prose_amount' as identity,
    cells.document_id,
    cells.form,
    amounts.page,
    amounts.row_number,
    amounts.item as subject,
    amounts.amount_text as stated,
    {{ written('cells.term_yuan') }} || '元' as expected,
    'holds_within_rounding' as verdict,
from {{ ref('int_narrative_cells') }} as cells
inner join {{ ref('stg_narrative_amounts') }} as amounts
    on cells.narrative_amount_id = amounts.narrative_amount_id
where cells.measure = 'amount' and cells.cell_rank = 1 and cells.is_cut_off
