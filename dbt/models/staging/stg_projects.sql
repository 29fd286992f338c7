-- Grain: one row per amount printed in a form or text about a single project.

select
    {{ content_key([
        'projects.document_id', 'projects.form_id', 'projects.project_id', 'projects.page',
        'projects.row_number', 'projects.column_number', 'projects.section', 'projects.label',
        'projects.phase', 'projects.funding_source', 'projects.amount_role',
        'projects.printed_text', 'projects.x0',
    ]) }} as project_amount_key,
    {{ own_part('projects') }} as document_id,
    projects.form_id,
    projects.form,
    projects.form_number,
    projects.project_id,
    projects.project_name,
    projects.parent_project_id,
    projects.supervising_department,
    projects.implementing_unit,
    projects.phase,
    projects.funding_source,
    projects.amount_role,
    projects.section,
    projects.label,
    projects.state,
    projects.damage,
    projects.printed_text,
    projects.printed_unit,
    projects.number_text,
    cast(projects.decimals as integer) as decimals,
    case
        when projects.state = 'amount'
            then {{ yuan('projects.number_text', 'units.factor') }}
    end as amount_yuan,
    case
        when projects.state = 'amount'
            then {{ half_unit('projects.decimals', 'units.factor') }}
    end as tolerance_yuan,
    units.unit is not null or projects.printed_unit is null as is_money,
    cast(projects.page as integer) as page,
    cast(projects.row_number as integer) as row_number,
    cast(projects.column_number as integer) as column_number,
    projects.x0,
    projects.y0,
    projects.x1,
    projects.y1,
from {{ source('extracted', 'projects') }} as projects
left join {{ ref('units') }} as units on projects.printed_unit = units.unit
