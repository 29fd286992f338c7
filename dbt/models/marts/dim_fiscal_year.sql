-- Grain: one row per fiscal year of any document. Key: fiscal_year.

select distinct fiscal_year,
from {{ ref('int_documents') }}
where fiscal_year is not null
