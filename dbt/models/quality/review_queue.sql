-- Grain: one row per cell a person has to look at. Key: line_id.
-- file_path to printed_text are the first columns of raw/corrections.csv, by another name only.

select
    queue.line_id,
    {{ file_of('documents.document_id') }} as document_id,
    documents.file_path,
    coalesce(lines.form, projects.form, forms.form) as form,
    amounts.form_number,
    amounts.page,
    amounts.row_number,
    amounts.column_number,
    queue.printed_text,
    amounts.label,
    amounts.column_path,
    queue.reason,
    queue.candidates,
    queue.evidence,
from {{ ref('stg_review_queue') }} as queue
left join {{ ref('int_lines') }} as lines on queue.line_id = lines.line_id
left join {{ ref('int_project_amounts') }} as projects
    on queue.line_id = projects.project_amount_id
left join {{ ref('stg_forms') }} as forms on queue.line_id = forms.form_id
left join {{ ref('int_documents') }} as documents
    on coalesce(lines.document_id, projects.document_id, forms.document_id) = documents.document_id
left join {{ ref('int_term_amounts') }} as amounts on queue.line_id = amounts.line_id
