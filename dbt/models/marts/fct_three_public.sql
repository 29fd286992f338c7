-- Grain: one row per figure printed in a form of three public expenses (“三公”经费), money and counts
-- apart. Key: line_id. Money is in amount_yuan; counts are in quantity, with their quantity_unit.

select
    lines.line_id,
    {{ file_of('lines.document_id') }} as document_id,
    lines.form,
    documents.department_id,
    documents.reporting_scope,
    documents.fiscal_year,
    lines.phase,
    -- Forms with the expenses as rows may head the column of their total like one of them.
    coalesce(
        case when starts_with(lines.row_item, 'three_public_') then lines.row_item end,
        case when starts_with(lines.column_item, 'three_public_') then lines.column_item end,
        lines.row_item,
        expenses.column_item
    ) as expense_item,
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
-- 金额 and 上年执行数 are no expenses: a row with a name that nobody knows is of none below them.
left join {{ ref('column_items') }} as expenses
    on
        lines.column_item = expenses.column_item
        and (
            coalesce(lines.label, '') = ''
            or (
                expenses.flow = 'expenditure'
                and coalesce(expenses.fund, expenses.phase, expenses.spending_kind) is null
            )
        )
where
    lines.form like '%three_public%'
    and (lines.state in ('amount', 'damaged') or lines.is_repaired)
