-- Invariant: an amount is written with all its digits, and separators every three of them.
-- If this fails silently, findings tell people other figures than those that do not balance.

with amounts as (
    select cases.*,
    from (
        values
        (0.00, '0.00'),
        (0.07, '0.07'),
        (-0.50, '-0.50'),
        (999.99, '999.99'),
        (1000.00, '1,000.00'),
        (-46460000.10, '-46,460,000.10'),
        (9999999999999999.99, '9,999,999,999,999,999.99'),
        (null, null)
    ) as cases (amount_yuan, expected)
),

typed as (
    select
        cast(amount_yuan as decimal(18, 2)) as amount_yuan,
        expected,
    from amounts
),

computed as (
    select
        *,
        {{ written('amount_yuan') }} as amount_written,
    from typed
)

select *
from computed
where amount_written is distinct from expected
