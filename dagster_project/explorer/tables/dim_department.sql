-- Grain: one row per department.

select
    department_id,
    department_name,
    region_code,
    region_name,
    province_name,
    city_name,
from marts.dim_department
order by region_code, department_name
