-- Grain: one row per account (kind, code) that a fact uses, and each account above it.

with used as (
    select distinct
        'function' as kind,
        function_code as code,
    from marts.fct_expenditure_by_function
    union
    select distinct
        'economic' as kind,
        economic_code as code,
    from marts.fct_expenditure_by_economic
),

names as (
    select
        'function' as kind,
        function_code as code,
        function_name as name,
    from marts.dim_function
    union all
    select
        'economic' as kind,
        economic_code as code,
        any_value(economic_name order by scheme) as name,
    from marts.dim_economic
    group by economic_code
)

select
    names.kind,
    names.code,
    names.name,
from names
where exists (
    select 1 from used
    where used.kind = names.kind and starts_with(used.code, names.code)
)
order by names.kind, names.code
