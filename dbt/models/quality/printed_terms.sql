-- Grain: one row per printed amount that is a term of an equation, with what was printed and where:
-- cells of forms, amounts of project forms and amounts named in prose. Key: line_id.

select
    amounts.line_id,
    {{ file_of('coalesce(
        lines.document_id, projects.document_id, prose.document_id, forms.document_id
    )') }} as document_id,
    coalesce(lines.form, projects.form, forms.form) as form,
    amounts.form_number,
    amounts.label,
    amounts.column_path,
    amounts.printed_text,
    amounts.printed_unit,
    amounts.page,
    amounts.row_number,
    amounts.column_number,
from {{ ref('int_term_amounts') }} as amounts
left join {{ ref('int_lines') }} as lines on amounts.line_id = lines.line_id
left join {{ ref('int_project_amounts') }} as projects
    on amounts.line_id = projects.project_amount_id
left join {{ ref('stg_narrative_amounts') }} as prose
    on amounts.line_id = prose.narrative_amount_id
left join {{ ref('stg_forms') }} as forms on amounts.line_id = forms.form_id
semi join {{ ref('int_balance_terms') }} as terms on amounts.line_id = terms.line_id
