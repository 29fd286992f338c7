-- Grain: one row per code of the economic classification (经济分类), department (部门) or government
-- (政府) scheme, and the member all for what a document does not break down. Key: economic_code.
-- A code holds from valid_from to valid_to, as far as this is reviewed, and was printed for
-- first_fiscal_year to last_fiscal_year.

with printed as (
    select
        economic_code as code,
        mode(label) as name,
    from {{ ref('int_lines') }}
    where economic_code <> 'all'
    group by economic_code
),

codes as (
    select
        coalesce(official.code, printed.code) as code,
        coalesce(official.name, printed.name) as name,
        official.valid_from,
        official.valid_to,
        coalesce(
            official.scheme,
            case left(printed.code, 1) when '3' then 'department' when '5' then 'government' end
        ) as scheme,
    from {{ ref('economic_classification') }} as official
    full join printed on official.code = printed.code
)

select
    codes.code as economic_code,
    codes.name as economic_name,
    codes.scheme,
    {{ code_level('codes.code') }} as level,
    {{ class_code('codes.code') }} as class_code,
    classes.name as class_name,
    codes.valid_from,
    codes.valid_to,
    seen.first_fiscal_year,
    seen.last_fiscal_year,
from codes
left join codes as classes on classes.code = {{ class_code('codes.code') }}
left join {{ ref('harvested_codes') }} as seen
    on codes.code = seen.code and codes.scheme = seen.scheme
union all
select
    'all' as economic_code,
    '未细分' as economic_name,
    'all' as scheme,
    'all' as level,
    null as class_code,
    null as class_name,
    null as valid_from,
    null as valid_to,
    null as first_fiscal_year,
    null as last_fiscal_year,
