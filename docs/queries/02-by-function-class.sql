-- 钱花在哪些方面（功能分类的类）？
-- What was the money for, by class of function?

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    functions.class_code,
    functions.class_name,
    sum(facts.amount_yuan) as amount_yuan,
from marts.fct_expenditure_by_function as facts
inner join marts.dim_function as functions using (function_code)
inner join marts.dim_department as departments using (department_id)
where
    facts.fund = 'general_public_budget' and facts.spending_kind = 'all'
    and facts.phase in ('initial_budget', 'final_account')
group by all
order by all;
