-- Invariant: the tolerance of an amount is half of its last printed digit, in 元; none to the 分.
-- If this fails silently, rounding is reported as an error, or an error passes as rounding.

with printed as (
    select cases.*,
    from (
        values
        (2, 1, 0.00),
        (3, 1, 0.00),
        (1, 1, 0.05),
        (0, 1, 0.50),
        (2, 10000, 50.00),
        (1, 10000, 500.00),
        (0, 10000, 5000.00),
        (4, 10000, 0.50),
        (6, 10000, 0.00),
        (2, 100000000, 500000.00),
        (null, 1, null),
        (2, null, null)
    ) as cases (decimals, factor, expected_yuan)
),

computed as (
    select
        *,
        {{ half_unit('decimals', 'factor') }} as tolerance_yuan,
    from printed
)

select *
from computed
where tolerance_yuan is distinct from cast(expected_yuan as decimal(18, 2))
