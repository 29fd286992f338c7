-- Invariant: the macros behind the test `balanced` find what does not balance, and only that.
-- If this fails silently, every balance test of the warehouse is green and means nothing.

with terms as (
    select
        printed.equation_id,
        'row_total' as identity,
        'rows' as kind,
        'document' as document_id,
        'form' as form,
        'form_id' as form_id,
        printed.side,
        cast(printed.sign as integer) as sign,
        cast(printed.amount_yuan as decimal(18, 2)) as amount_yuan,
        cast(printed.tolerance_yuan as decimal(18, 2)) as tolerance_yuan,
        printed.state,
    from (
        values
        -- Exact and consistent: 10.00 = 4.00 + 6.00.
        ('consistent', 'left', 1, 10.00, 0.00, 'amount'),
        ('consistent', 'right', 1, 4.00, 0.00, 'amount'),
        ('consistent', 'right', 1, 6.00, 0.00, 'amount'),
        -- Exact and one 分 off: printed to the 分, nothing may be off.
        ('inconsistent', 'left', 1, 10.00, 0.00, 'amount'),
        ('inconsistent', 'right', 1, 4.00, 0.00, 'amount'),
        ('inconsistent', 'right', 1, 6.01, 0.00, 'amount'),
        -- 万元 with two decimals: 100 元 off, 150 元 allowed.
        ('within_rounding', 'left', 1, 671700.00, 50.00, 'amount'),
        ('within_rounding', 'right', 1, 611100.00, 50.00, 'amount'),
        ('within_rounding', 'right', 1, 60700.00, 50.00, 'amount'),
        -- The edge of rounding: as much as allowed, and one 分 more.
        ('at_the_edge', 'left', 1, 100.00, 50.00, 'amount'),
        ('at_the_edge', 'right', 1, 200.00, 50.00, 'amount'),
        ('over_the_edge', 'left', 1, 100.00, 50.00, 'amount'),
        ('over_the_edge', 'right', 1, 200.01, 50.00, 'amount'),
        -- Signs: 3.00 = 5.00 + 1.00 - 3.00.
        ('signed', 'left', 1, 3.00, 0.00, 'amount'),
        ('signed', 'right', 1, 5.00, 0.00, 'amount'),
        ('signed', 'right', 1, 1.00, 0.00, 'amount'),
        ('signed', 'right', -1, 3.00, 0.00, 'amount'),
        -- A damaged term, a blank that is not zero, a blank that is.
        ('damaged', 'left', 1, 10.00, 0.00, 'amount'),
        ('damaged', 'right', 1, null, null, 'damaged'),
        ('blank', 'left', 1, 10.00, 0.00, 'amount'),
        ('blank', 'right', 1, null, null, 'blank'),
        ('nil', 'left', 1, 10.00, 0.00, 'amount'),
        ('nil', 'right', 1, 10.00, 0.00, 'amount'),
        ('nil', 'right', 1, 0.00, 0.00, 'nil'),
        -- Nothing on the other side: it is zero there.
        ('one_sided', 'left', 1, 5.00, 0.00, 'amount')
    ) as printed (equation_id, side, sign, amount_yuan, tolerance_yuan, state)
),

sides as (
    {{ balance_sides('terms') }}
),

judged as (
    select
        equation_id,
        {{ verdict('difference_yuan', 'tolerance_yuan', 'is_computable') }} as verdict,
    from sides
),

expected as (
    select verdicts.*,
    from (
        values
        ('consistent', 'holds'),
        ('inconsistent', 'violated'),
        ('within_rounding', 'holds_within_rounding'),
        ('at_the_edge', 'holds_within_rounding'),
        ('over_the_edge', 'violated'),
        ('signed', 'holds'),
        ('damaged', 'not_computable'),
        ('blank', 'not_computable'),
        ('nil', 'holds'),
        ('one_sided', 'violated')
    ) as verdicts (equation_id, verdict)
),

missing as (
    select expected.*,
    from expected
    anti join judged
        on expected.equation_id = judged.equation_id and expected.verdict = judged.verdict
),

unexpected as (
    select judged.*,
    from judged
    anti join expected
        on judged.equation_id = expected.equation_id and judged.verdict = expected.verdict
)

select
    'missing' as problem,
    equation_id,
    verdict,
from missing
union all
select
    'unexpected' as problem,
    equation_id,
    verdict,
from unexpected
