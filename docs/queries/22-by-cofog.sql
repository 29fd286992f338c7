-- 按联合国政府职能分类（COFOG）怎样比较？
-- By COFOG division, for comparison with other countries

select
    departments.department_name,
    facts.fiscal_year,
    functions.cofog_division,
    functions.cofog_name,
    sum(facts.amount_yuan) as amount_yuan,
from marts.fct_expenditure_by_function as facts
inner join marts.dim_function as functions using (function_code)
inner join marts.dim_department as departments using (department_id)
where
    facts.fund = 'general_public_budget' and facts.spending_kind = 'all'
    and facts.phase in ('initial_budget', 'final_account')
group by all
order by all;
