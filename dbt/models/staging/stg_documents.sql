-- Grain: one row per document in raw/, whatever became of it, and one more for each further body
-- whose document the file binds (汇编). Key: document_id; that of a further body is the file's with a
-- number behind it.

with documents as (
    select * from {{ source('extracted', 'documents') }}
    union all by name
    select
        files.* replace (
            parts.part_id as document_id,
            parts.title as title,
            parts.document_kind as document_kind,
            parts.department_name as department_name,
            parts.region_code as region_code,
            parts.reporting_scope as reporting_scope,
            parts.fiscal_year as fiscal_year,
        ),
    from {{ source('extracted', 'parts') }} as parts
    inner join {{ source('extracted', 'documents') }} as files
        on parts.document_id = files.document_id
)

select
    document_id,
    file_path,
    sha256,
    cast(bytes as bigint) as bytes,
    format,
    text_origin,
    title,
    document_kind,
    department_name,
    {{ normalised_name('department_name') }} as department_name_normalised,
    region_code,
    reporting_scope,
    cast(fiscal_year as integer) as fiscal_year,
    unit,
    cast(page_count as integer) as page_count,
    status,
    status_reason,
    source_url,
    publisher,
from documents
