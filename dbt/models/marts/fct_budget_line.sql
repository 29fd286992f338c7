-- Grain: one row per printed amount of money of a recognised form, printed zeros too, except forms
-- of a single project. Key: line_id. Not additive: totals, subtotals and leaves stand side by side.
-- amount_yuan is NULL where the print is damaged and no repair is certain.

select
    lines.line_id,
    {{ file_of('lines.document_id') }} as document_id,
    lines.form,
    lines.form_number,
    documents.department_id,
    documents.reporting_scope,
    documents.fiscal_year,
    lines.phase,
    lines.flow,
    lines.fund,
    lines.spending_kind,
    lines.function_code,
    lines.economic_code,
    lines.label,
    lines.column_path,
    lines.row_kind,
    lines.amount_yuan,
    lines.printed_text,
    lines.printed_unit,
    lines.is_repaired,
    lines.page,
    lines.row_number,
    lines.column_number,
    lines.x0,
    lines.y0,
    lines.x1,
    lines.y1,
from {{ ref('int_lines_repaired') }} as lines
inner join {{ ref('int_documents') }} as documents on lines.document_id = documents.document_id
where lines.measure = 'money' and (lines.state in ('amount', 'damaged') or lines.is_repaired)
