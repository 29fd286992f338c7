-- Invariant: the level, class and group of a code follow from its digits, and nothing else is a
-- code. If this fails silently, roll-ups by class miss amounts.

with codes as (
    select cases.*,
    from (
        values
        ('all', 'all', null, null),
        ('208', 'class', '208', null),
        ('20805', 'group', '208', '20805'),
        ('2080505', 'item', '208', '20805'),
        ('30101', 'group', '301', '30101'),
        ('20', null, null, null),
        ('208050', null, null, null),
        ('2080505x', null, null, null),
        (null, null, null, null)
    ) as cases (code, expected_level, expected_class, expected_group)
),

computed as (
    select
        *,
        {{ code_level('code') }} as level,
        {{ class_code('code') }} as class_code,
        {{ group_code('code') }} as group_code,
    from codes
)

select *
from computed
where
    level is distinct from expected_level
    or class_code is distinct from expected_class
    or group_code is distinct from expected_group
