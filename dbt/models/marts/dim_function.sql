-- Grain: one row per code of the functional classification (功能分类), and the member all for what a
-- document does not break down (未细分). Key: function_code.
-- Names are the official ones; a code that the classification lacks keeps the name it was printed
-- with most often.

with printed as (
    select
        function_code as code,
        mode(label) as name,
    from {{ ref('int_lines') }}
    where function_code <> 'all'
    group by function_code
),

codes as (
    select
        coalesce(official.code, printed.code) as code,
        coalesce(official.name, printed.name) as name,
    from {{ ref('function_classification') }} as official
    full join printed on official.code = printed.code
)

select
    codes.code as function_code,
    codes.name as function_name,
    {{ code_level('codes.code') }} as level,
    {{ class_code('codes.code') }} as class_code,
    classes.name as class_name,
    {{ group_code('codes.code') }} as group_code,
    groups.name as group_name,
    cofog.cofog_division,
    cofog.cofog_name,
from codes
left join codes as classes on classes.code = {{ class_code('codes.code') }}
left join codes as groups on groups.code = {{ group_code('codes.code') }}
left join {{ ref('function_cofog') }} as cofog on cofog.class_code = {{ class_code('codes.code') }}
union all
select
    'all' as function_code,
    '未细分' as function_name,
    'all' as level,
    null as class_code,
    null as class_name,
    null as group_code,
    null as group_name,
    null as cofog_division,
    null as cofog_name,
