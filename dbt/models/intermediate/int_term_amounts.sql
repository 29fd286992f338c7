-- Grain: one row per printed amount that may be a term of an equation: amount cells of forms,
-- amounts printed about projects, and amounts named in prose. A project form of which no amount
-- could be read stands for the amount it must have printed. Key: line_id.

select
    line_id,
    document_id,
    form_number,
    label,
    column_path,
    term_yuan,
    term_tolerance_yuan,
    term_state,
    printed_text,
    printed_unit,
    decimals,
    damage,
    page,
    row_number,
    column_number,
from {{ ref('int_lines') }}
union all
select
    projects.project_amount_id as line_id,
    projects.document_id,
    projects.form_number,
    concat_ws(' ', projects.project_name, projects.label) as label,
    phases.column_name as column_path,
    projects.amount_yuan as term_yuan,
    projects.tolerance_yuan as term_tolerance_yuan,
    case when projects.amount_yuan is null then 'damaged' else 'amount' end as term_state,
    projects.printed_text,
    projects.printed_unit,
    projects.decimals,
    projects.damage,
    projects.page,
    projects.row_number,
    projects.column_number,
from {{ ref('int_project_amounts') }} as projects
left join {{ ref('column_items') }} as phases on projects.phase = phases.column_item
union all
select
    forms.form_id as line_id,
    forms.document_id,
    forms.form_number,
    forms.title as label,
    phases.column_name as column_path,
    cast(null as decimal(18, 2)) as term_yuan,
    cast(null as decimal(18, 2)) as term_tolerance_yuan,
    'damaged' as term_state,
    cast(null as varchar) as printed_text,
    forms.unit as printed_unit,
    cast(null as integer) as decimals,
    'no amount of the form could be read' as damage,
    forms.page,
    cast(null as integer) as row_number,
    cast(null as integer) as column_number,
from {{ ref('stg_forms') }} as forms
inner join {{ ref('forms') }} as catalogue on forms.form = catalogue.form
left join {{ ref('column_items') }} as phases on catalogue.phase = phases.column_item
where forms.found and catalogue.layout = 'project'
union all
select
    narrative_amount_id as line_id,
    document_id,
    cast(null as varchar) as form_number,
    item as label,
    '文字' as column_path,
    amount_yuan as term_yuan,
    tolerance_yuan as term_tolerance_yuan,
    case when amount_yuan is null then 'damaged' else 'amount' end as term_state,
    amount_text as printed_text,
    unit as printed_unit,
    decimals,
    case when amount_yuan is null then 'no amount in 元 and 分' end as damage,
    page,
    row_number,
    cast(null as integer) as column_number,
from {{ ref('stg_narrative_amounts') }}
where measure in ('amount', 'change')
