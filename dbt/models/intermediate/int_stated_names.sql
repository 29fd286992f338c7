-- Grain: one row per account code that a form prints, with the name beside it. Key: statement_id.
-- A name that belongs to other accounts only, and neither to its own code nor to a code below or
-- above it, is a wrong code or a wrong name. A name that no account bears says nothing: wordings
-- differ, and codes are renamed.

with accounts as (
    select
        code,
        name,
    from {{ ref('function_classification') }}
    union
    select
        code,
        name,
    from {{ ref('economic_classification') }}
    where scheme = 'department'
),

printed as (
    select
        document_id,
        form_id,
        any_value(form) as form,
        panel,
        row_index,
        any_value(label) as label,
        any_value(regexp_replace(label, '^[一二三四五六七八九十]+、|\s', '', 'g')) as name,
        any_value(coalesce(nullif(function_code, 'all'), nullif(economic_code, 'all'))) as code,
        any_value(code_source) as code_source,
        any_value(row_kind) as row_kind,
        min(page) as page,
        min(row_number) as row_number,
    from {{ ref('int_lines') }}
    where (function_code = 'all') <> (economic_code = 'all')
    group by document_id, form_id, panel, row_index
),

coded as (
    select printed.*
    from printed
    inner join {{ ref('int_documents') }} as documents
        on printed.document_id = documents.document_id
    where
        printed.code_source in ('printed', 'joined') and printed.name <> ''
        -- The reform of 2018, whose classification the catalogue has, gave codes to other names.
        and documents.text_origin <> 'ocr' and documents.fiscal_year >= 2018
),

compared as (
    select
        coded.form_id,
        coded.panel,
        coded.row_index,
        any_value(coded.document_id) as document_id,
        any_value(coded.form) as form,
        any_value(coded.page) as page,
        any_value(coded.row_number) as row_number,
        any_value(coded.code) as code,
        any_value(coded.label) as label,
        any_value(own.name) as own_name,
        bool_or(others.name is not null) as is_name_known,
        coalesce(bool_or(
            starts_with(others.code, coded.code) or starts_with(coded.code, others.code)
        ), false) as is_related,
    from coded
    inner join accounts as own on coded.code = own.code
    left join accounts as others
        on coded.name = others.name and length(coded.code) = length(others.code)
    group by coded.form_id, coded.panel, coded.row_index
)

select
    form_id || '/' || panel || '/' || row_index as statement_id,
    'code_and_name' as identity,
    document_id,
    form,
    page,
    row_number,
    concat_ws(' ', code, label) as subject,
    label as stated,
    own_name as expected,
    case
        when is_related then 'holds'
        when is_name_known then 'violated'
        else 'not_computable'
    end as verdict,
from compared
