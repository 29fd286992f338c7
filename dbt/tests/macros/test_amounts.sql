-- Invariant: a printed number becomes exactly its 元, or NULL; never something rounded.
-- If this fails silently, amounts differ from the print by fractions that no equation notices.

with printed as (
    select cases.*,
    from (
        values
        ('3814.52', 10000, 38145200.00),
        ('103266640.20', 1, 103266640.20),
        ('-400000.00', 1, -400000.00),
        ('0.00', 10000, 0.00),
        ('0', 1, 0.00),
        ('0.000001', 10000, 0.01),
        ('12.345678', 10000, 123456.78),
        ('1.5', 100000000, 150000000.00),
        (null, 10000, null),
        ('', 1, null),
        ('1,000.00', 1, null),
        ('12.', 1, null),
        ('abc', 1, null),
        ('0.001', 1, null),
        ('0.0000001', 10000, null),
        ('12', null, null),
        ('99999999999999.99', 1, 99999999999999.99),
        ('-99999999999999.99', 1, -99999999999999.99),
        ('100000000000000', 1, null),
        ('9999999999999999.99', 1, null),
        ('99999999999999999', 1, null),
        ('9999999999999999', 100000000, null)
    ) as cases (number_text, factor, expected_yuan)
),

computed as (
    select
        *,
        {{ yuan('number_text', 'factor') }} as amount_yuan,
    from printed
)

select *
from computed
where amount_yuan is distinct from cast(expected_yuan as decimal(18, 2))
