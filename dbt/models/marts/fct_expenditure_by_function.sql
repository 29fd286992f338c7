-- Grain: one row per additive expenditure amount by function (功能分类): leaves only. Key: line_id.
-- Filter exactly one fund, one spending_kind and one phase; then sum(amount_yuan) counts nothing
-- twice.
-- Rows of one phase, fund, kind and code lie together, so that a question reads these blocks alone.

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
    lines.amount_yuan,
from {{ ref('fct_budget_line') }} as lines
inner join {{ ref('int_additive_leaves') }} as leaves on lines.line_id = leaves.line_id
where leaves.fact_axis = 'function'
order by
    lines.phase,
    lines.fund,
    lines.spending_kind,
    lines.function_code,
    lines.fiscal_year,
    lines.line_id
