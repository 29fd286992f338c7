-- Grain: one row per additive revenue amount by source. Key: line_id.
-- One form per document and phase, so sum(amount_yuan) is the revenue of the year.

select
    lines.line_id,
    lines.document_id,
    lines.form,
    lines.department_id,
    lines.reporting_scope,
    lines.fiscal_year,
    lines.phase,
    leaves.revenue_source,
    lines.amount_yuan,
from {{ ref('fct_budget_line') }} as lines
inner join {{ ref('int_revenue_leaves') }} as leaves on lines.line_id = leaves.line_id
