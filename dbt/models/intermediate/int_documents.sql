-- Grain: one row per document, with the keys of the star schema. Key: document_id.
-- A department is its name in its region: 财政局 exists in every county.

select
    *,
    case
        when department_name_normalised is not null and department_name_normalised <> ''
            then {{ content_key(['department_name_normalised', 'region_code']) }}
    end as department_id,
from {{ ref('stg_documents') }}
