-- Grain: one row per printed amount that may be a term of an equation: amount cells of forms, and
-- amounts printed about projects. Key: line_id.

select
    line_id,
    form_number,
    label,
    column_path,
    term_yuan,
    term_tolerance_yuan,
    term_state,
from {{ ref('int_lines') }}
union all
select
    project_amount_id as line_id,
    form_number,
    concat_ws(' ', project_name, label) as label,
    phase as column_path,
    amount_yuan as term_yuan,
    tolerance_yuan as term_tolerance_yuan,
    case when amount_yuan is null then 'damaged' else 'amount' end as term_state,
from {{ ref('int_project_amounts') }}
