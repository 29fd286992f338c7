-- Grain: one row per document in raw/, quarantined ones included. Key: document_id.
-- Of a file that binds the documents of several bodies (汇编) it names the first; each amount says
-- whose it is.

select
    document_id,
    file_path,
    sha256,
    format,
    text_origin,
    title,
    document_kind,
    department_id,
    reporting_scope,
    fiscal_year,
    unit,
    page_count,
    status,
    status_reason,
    source_url,
from {{ ref('int_documents') }}
where document_id = {{ file_of('document_id') }}
