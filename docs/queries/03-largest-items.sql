-- 最大的十个项级科目，各占多少？
-- The ten largest items of function, and their share

with spending as (
    select
        departments.department_name,
        facts.fiscal_year,
        facts.function_code,
        functions.function_name,
        sum(facts.amount_yuan) as amount_yuan,
    from marts.fct_expenditure_by_function as facts
    inner join marts.dim_function as functions using (function_code)
    inner join marts.dim_department as departments using (department_id)
    where facts.fund = 'all' and facts.spending_kind = 'all' and facts.phase = 'final_account'
    group by all
)

select
    *,
    round(
        100 * amount_yuan / sum(amount_yuan) over (partition by department_name, fiscal_year), 2
    ) as percentage,
from spending
order by amount_yuan desc, function_code asc
limit 10;
