-- 基本支出和项目支出各占多少？
-- How much is basic, how much is for projects?

with spending as (
    select
        departments.department_name,
        facts.fiscal_year,
        facts.phase,
        sum(facts.amount_yuan) filter (facts.spending_kind = 'basic') as basic_yuan,
        sum(facts.amount_yuan) filter (facts.spending_kind = 'project') as project_yuan,
    from marts.fct_expenditure_by_function as facts
    inner join marts.dim_department as departments using (department_id)
    where facts.fund = 'all'
    group by all
)

select
    *,
    round(100 * project_yuan / (basic_yuan + project_yuan), 2) as project_percentage,
from spending
where basic_yuan + project_yuan > 0
order by all;
