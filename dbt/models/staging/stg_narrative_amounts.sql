-- Grain: one row per amount named in a sentence of a document's prose.

select
    narrative_amounts.document_id,
    cast(narrative_amounts.page as integer) as page,
    cast(narrative_amounts.row_number as integer) as row_number,
    narrative_amounts.sentence,
    narrative_amounts.item,
    cast(narrative_amounts.fiscal_year as integer) as fiscal_year,
    narrative_amounts.phase,
    narrative_amounts.measure,
    narrative_amounts.direction,
    narrative_amounts.compared_with,
    narrative_amounts.share_of,
    narrative_amounts.amount_text,
    narrative_amounts.unit,
    narrative_amounts.number_text,
    {{ yuan('narrative_amounts.number_text', 'units.factor') }} as amount_yuan,
    case
        when narrative_amounts.unit = '%'
            then cast(narrative_amounts.number_text as decimal(18, 4))
    end as percentage,
from {{ source('extracted', 'narrative_amounts') }} as narrative_amounts
left join {{ ref('units') }} as units on narrative_amounts.unit = units.unit
