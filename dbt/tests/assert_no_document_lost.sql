-- Invariant: every registered document is in the warehouse, whatever became of it.
-- If this fails silently, a quarantined or empty document disappears, and nobody misses it.

select documents.document_id
from {{ ref('stg_documents') }} as documents
anti join {{ ref('dim_document') }} as kept
    on {{ file_of('documents.document_id') }} = kept.document_id
