select
    lines.line_id,
    lines.document_id,
    lines.form,
    lines.form_number,
    lines.label,
    lines.column_path,
    lines.printed_text,
    lines.page,
    lines.row_number,
    lines.column_number,
    lines.amount_yuan,
    repairs.line_id is not null as is_repaired,
from {{ ref('int_lines') }} as lines
left join {{ ref('stg_repairs') }} as repairs on lines.line_id = repairs.line_id
