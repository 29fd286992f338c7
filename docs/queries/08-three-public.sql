-- “三公”经费是多少？
-- Travel abroad, vehicles and receptions

select
    departments.department_name,
    facts.fiscal_year,
    facts.phase,
    facts.total_yuan,
    facts.abroad_yuan,
    facts.vehicle_yuan,
    facts.reception_yuan,
from marts.rpt_three_public_over_years as facts
inner join marts.dim_department as departments using (department_id)
order by all;
