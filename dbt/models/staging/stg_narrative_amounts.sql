-- Grain: one row per amount named in a sentence of a document's prose.

select
    narrative_amounts.document_id,
    cast(narrative_amounts.page as integer) as page,
    narrative_amounts.sentence,
    narrative_amounts.item,
    narrative_amounts.amount_text,
    narrative_amounts.unit,
    narrative_amounts.number_text,
    {{ yuan('narrative_amounts.number_text', 'units.factor') }} as amount_yuan,
from {{ source('extracted', 'narrative_amounts') }} as narrative_amounts
left join {{ ref('units') }} as units on narrative_amounts.unit = units.unit
