-- 比上年增加了多少？
-- How much more than the year before?

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    facts.function_class_code,
    facts.amount_yuan,
    facts.prior_year_yuan,
    facts.change_yuan,
    facts.change_percentage,
from marts.rpt_year_on_year_by_function as facts
inner join marts.dim_department as departments using (department_id)
where
    facts.fund = 'general_public_budget' and facts.spending_kind = 'all'
    and facts.phase in ('initial_budget', 'final_account')
order by all;
