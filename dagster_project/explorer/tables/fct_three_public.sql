-- Grain: one row per figure of a form of the three public expenses; shards: departments.
-- quantity is a whole number as text, or a decimal one where a document prints such.

select
    coalesce(department_id, 'none') as department_id,
    line_id,
    document_id,
    form,
    phase,
    expense_item,
    label,
    measure,
    cast(100 * amount_yuan as bigint) as amount_fen,
    rtrim(rtrim(cast(quantity as varchar), '0'), '.') as quantity,
from marts.fct_three_public
order by document_id, form, page, line_id
