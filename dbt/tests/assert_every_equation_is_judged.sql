-- Invariant: every equation that was written is judged, and every term of it is there.
-- If this fails silently, equations drop out in a join, and a document looks better than it is.

with kept as (
    select
        equation_id,
        count(*) as terms,
    from {{ ref('balance_terms') }}
    group by equation_id
)

select
    written.equation_id,
    written.identity,
from {{ ref('int_balance_equations') }} as written
left join {{ ref('balance_checks') }} as checks on written.equation_id = checks.equation_id
left join kept on written.equation_id = kept.equation_id
where checks.equation_id is null or kept.terms is distinct from written.terms
