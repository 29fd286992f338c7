-- Grain: one row per cell a person has to look at. Key: line_id.

select
    queue.line_id,
    coalesce(lines.document_id, projects.document_id) as document_id,
    coalesce(lines.form, projects.form) as form,
    amounts.page,
    amounts.label,
    amounts.column_path,
    queue.printed_text,
    queue.reason,
    queue.candidates,
from {{ ref('stg_review_queue') }} as queue
left join {{ ref('int_lines') }} as lines on queue.line_id = lines.line_id
left join {{ ref('int_project_amounts') }} as projects
    on queue.line_id = projects.project_amount_id
left join {{ ref('int_term_amounts') }} as amounts on queue.line_id = amounts.line_id
