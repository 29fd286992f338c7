-- 钱花成了什么（经济分类的类）？
-- What was it spent on, by economic class?

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    categories.class_code,
    categories.class_name,
    sum(facts.amount_yuan) as amount_yuan,
from marts.fct_expenditure_by_economic as facts
inner join marts.dim_economic as categories using (economic_code)
inner join marts.dim_department as departments using (department_id)
where facts.fund = 'general_public_budget' and facts.spending_kind = 'basic'
group by all
order by all;
