-- Grain: one row per department, scope, year, phase, fund, spending kind and class of function.

select
    department_id,
    reporting_scope,
    fiscal_year,
    phase,
    fund,
    spending_kind,
    function_class_code,
    document_id,
    cast(100 * amount_yuan as bigint) as amount_fen,
from marts.rpt_expenditure_by_class
order by all
