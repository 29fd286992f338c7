-- Grain: one row per code of the functional classification (功能分类), and the member all for what a
-- document does not break down (未细分). Key: function_code.
-- Names are the official ones; a code that the classification lacks keeps the name it was printed
-- with most often. A code holds from valid_from to valid_to, as far as this is reviewed, and was
-- printed for first_fiscal_year to last_fiscal_year.

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
        official.valid_from,
        official.valid_to,
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
    codes.valid_from,
    codes.valid_to,
    seen.first_fiscal_year,
    seen.last_fiscal_year,
from codes
left join codes as classes on classes.code = {{ class_code('codes.code') }}
left join codes as groups on groups.code = {{ group_code('codes.code') }}
left join {{ ref('function_cofog') }} as cofog on cofog.class_code = {{ class_code('codes.code') }}
left join {{ ref('harvested_codes') }} as seen
    on codes.code = seen.code and seen.scheme = 'function'
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
    null as valid_from,
    null as valid_to,
    null as first_fiscal_year,
    null as last_fiscal_year,
