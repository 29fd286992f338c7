-- Grain: one row per department, scope, year, phase, fund, spending kind and class of function (类),
-- beside the same of the year before. Null means that the year before is not known.

with years as (
    select * from {{ ref('rpt_expenditure_by_class') }}
)

select
    years.department_id,
    years.reporting_scope,
    years.fiscal_year,
    years.phase,
    years.fund,
    years.spending_kind,
    years.function_class_code,
    years.amount_yuan,
    before.amount_yuan as prior_year_yuan,
    {{ difference('years.amount_yuan', 'before.amount_yuan') }} as change_yuan,
    {{ percentage(difference('years.amount_yuan', 'before.amount_yuan'), 'before.amount_yuan') }}
        as change_percentage,
from years
left join years as before
    on
        years.department_id = before.department_id
        and years.reporting_scope = before.reporting_scope
        and years.fiscal_year = before.fiscal_year + 1
        and years.phase = before.phase
        and years.fund = before.fund
        and years.spending_kind = before.spending_kind
        and years.function_class_code = before.function_class_code
