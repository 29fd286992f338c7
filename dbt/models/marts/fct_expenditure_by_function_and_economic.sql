-- Grain: one row per additive expenditure amount by function and economic code: leaves only. Key:
-- line_id. Only what a document prints as a cross; never computed from margins, so empty for most
-- provinces. Filter exactly one fund, one spending_kind and one phase; then sum(amount_yuan) counts
-- nothing twice.

select
    lines.line_id,
    lines.document_id,
    lines.form,
    lines.department_id,
    lines.reporting_scope,
    lines.fiscal_year,
    lines.phase,
    lines.fund,
    lines.spending_kind,
    lines.function_code,
    lines.economic_code,
    lines.amount_yuan,
from {{ ref('fct_budget_line') }} as lines
inner join {{ ref('int_additive_leaves') }} as leaves on lines.line_id = leaves.line_id
where leaves.fact_axis = 'cross'
