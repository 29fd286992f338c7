-- Grain: one row per term of an equation between forms of several documents of a department: its
-- own and its units' (and what prose names, if there is one unit), an account's budget column and
-- the budget, last year's figure and last year's document, the opening and the closing balance. Of
-- two documents of one kind and year it is not known which one holds, so their figures are not
-- compared. Which figures those of two years are is data: balance_document_links.

with documents as (
    select *
    from {{ ref('int_documents') }}
    where department_id is not null and status = 'loaded'
    qualify count(*) over (
        partition by department_id, reporting_scope, document_kind, fiscal_year
    ) = 1
),

cells as (
    select * from {{ ref('int_comparable_cells') }}
),

year_pairs as (
    select
        links.identity,
        cells.document_id,
        cells.form_id,
        cells.form,
        cells.line_id,
        others.line_id as other_line_id,
    from {{ ref('balance_document_links') }} as links
    inner join documents on links.document_kind = documents.document_kind
    inner join documents as previous
        on
            documents.department_id = previous.department_id
            and documents.reporting_scope = previous.reporting_scope
            and documents.fiscal_year - links.years_before = previous.fiscal_year
            and links.other_document_kind = previous.document_kind
            and documents.document_id <> previous.document_id
    inner join cells
        on
            documents.document_id = cells.document_id
            and links.phase = cells.phase
            and coalesce(links.flow, cells.flow) = cells.flow
            and contains(cells.words, coalesce(links.column_words, ''))
    inner join cells as others
        on
            previous.document_id = others.document_id
            and links.other_phase = others.phase
            and cells.meaning = others.meaning
            and coalesce(links.other_flow, cells.flow) = others.flow
    where
        (cells.state in ('amount', 'damaged') or others.state in ('amount', 'damaged'))
        and (
            cells.state = 'damaged' or others.state = 'damaged'
            or cells.term_yuan <> 0 or others.term_yuan <> 0
        )
),

unit_pairs as (
    select
        units.document_id,
        units.unit_document_id,
        cells.form_id,
        cells.form,
        cells.form_base,
        cells.phase,
        cells.flow,
        cells.meaning,
        cells.is_grand_total,
        cells.line_id,
        cells.state,
        cells.term_yuan,
        others.line_id as unit_line_id,
        others.state as unit_state,
        others.term_yuan as unit_yuan,
    from {{ ref('int_department_units') }} as units
    inner join cells on units.document_id = cells.document_id
    left join cells as others
        on
            units.unit_document_id = others.document_id
            and cells.meaning = others.meaning
            and cells.phase = others.phase
            and cells.flow = others.flow
),

unit_sums as (
    select
        document_id,
        line_id,
        any_value(is_grand_total) as is_grand_total,
        any_value(term_yuan) as term_yuan,
        sum(unit_yuan) as units_yuan,
        bool_or(state in ('amount', 'damaged') or unit_state in ('amount', 'damaged'))
        and (
            bool_or(state = 'damaged' or unit_state = 'damaged')
            or any_value(term_yuan) <> 0 or bool_or(unit_yuan <> 0)
        ) as is_worth_checking,
    from unit_pairs
    group by document_id, line_id
    having bool_or(unit_line_id is not null)
),

-- All units are here where their totals add up to the department's, in two forms at least.
whole_departments as (
    select document_id
    from unit_sums
    where is_grand_total and term_yuan = units_yuan and term_yuan <> 0
    group by document_id
    having count(*) > 1
),

document_forms as (
    select distinct
        document_id,
        form_base,
    from cells
),

-- A form that one of the units lacks adds up to nothing.
complete_forms as (
    select
        units.document_id,
        department_cells.form_base,
    from {{ ref('int_department_units') }} as units
    inner join document_forms as department_cells
        on units.document_id = department_cells.document_id
    left join document_forms as unit_cells
        on
            units.unit_document_id = unit_cells.document_id
            and department_cells.form_base = unit_cells.form_base
    group by units.document_id, department_cells.form_base
    having bool_and(unit_cells.form_base is not null)
),

unit_instances as (
    select unit_pairs.*
    from unit_pairs
    semi join whole_departments on unit_pairs.document_id = whole_departments.document_id
    semi join complete_forms
        on
            unit_pairs.document_id = complete_forms.document_id
            and unit_pairs.form_base = complete_forms.form_base
    inner join unit_sums on unit_pairs.line_id = unit_sums.line_id and unit_sums.is_worth_checking
),

-- A department that is one unit says of itself what the unit says.
only_units as (
    select
        document_id,
        any_value(unit_document_id) as unit_document_id,
    from {{ ref('int_department_units') }}
    group by document_id
    having count(*) = 1
),

-- What a document names once only, so that it is known which of its figures is meant.
named_once as (
    select
        *,
        regexp_replace(item, '本部门|本单位', '') as own_item,
    from {{ ref('stg_narrative_amounts') }}
    where measure in ('amount', 'change') and amount_yuan <> 0
    qualify count(*) over (
        partition by document_id, own_item, measure, direction, fiscal_year, phase
    ) = 1
),

prose_pairs as (
    select
        only_units.document_id,
        department_amounts.narrative_amount_id as line_id,
        unit_amounts.narrative_amount_id as unit_line_id,
    from only_units
    semi join whole_departments on only_units.document_id = whole_departments.document_id
    inner join named_once as department_amounts
        on only_units.document_id = department_amounts.document_id
    inner join named_once as unit_amounts
        on
            only_units.unit_document_id = unit_amounts.document_id
            and department_amounts.own_item = unit_amounts.own_item
            and department_amounts.measure = unit_amounts.measure
            and department_amounts.direction is not distinct from unit_amounts.direction
            and department_amounts.fiscal_year = unit_amounts.fiscal_year
            and department_amounts.phase = unit_amounts.phase
)

select
    identity,
    line_id || '/' || other_line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from year_pairs
union all
select
    identity,
    line_id || '/' || other_line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    other_line_id as line_id,
from year_pairs
union all
select distinct
    'department_and_units' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from unit_instances
union all
select
    'department_and_units' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    unit_line_id as line_id,
from unit_instances
where unit_line_id is not null
union all
select
    'department_and_units' as identity,
    line_id as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    unnest(['left', 'right']) as side,
    1 as sign,
    unnest([line_id, unit_line_id]) as line_id,
from prose_pairs
