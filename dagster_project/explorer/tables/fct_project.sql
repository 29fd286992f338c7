-- Grain: one row per amount printed about a project; shards: departments.

select
    coalesce(department_id, 'none') as department_id,
    project_amount_id as line_id,
    project_id,
    document_id,
    project_name,
    parent_project_id,
    supervising_department,
    implementing_unit,
    phase,
    funding_source,
    amount_role,
    section,
    label,
    cast(100 * amount_yuan as bigint) as amount_fen,
from marts.fct_project
order by document_id, page, row_number, column_number, project_amount_id
