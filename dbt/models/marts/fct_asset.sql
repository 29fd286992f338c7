-- Grain: one row per figure printed in a form of state assets (国有资产), money and counts apart.
-- Key: line_id. Money is in amount_yuan; counts are in quantity, with their quantity_unit.

select
    lines.line_id,
    {{ file_of('lines.document_id') }} as document_id,
    lines.form,
    documents.department_id,
    documents.reporting_scope,
    documents.fiscal_year,
    lines.phase,
    coalesce(
        case when lines.column_item like 'asset_%' then lines.column_item end,
        lines.row_item,
        lines.column_item
    ) as asset_item,
    lines.label,
    lines.column_path,
    lines.row_kind,
    lines.measure,
    lines.amount_yuan,
    lines.quantity,
    case when lines.measure <> 'money' then lines.printed_unit end as quantity_unit,
    lines.printed_text,
    lines.is_repaired,
    lines.page,
from {{ ref('int_lines_repaired') }} as lines
inner join {{ ref('int_documents') }} as documents on lines.document_id = documents.document_id
where lines.form like '%_assets' and (lines.state in ('amount', 'damaged') or lines.is_repaired)
