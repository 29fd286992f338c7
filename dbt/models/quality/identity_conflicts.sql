-- Grain: one row per statement of the manifest that a document's text contradicts. Key:
-- (document_id, field). The manifest's value is the one in dim_document.

select
    conflicts.document_id,
    documents.file_path,
    conflicts.field,
    conflicts.manifest_value,
    conflicts.text_value,
    'manifest' as used,
from {{ ref('stg_identity_conflicts') }} as conflicts
inner join {{ ref('stg_documents') }} as documents
    on conflicts.document_id = documents.document_id
