-- 部门数减去本级单位数，下属单位花了多少？
-- What is left of a department without its own unit?

select
    departments.department_name,
    facts.*,
from marts.rpt_department_minus_units as facts
inner join marts.dim_department as departments using (department_id)
where facts.fund = 'general_public_budget' and facts.spending_kind = 'all'
order by all;
