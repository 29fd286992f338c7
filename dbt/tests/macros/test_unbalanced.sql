-- Invariant: the test `balanced` fails with violated and unjudged equations, and with no others.
-- If this fails silently, every balance test of the warehouse is green and means nothing.

with judged as (
    select equations.*,
    from (
        values
        ('exact', 'holds'),
        ('rounded', 'holds_within_rounding'),
        ('repaired', 'holds_after_repair'),
        ('unknown', 'not_computable'),
        ('wrong', 'violated'),
        ('unjudged', null),
        ('misspelt', 'hold')
    ) as equations (equation_id, verdict)
),

failing as (
    {{ unbalanced('judged') }}
),

expected as (
    select unnest(['wrong', 'unjudged', 'misspelt']) as equation_id
)

select failing.equation_id,
from failing
anti join expected on failing.equation_id = expected.equation_id
union all
select expected.equation_id,
from expected
anti join failing on expected.equation_id = failing.equation_id
