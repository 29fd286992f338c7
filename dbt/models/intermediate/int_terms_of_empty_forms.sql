-- Grain: one row per term of an equation about a form that is published empty. Where the form of a
-- fund has no amounts, the document's other forms print none for that fund: each printed total of
-- it stands against nothing. In recognised text an empty form may be one whose table was lost.

with printed as (
    select distinct form_id from {{ ref('stg_lines') }}
    where state in ('amount', 'damaged')
),

empty_forms as (
    select
        forms.document_id,
        forms.form_id,
        forms.form,
        catalogue.fund,
        catalogue.phase,
        catalogue.flow,
    from {{ ref('stg_forms') }} as forms
    inner join {{ ref('forms') }} as catalogue on forms.form = catalogue.form
    inner join {{ ref('int_documents') }} as documents on forms.document_id = documents.document_id
    anti join printed on forms.form_id = printed.form_id
    where
        forms.found and catalogue.axis = 'function'
        and catalogue.fund in ('government_fund_budget', 'state_capital_budget')
        and documents.text_origin <> 'ocr'
    -- A form printed twice may be another unit's.
    qualify count(*) over (partition by forms.document_id, forms.form) = 1
),

totals as (
    select
        empty_forms.form_id,
        empty_forms.form,
        totals.document_id,
        totals.line_id,
    from empty_forms
    inner join {{ ref('int_universe_totals') }} as totals
        on
            empty_forms.document_id = totals.document_id
            and empty_forms.fund = totals.fund
            and totals.flow = 'expenditure'
    inner join {{ ref('int_lines') }} as lines
        on totals.line_id = lines.line_id and empty_forms.phase = lines.phase
    where totals.is_printed and lines.spending_kind = 'all' and lines.state in ('amount', 'damaged')
)

select
    'empty_form' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from totals
