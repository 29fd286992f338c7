-- Grain: one row per department (部门 or 单位) in its region. Key: department_id.

with departments as (
    select
        department_id,
        -- The latest document's spelling.
        arg_max(department_name, coalesce(fiscal_year, 0)) as department_name,
        any_value(region_code) as region_code,
    from {{ ref('int_documents') }}
    where department_id is not null
    group by department_id
)

select
    departments.department_id,
    departments.department_name,
    departments.region_code,
    divisions.name as region_name,
    divisions.province_name,
    divisions.city_name,
    divisions.county_name,
from departments
left join {{ ref('administrative_divisions') }} as divisions
    on departments.region_code = divisions.code
