-- Grain: one row per cell a person has to look at. Key: line_id.

select
    queue.line_id,
    lines.document_id,
    lines.form,
    lines.page,
    lines.label,
    lines.column_path,
    queue.printed_text,
    queue.reason,
    queue.candidates,
from {{ ref('stg_review_queue') }} as queue
left join {{ ref('int_lines') }} as lines on queue.line_id = lines.line_id
