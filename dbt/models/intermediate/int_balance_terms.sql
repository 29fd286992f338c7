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
    select * from {{ ref('int_terms_across_forms') }}
    union all
    select * from {{ ref('int_terms_of_projects') }}
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
from terms
inner join {{ ref('int_term_amounts') }} as amounts on terms.line_id = amounts.line_id
inner join {{ ref('balance_identities') }} as identities on terms.identity = identities.identity
