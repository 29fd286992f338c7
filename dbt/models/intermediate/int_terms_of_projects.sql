-- Grain: one row per term of an equation between amounts of one project.
-- In a form of a project, each phase's total equals its funding sources. In a text about a project,
-- every section that names the project's total names the same one.

with amounts as (
    select * from {{ ref('int_project_amounts') }}
),

blocks as (
    select
        amounts.*,
        amounts.form_id || '/' || amounts.phase as equation_key,
    from amounts
    inner join {{ ref('forms') }} as catalogue on amounts.form = catalogue.form
    where catalogue.layout = 'project'
),

sides as (
    select
        *,
        case
            when amount_role = 'total' and funding_source = 'all' then 'left'
            when amount_role = 'component' and funding_source <> 'all' then 'right'
        end as side,
    from blocks
),

complete as (
    select equation_key
    from sides
    group by equation_key
    having
        count(*) filter (where side = 'left') = 1
        and count(*) filter (where side = 'right') >= 1
        -- A funding source printed twice means that two blocks were read as one.
        and count(*) filter (where side = 'right')
        = count(distinct funding_source) filter (where side = 'right')
        -- The sources are not all there where one is unknown.
        and count(*) filter (where amount_role = 'component' and funding_source is null) = 0
),

text_totals as (
    select
        amounts.*,
        row_number() over (
            partition by amounts.document_id, amounts.project_id, amounts.phase
            order by
                amounts.page, amounts.row_number, amounts.column_number,
                amounts.project_amount_id
        ) as mention,
    from amounts
    inner join {{ ref('forms') }} as catalogue on amounts.form = catalogue.form
    where
        catalogue.layout = 'text' and amounts.amount_role = 'total'
        and amounts.funding_source = 'all'
),

mentions as (
    select
        others.project_amount_id,
        others.document_id,
        others.form_id,
        others.form,
        firsts.project_amount_id as first_amount_id,
    from text_totals as others
    inner join text_totals as firsts
        on
            others.document_id = firsts.document_id
            and others.project_id = firsts.project_id
            and others.phase = firsts.phase
            and firsts.mention = 1
    where others.mention > 1
)

select
    'project_by_funding' as identity,
    sides.equation_key,
    sides.document_id,
    sides.form_id,
    sides.form,
    sides.side,
    1 as sign,
    sides.project_amount_id as line_id,
from sides
semi join complete on sides.equation_key = complete.equation_key
where sides.side is not null
union all
select
    'project_total_in_text' as identity,
    project_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    project_amount_id as line_id,
from mentions
union all
select
    'project_total_in_text' as identity,
    project_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    first_amount_id as line_id,
from mentions
