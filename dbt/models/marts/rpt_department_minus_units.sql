-- Grain: one row per department, year, phase, fund, spending kind and class of function (类) of
-- which both the department (部门) and its own unit (单位, 本级) are published. The difference is
-- what its other units spend.

with department as (
    select * from {{ ref('rpt_expenditure_by_class') }}
    where reporting_scope = 'department'
),

own_unit as (
    select * from {{ ref('rpt_expenditure_by_class') }}
    where reporting_scope = 'unit'
),

published_units as (
    select distinct
        department_id,
        fiscal_year,
        phase,
        fund,
        spending_kind,
    from own_unit
)

select
    department.department_id,
    department.fiscal_year,
    department.phase,
    department.fund,
    department.spending_kind,
    department.function_class_code,
    department.amount_yuan as department_yuan,
    coalesce(own_unit.amount_yuan, 0) as unit_yuan,
    {{ difference('department.amount_yuan', 'coalesce(own_unit.amount_yuan, 0)') }}
        as difference_yuan,
from department
inner join published_units
    on
        department.department_id = published_units.department_id
        and department.fiscal_year = published_units.fiscal_year
        and department.phase = published_units.phase
        and department.fund = published_units.fund
        and department.spending_kind = published_units.spending_kind
left join own_unit
    on
        department.department_id = own_unit.department_id
        and department.fiscal_year = own_unit.fiscal_year
        and department.phase = own_unit.phase
        and department.fund = own_unit.fund
        and department.spending_kind = own_unit.spending_kind
        and department.function_class_code = own_unit.function_class_code
