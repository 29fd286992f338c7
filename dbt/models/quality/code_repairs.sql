-- Grain: one row per row of a form whose account code was lost or misread, and resolved. Key:
-- (form_id, panel, row_index). The printed code stays beside the one that is used.

select
    {{ file_of('lines.document_id') }} as document_id,
    lines.form_id,
    lines.panel,
    lines.row_index,
    lines.form,
    lines.form_number,
    min(lines.page) as page,
    min(lines.row_number) as row_number,
    lines.label,
    lines.code_printed as printed_code,
    coalesce(nullif(lines.function_code, 'all'), lines.economic_code) as repaired_code,
    lines.code_evidence as evidence,
from {{ ref('stg_lines') }} as lines
where lines.code_evidence is not null
group by all
