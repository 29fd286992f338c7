-- Grain: one row per document in raw/, whatever became of it. Key: document_id.

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
from {{ source('extracted', 'documents') }}
