-- 钱从哪里来？
-- Where does the money come from?

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    facts.revenue_source,
    facts.amount_yuan,
from marts.fct_revenue as facts
inner join marts.dim_department as departments using (department_id)
where facts.amount_yuan <> 0
order by all;
