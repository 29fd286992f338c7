-- Grain: one row per figure of a form of the three public expenses; shards: departments.
-- quantity is a whole number as text, or a decimal one where a document prints such.

select
    coalesce(figures.department_id, 'none') as department_id,
    figures.line_id,
    figures.document_id,
    figures.form,
    figures.phase,
    figures.expense_item,
    figures.label,
    figures.measure,
    cast(100 * figures.amount_yuan as bigint) as amount_fen,
    rtrim(rtrim(cast(figures.quantity as varchar), '0'), '.') as quantity,
    figures.quantity_unit,
from marts.fct_three_public as figures
left join line on figures.line_id = line.line_id
order by figures.document_id, figures.form, line.line_number, figures.line_id
