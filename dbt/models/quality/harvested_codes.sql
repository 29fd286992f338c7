-- Grain: one row per code of a classification that documents print. Key: (scheme, code).
-- What official documents say of each account: the names they print beside its code, in which years
-- and in how many documents. is_reviewed tells the codes of the seeds from those that documents
-- alone vouch for; names are resolved by code, the one that most documents print first.

with printed as (
    select
        case
            when lines.function_code <> 'all' then 'function'
            when left(lines.economic_code, 1) = '5' then 'government'
            else 'department'
        end as scheme,
        case
            when lines.function_code <> 'all' then lines.function_code else lines.economic_code
        end as code,
        -- Names are compared without blanks: 行 政 运 行.
        nullif(regexp_replace(lines.label, '\s', '', 'g'), '') as printed_name,
        {{ file_of('lines.document_id') }} as document_id,
        documents.fiscal_year,
    from {{ ref('int_lines') }} as lines
    inner join {{ ref('int_documents') }} as documents
        on lines.document_id = documents.document_id
    where
        lines.code_source in ('printed', 'joined')
        and (lines.function_code <> 'all' or lines.economic_code <> 'all')
),

names as (
    select
        scheme,
        code,
        printed_name,
        count(distinct document_id) as documents,
        count(*) as occurrences,
    from printed
    where printed_name is not null
    group by all
),

named as (
    select
        scheme,
        code,
        first(printed_name order by documents desc, occurrences desc, printed_name asc)
            as printed_name,
        string_agg(printed_name, '；' order by documents desc, occurrences desc, printed_name asc)
            as printed_names,
    from names
    group by all
),

codes as (
    select
        scheme,
        code,
        min(fiscal_year) as first_fiscal_year,
        max(fiscal_year) as last_fiscal_year,
        count(distinct document_id) as document_count,
    from printed
    group by all
),

reviewed as (
    select
        'function' as scheme,
        code,
        name,
    from {{ ref('function_classification') }}
    union all
    select
        scheme,
        code,
        name,
    from {{ ref('economic_classification') }}
)

select
    codes.scheme,
    codes.code,
    {{ code_level('codes.code') }} as level,
    coalesce(reviewed.name, named.printed_name) as name,
    named.printed_names,
    codes.first_fiscal_year,
    codes.last_fiscal_year,
    codes.document_count,
    reviewed.code is not null as is_reviewed,
from codes
left join named on codes.scheme = named.scheme and codes.code = named.code
left join reviewed on codes.scheme = reviewed.scheme and codes.code = reviewed.code
