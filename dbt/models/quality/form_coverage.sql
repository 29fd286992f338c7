-- Grain: one row per form that a document promises or prints. Key: form_id.
-- What the table of contents promises, against what was found.

with amounts as (
    select
        form_id,
        count(*) filter (where state in ('amount', 'damaged')) as cells,
    from {{ ref('stg_lines') }}
    group by form_id
),

project_amounts as (
    select
        form_id,
        count(*) filter (where state in ('amount', 'damaged')) as cells,
    from {{ ref('stg_projects') }}
    group by form_id
)

select
    forms.form_id,
    {{ file_of('forms.document_id') }} as document_id,
    forms.form,
    forms.form_number,
    forms.title,
    forms.declared,
    forms.found,
    forms.is_empty,
    coalesce(amounts.cells, 0) + coalesce(project_amounts.cells, 0) as cells,
    forms.status,
from {{ ref('stg_forms') }} as forms
left join amounts on forms.form_id = amounts.form_id
left join project_amounts on forms.form_id = project_amounts.form_id
