-- 会议费、培训费、差旅费花了多少？
-- Meetings, training and travel

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    categories.economic_name,
    sum(facts.amount_yuan) as amount_yuan,
from marts.fct_expenditure_by_economic as facts
inner join marts.dim_economic as categories using (economic_code)
inner join marts.dim_department as departments using (department_id)
where
    facts.economic_code in ('30211', '30215', '30216')
    and facts.fund = 'general_public_budget' and facts.spending_kind = 'basic'
group by all
order by all;
