-- Invariant: an amount has exactly the digits of its print, shifted by its unit. If this fails
-- silently, an amount passed through a float somewhere, and large ones are wrong at their end.

select
    lines.line_id,
    lines.number_text,
    lines.printed_unit,
    lines.amount_yuan,
from {{ ref('stg_lines') }} as lines
inner join {{ ref('units') }} as units on lines.printed_unit = units.unit
where
    lines.state = 'amount' and lines.measure = 'money'
    and cast(replace(lines.number_text, '.', '') as hugeint)
    * cast('1' || repeat('0', length(cast(units.factor as varchar)) + 9) as hugeint)
    <> cast(replace(cast(lines.amount_yuan as varchar), '.', '') as hugeint)
    * cast('1' || repeat(
        '0', 8 + case
            when contains(lines.number_text, '.') then length(split_part(lines.number_text, '.', 2))
            else 0
        end
    ) as hugeint)
