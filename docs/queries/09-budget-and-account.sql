-- 预算执行得怎样？
-- Did they spend what they planned?

select
    departments.department_name,
    facts.fiscal_year,
    facts.function_class_code,
    facts.initial_budget_yuan,
    facts.final_account_yuan,
    facts.execution_percentage,
from marts.rpt_budget_vs_final_account as facts
inner join marts.dim_department as departments using (department_id)
where facts.fund = 'general_public_budget' and facts.spending_kind = 'all'
order by all;
