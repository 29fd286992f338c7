select document_id
from {{ ref('stg_documents') }}
where false
