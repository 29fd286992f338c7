-- Grain: one row per amount that may be to blame for a cause. Key: (cause_id, line_id).
-- A cause is a set of violated equations joined by the amounts they share, or by the same
-- difference in the same form (a column formula carries an error from one column to the next);
-- cause_id is the least of their ids. Of each amount the change that mends most of the violated
-- equations, less those it would break; rank 1 is the likeliest. On equal terms, the change nearest
-- to the print goes first.

with recursive judged as (
    select
        equation_id,
        document_id,
        difference_yuan,
        tolerance_yuan,
        verdict = 'violated' as is_violated,
    from {{ ref('balance_checks') }}
    where verdict <> 'not_computable'
),

terms as (
    select
        terms.equation_id,
        terms.line_id,
        cast(sum(case terms.side when 'left' then terms.sign else -terms.sign end) as integer)
            as coefficient,
        any_value(terms.amount_yuan) as amount_yuan,
    from {{ ref('balance_terms') }} as terms
    group by terms.equation_id, terms.line_id
    having abs(sum(case terms.side when 'left' then terms.sign else -terms.sign end)) = 1
),

violated_terms as (
    select
        terms.*,
        judged.document_id,
        judged.difference_yuan,
        judged.tolerance_yuan as equation_tolerance_yuan,
        printed.form_id,
    from terms
    inner join judged on terms.equation_id = judged.equation_id
    inner join {{ ref('int_balance_equations') }} as printed
        on terms.equation_id = printed.equation_id
    where judged.is_violated
),

neighbours as (
    select distinct
        ones.equation_id,
        others.equation_id as other_equation_id,
    from violated_terms as ones
    inner join violated_terms as others
        on
            ones.line_id = others.line_id
            or (
                ones.form_id = others.form_id
                and abs(ones.difference_yuan) = abs(others.difference_yuan)
            )
),

reachable as (
    select
        equation_id,
        equation_id as other_equation_id,
    from judged
    where is_violated
    union
    select
        reachable.equation_id,
        neighbours.other_equation_id,
    from reachable
    inner join neighbours on reachable.other_equation_id = neighbours.equation_id
),

causes as (
    select
        equation_id,
        min(other_equation_id) as cause_id,
    from reachable
    group by equation_id
),

-- What balances the equation, in 分, and one in the last printed digit of the amount.
needs as (
    select
        causes.cause_id,
        terms.document_id,
        terms.line_id,
        terms.amount_yuan,
        cast(
            100 * cast(
                terms.amount_yuan - terms.coefficient * terms.difference_yuan as decimal(24, 2)
            ) as bigint
        )
            as needed_fen,
        cast(100 * cast(terms.equation_tolerance_yuan as decimal(24, 2)) as bigint)
            as tolerance_fen,
        greatest(
            cast(200 * cast(coalesce(amounts.term_tolerance_yuan, 0) as decimal(24, 2)) as bigint),
            1
        ) as step_fen,
    from violated_terms as terms
    inner join causes on terms.equation_id = causes.equation_id
    inner join {{ ref('int_term_amounts_repaired') }} as amounts on terms.line_id = amounts.line_id
    where terms.amount_yuan is not null
),

-- Values that the equation allows and that could have been printed.
printable as (
    select
        *,
        unnest(range(
            needed_fen // step_fen - least(tolerance_fen // step_fen, 20) - 1,
            needed_fen // step_fen + least(tolerance_fen // step_fen, 20) + 2
        )) * step_fen as proposed_fen,
    from needs
),

proposals as (
    select distinct
        cause_id,
        document_id,
        line_id,
        amount_yuan,
        cast(cast(proposed_fen as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
            as proposed_yuan,
    from printable
    where abs(proposed_fen - needed_fen) <= tolerance_fen and abs(proposed_fen) < 10000000000000000
),

effects as (
    select
        proposals.cause_id,
        proposals.document_id,
        proposals.line_id,
        proposals.amount_yuan,
        proposals.proposed_yuan,
        judged.is_violated,
        abs(
            judged.difference_yuan
            + terms.coefficient * (proposals.proposed_yuan - proposals.amount_yuan)
        ) <= judged.tolerance_yuan as would_hold,
    from proposals
    inner join terms on proposals.line_id = terms.line_id
    inner join judged on terms.equation_id = judged.equation_id
),

weighed as (
    select
        cause_id,
        document_id,
        line_id,
        amount_yuan,
        proposed_yuan,
        count(*) filter (where is_violated and would_hold) as mended,
        count(*) filter (where not is_violated and not would_hold) as broken,
        -- Digits typed wrongly, two in exchange counting once; another sign is hardly a slip.
        damerau_levenshtein(cast(amount_yuan as varchar), cast(proposed_yuan as varchar))
        + case when amount_yuan * cast(sign(proposed_yuan) as integer) < 0 then 9 else 0 end
            as distance,
    from effects
    group by all
),

best as (
    select *
    from weighed
    qualify row_number() over (
        partition by cause_id, line_id order by broken - mended, distance, proposed_yuan
    ) = 1
)

select
    document_id,
    cause_id,
    line_id,
    cast(row_number() over (
        partition by cause_id order by broken - mended, distance, line_id
    ) as integer) as suspect_rank,
    amount_yuan,
    proposed_yuan,
    cast(mended as integer) as equations,
    cast(broken as integer) as equations_broken,
from best
