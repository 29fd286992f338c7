-- Grain: one row per fiscal year of a document, or of an amount that its prose names. Key:
-- fiscal_year.

select fiscal_year,
from {{ ref('int_documents') }}
where fiscal_year is not null
union
select fiscal_year,
from {{ ref('stg_narrative_amounts') }}
where fiscal_year is not null
