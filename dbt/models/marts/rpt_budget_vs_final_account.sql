-- Grain: one row per department, scope, year, fund, spending kind and class of function (类) of
-- which a budget or a final account is known. Null means that the document is missing, not zero.

with initial_budget as (
    select * from {{ ref('rpt_expenditure_by_class') }}
    where phase = 'initial_budget'
),

final_account as (
    select * from {{ ref('rpt_expenditure_by_class') }}
    where phase = 'final_account'
)

select
    coalesce(initial_budget.department_id, final_account.department_id) as department_id,
    coalesce(initial_budget.reporting_scope, final_account.reporting_scope) as reporting_scope,
    coalesce(initial_budget.fiscal_year, final_account.fiscal_year) as fiscal_year,
    coalesce(initial_budget.fund, final_account.fund) as fund,
    coalesce(initial_budget.spending_kind, final_account.spending_kind) as spending_kind,
    coalesce(
        initial_budget.function_class_code, final_account.function_class_code
    ) as function_class_code,
    initial_budget.amount_yuan as initial_budget_yuan,
    final_account.amount_yuan as final_account_yuan,
    {{ difference('final_account.amount_yuan', 'initial_budget.amount_yuan') }} as difference_yuan,
    {{ percentage('final_account.amount_yuan', 'initial_budget.amount_yuan') }}
        as execution_percentage,
from initial_budget
full join final_account
    on
        initial_budget.department_id = final_account.department_id
        and initial_budget.reporting_scope = final_account.reporting_scope
        and initial_budget.fiscal_year = final_account.fiscal_year
        and initial_budget.fund = final_account.fund
        and initial_budget.spending_kind = final_account.spending_kind
        and initial_budget.function_class_code = final_account.function_class_code
