-- Grain: one row per figure that was repaired, or that a person has to look at.

select
    document_id,
    line_id,
    form_number,
    label,
    column_path,
    printed_text,
    printed_unit,
    page,
    amount_fen,
    is_repaired,
    repair_evidence,
    review_reason,
    review_candidates,
from line
where is_repaired or review_reason is not null
order by document_id, line_number
