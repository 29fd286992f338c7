-- Grain: one row per term of an equation about the three public expenses (“三公”经费).
-- The form of the whole appropriation prints the same as the form of the general public budget,
-- where the document's summary shows that its appropriation is of that budget alone. And each
-- expense is the sum of its economic codes (30212, 30217, 30231, 31013), where the document prints
-- the economic codes of all spending of that budget, basic and project; not where it prints those
-- of basic spending only.

with items as (
    select
        *,
        case
            when starts_with(row_item, 'three_public_') then row_item
            when starts_with(column_item, 'three_public_') then column_item
        end as item,
    from {{ ref('int_lines') }}
    where measure = 'money' and contains(form, 'three_public')
),

-- A form that occurs twice may be another unit's.
printed as (
    select
        *,
        count(*) over (partition by document_id, form_fund, phase, item) as printings,
    from items
    where item is not null and state in ('amount', 'damaged')
),

one_budget as (
    select distinct document_id
    from {{ ref('int_equal_funds') }}
    where fund = 'fiscal_appropriation' and equal_fund = 'general_public_budget'
),

pairs as (
    select
        general.document_id,
        general.form_id,
        general.form,
        general.line_id,
        appropriation.line_id as appropriation_line_id,
    from printed as general
    inner join printed as appropriation
        on
            general.document_id = appropriation.document_id
            and general.phase = appropriation.phase
            and general.item = appropriation.item
            and appropriation.form_fund = 'fiscal_appropriation'
            and appropriation.printings = 1
    semi join one_budget on general.document_id = one_budget.document_id
    where general.form_fund = 'general_public_budget' and general.printings = 1
),

economic as (
    select
        lines.document_id,
        lines.phase,
        lines.spending_kind,
        lines.economic_code,
        lines.line_id,
    from {{ ref('int_universe_lines') }} as lines
    inner join {{ ref('int_universe_forms') }} as forms
        on
            lines.universe_id = forms.universe_id
            and lines.axis = forms.axis
            and lines.form_id = forms.form_id
    where
        forms.is_reference and lines.axis = 'economic' and lines.is_leaf
        and lines.fund = 'general_public_budget' and not lines.is_repeated_form
),

-- Which kinds of spending make up the whole; a whole printed as one goes before its parts.
covered as (
    select
        document_id,
        phase,
        case when bool_or(spending_kind = 'all') then ['all'] else ['basic', 'project'] end
            as spending_kinds,
    from economic
    group by document_id, phase
    having
        bool_or(spending_kind = 'all')
        or (bool_or(spending_kind = 'basic') and bool_or(spending_kind = 'project'))
),

coded as (
    select
        printed.document_id,
        printed.form_id,
        printed.form,
        printed.line_id,
        economic.line_id as economic_line_id,
    from printed
    inner join {{ ref('balance_three_public_terms') }} as terms on printed.item = terms.item
    inner join covered
        on printed.document_id = covered.document_id and printed.phase = covered.phase
    inner join economic
        on
            printed.document_id = economic.document_id
            and printed.phase = economic.phase
            and terms.economic_code = economic.economic_code
            and list_contains(covered.spending_kinds, economic.spending_kind)
    where printed.form_fund = 'general_public_budget' and printed.printings = 1
)

select
    'three_public_across_forms' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from pairs
union all
select
    'three_public_across_forms' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    appropriation_line_id as line_id,
from pairs
union all
select distinct
    'three_public_by_economic' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from coded
union all
select
    'three_public_by_economic' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    economic_line_id as line_id,
from coded
