-- 人员经费占基本支出的多少？
-- How much of basic spending is personnel?

with spending as (
    select
        departments.department_name,
        facts.fiscal_year,
        facts.phase,
        sum(facts.amount_yuan) filter (categories.class_code in ('301', '303')) as personnel_yuan,
        sum(facts.amount_yuan) as basic_yuan,
    from marts.fct_expenditure_by_economic as facts
    inner join marts.dim_economic as categories using (economic_code)
    inner join marts.dim_department as departments using (department_id)
    where facts.fund = 'general_public_budget' and facts.spending_kind = 'basic'
    group by all
)

select
    *,
    round(100 * personnel_yuan / nullif(basic_yuan, 0), 2) as personnel_percentage,
from spending
order by all;
