-- Grain: one row per term of an equation between a document's totals and its performance forms.
-- Project expenditure equals the sum of the project forms where these belong to the document's
-- numbered set of forms, without a gap in their numbers: then the publisher prints one for every
-- project. Forms in an appendix without numbers, and forms of key projects (重点项目), are a selection
-- and sum up to nothing.

with totals as (
    select
        totals.line_id,
        totals.document_id,
        totals.form_id,
        totals.form,
        lines.phase,
        lines.spending_kind,
    from {{ ref('int_universe_totals') }} as totals
    inner join {{ ref('int_universe_lines') }} as lines on totals.line_id = lines.line_id
    where
        totals.is_printed and not totals.is_repeated_form
        and totals.fund = 'all' and totals.flow = 'expenditure'
    qualify row_number() over (
        partition by totals.document_id, lines.phase, lines.spending_kind
        order by totals.universe_priority, totals.form_ordinal, totals.form_id
    ) = 1
),

project_forms as (
    select
        forms.document_id,
        forms.form_id,
        forms.form,
        forms.form_number,
        forms.title,
        try_cast(nullif(regexp_extract(forms.form_number, '[0-9]+'), '') as integer) as number,
        catalogue.phase,
    from {{ ref('stg_forms') }} as forms
    inner join {{ ref('forms') }} as catalogue on forms.form = catalogue.form
    where forms.found and catalogue.layout = 'project'
),

complete_sets as (
    select
        document_id,
        form,
    from project_forms
    group by document_id, form
    having
        count(*) > 1 and bool_or(form_number is not null)
        and not coalesce(bool_or(contains(title, '重点')), false)
        and coalesce(max(number) - min(number) < count(*), true)
),

-- A form's own total, else the sum of its funding sources.
form_amounts as (
    select
        *,
        bool_or(amount_role = 'total' and funding_source = 'all') over (
            partition by form_id, phase
        ) as has_total,
    from {{ ref('int_project_amounts') }}
),

spent as (
    select
        form_id,
        phase,
        project_amount_id as line_id,
    from form_amounts
    where
        (has_total and amount_role = 'total' and funding_source = 'all')
        or (not has_total and amount_role = 'component' and funding_source <> 'all')
),

-- A form of which no amount could be read still has one.
project_terms as (
    select
        project_forms.document_id,
        project_forms.form,
        project_forms.phase,
        coalesce(spent.line_id, project_forms.form_id) as line_id,
    from project_forms
    semi join complete_sets
        on
            project_forms.document_id = complete_sets.document_id
            and project_forms.form = complete_sets.form
    left join spent
        on project_forms.form_id = spent.form_id and project_forms.phase = spent.phase
),

project_equations as (
    select
        totals.line_id as equation_key,
        totals.document_id,
        totals.form_id,
        totals.form,
        project_terms.line_id,
    from totals
    inner join project_terms
        on totals.document_id = project_terms.document_id and totals.phase = project_terms.phase
    where totals.spending_kind = 'project'
),

-- The form on a whole department's performance names what the department spends.
departments as (
    select
        lines.line_id,
        lines.document_id,
        lines.form_id,
        lines.form,
        totals.line_id as total_line_id,
    from {{ ref('int_lines') }} as lines
    inner join totals
        on
            lines.document_id = totals.document_id
            and lines.phase = totals.phase
            and totals.spending_kind = 'all'
    where lines.row_item = 'department_expenditure' and lines.state in ('amount', 'damaged')
)

select distinct
    'project_spending' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    equation_key as line_id,
from project_equations
union all
select
    'project_spending' as identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    line_id,
from project_equations
union all
select
    'department_expenditure' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from departments
union all
select
    'department_expenditure' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    total_line_id as line_id,
from departments
