-- 有多少车辆、房屋和设备？
-- Vehicles, buildings and equipment in use

select
    departments.department_name,
    assets.fiscal_year,
    assets.label,
    assets.column_path,
    assets.measure,
    coalesce(assets.amount_yuan, assets.quantity) as value,
    assets.quantity_unit,
from marts.fct_asset as assets
inner join marts.dim_department as departments using (department_id)
order by all
limit 10;
