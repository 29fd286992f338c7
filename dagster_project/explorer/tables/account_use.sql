-- Grain: one row per account and department that has an amount other than zero in it.

select distinct
    'function' as kind,
    function_code as code,
    coalesce(department_id, 'none') as department_id,
from marts.fct_expenditure_by_function
where amount_yuan <> 0
union all
select distinct
    'economic' as kind,
    economic_code as code,
    coalesce(department_id, 'none') as department_id,
from marts.fct_expenditure_by_economic
where amount_yuan <> 0
order by all
