-- Grain: one row per amount of money printed about a single project. Key: project_amount_id.
-- A project's own total in a phase: amount_role = 'total' and funding_source = 'all'.

select
    amounts.project_amount_id,
    amounts.project_id,
    {{ file_of('amounts.document_id') }} as document_id,
    documents.department_id,
    documents.fiscal_year,
    amounts.form,
    amounts.form_number,
    amounts.project_name,
    amounts.parent_project_id,
    amounts.supervising_department,
    amounts.implementing_unit,
    amounts.phase,
    amounts.funding_source,
    amounts.amount_role,
    amounts.section,
    amounts.label,
    amounts.amount_yuan,
    amounts.printed_text,
    amounts.printed_unit,
    amounts.is_repaired,
    amounts.page,
    amounts.row_number,
    amounts.column_number,
    amounts.x0,
    amounts.y0,
    amounts.x1,
    amounts.y1,
from {{ ref('int_project_amounts_repaired') }} as amounts
inner join {{ ref('int_documents') }} as documents on amounts.document_id = documents.document_id
