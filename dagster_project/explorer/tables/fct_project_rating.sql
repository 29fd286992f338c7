-- Grain: one row per result printed for a project; shards: departments.

select
    coalesce(department_id, 'none') as department_id,
    project_rating_id as line_id,
    document_id,
    project_id,
    item,
    printed_text,
from marts.fct_project_rating
order by document_id, page, row_number, column_number, project_rating_id
