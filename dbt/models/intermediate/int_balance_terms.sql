-- Grain: one row per (equation, line): a printed amount on one side of a balance equation (勾稽关系).
-- An equation is: sum of sign * amount_yuan over its left terms = the same over its right terms.
-- Amounts are as printed; repairs are decided from these terms, and applied after them.

with terms as (
    select * from {{ ref('int_terms_of_rows') }}
    union all
    select * from {{ ref('int_terms_of_economic_totals') }}
    union all
    select * from {{ ref('int_terms_of_columns') }}
    union all
    select * from {{ ref('int_terms_of_panels') }}
    union all
    select * from {{ ref('int_terms_of_universes') }}
    union all
    select * from {{ ref('int_terms_across_forms') }}
    union all
    select * from {{ ref('int_terms_of_projects') }}
    union all
    select * from {{ ref('int_terms_of_project_spending') }}
    union all
    select * from {{ ref('int_terms_of_three_public') }}
    union all
    select * from {{ ref('int_terms_of_equal_kinds') }}
    union all
    select * from {{ ref('int_terms_of_empty_forms') }}
    union all
    select * from {{ ref('int_terms_of_economic_columns') }}
    union all
    select * from {{ ref('int_terms_of_operating_cost') }}
    union all
    select * from {{ ref('int_terms_across_documents') }}
    union all
    select * from {{ ref('int_terms_of_prose') }}
),

-- A scan may have pages with text, and an archive documents with text: these are never repaired.
recognised_pages as (
    select distinct
        document_id,
        page,
    from {{ ref('stg_table_cells') }}
    where confidence is not null
),

recognised as (
    select distinct amounts.line_id
    from terms
    inner join {{ ref('int_term_amounts') }} as amounts on terms.line_id = amounts.line_id
    inner join {{ ref('int_documents') }} as documents on terms.document_id = documents.document_id
    left join recognised_pages
        on
            {{ file_of('terms.document_id') }} = recognised_pages.document_id
            and amounts.page = recognised_pages.page
    where
        documents.text_origin = 'ocr'
        and (documents.format in ('text', 'html') or recognised_pages.page is not null)
)

select
    {{ content_key(['terms.document_id', 'terms.identity', 'terms.equation_key']) }}
        as equation_id,
    terms.identity,
    identities.kind,
    terms.document_id,
    terms.form,
    terms.form_id,
    terms.side,
    terms.sign,
    terms.line_id,
    amounts.term_yuan as amount_yuan,
    amounts.term_tolerance_yuan as tolerance_yuan,
    amounts.term_state as state,
    -- What repair needs to know of the print.
    recognised.line_id is not null as is_recognised,
    amounts.form_number,
    amounts.printed_text,
    amounts.printed_unit,
    amounts.decimals,
    amounts.damage,
    amounts.page,
    amounts.row_number,
    amounts.column_number,
from terms
inner join {{ ref('int_term_amounts') }} as amounts on terms.line_id = amounts.line_id
inner join {{ ref('balance_identities') }} as identities on terms.identity = identities.identity
left join recognised on terms.line_id = recognised.line_id
