-- Grain: one row per amount named in a sentence of a document's prose. Key: narrative_amount_id.

with named as (
    select
        *,
        row_number() over (
            partition by document_id, page, sentence, item, amount_text
            order by
                number_text, row_number, measure, phase, fiscal_year, direction, compared_with,
                share_of
        ) as repetition,
        coalesce(length(nullif(split_part(number_text, '.', 2), '')), 0) as decimals,
    from {{ source('extracted', 'narrative_amounts') }}
)

select
    {{ content_key([
        'named.document_id', 'named.page', 'named.sentence', 'named.item', 'named.amount_text',
        'named.repetition',
    ]) }} as narrative_amount_id,
    {{ own_part('named') }} as document_id,
    cast(named.page as integer) as page,
    cast(named.row_number as integer) as row_number,
    named.sentence,
    named.item,
    cast(named.fiscal_year as integer) as fiscal_year,
    named.phase,
    named.measure,
    named.direction,
    named.compared_with,
    named.share_of,
    named.amount_text,
    named.unit,
    named.number_text,
    cast(named.decimals as integer) as decimals,
    {{ yuan('named.number_text', 'units.factor') }} as amount_yuan,
    {{ half_unit('named.decimals', 'units.factor') }} as tolerance_yuan,
    case
        when named.unit = '%' then try_cast(named.number_text as decimal(18, 4))
    end as percentage,
from named
left join {{ ref('units') }} as units on named.unit = units.unit
