-- Grain: one row per statement of the manifest that a document's text contradicts.

select
    document_id,
    field,
    manifest_value,
    text_value,
from {{ source('extracted', 'identity_conflicts') }}
