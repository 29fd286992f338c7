-- Grain: one row per project, to be found by its name.

select
    project_id,
    document_id,
    coalesce(department_id, 'none') as department_id,
    any_value(project_name) as project_name,
from marts.fct_project
group by all
order by department_id, document_id, project_name, project_id
