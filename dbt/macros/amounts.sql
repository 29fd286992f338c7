{#-
  Exact 元 of a printed number: number_text (the digits as printed, without separators) times the
  number of 元 in its unit. NULL when the text is no decimal number, when the unit is no money, and
  when the product has fractions of a 分 or more than 14 digits before the point, which no body's
  budget has: nothing is rounded silently, and nothing passes through a float. Most numbers fit 64
  bits, and are read 20 times as fast for it.
-#}
{% macro yuan(number_text, factor) -%}
    {%- set product -%}
        (case
            when regexp_full_match({{ number_text }}, '[-+]?[0-9]{1,12}(\.[0-9]{1,6})?')
                then cast(cast({{ number_text }} as decimal(18, 6)) as decimal(26, 10))
            when regexp_full_match({{ number_text }}, '[-+]?[0-9]{1,16}(\.[0-9]{1,10})?')
                then cast({{ number_text }} as decimal(26, 10))
        end * cast({{ factor }} as decimal(9, 0)))
    {%- endset -%}
    case when {{ product }} = round({{ product }}, 2) and abs({{ product }}) < 100000000000000
        then cast({{ product }} as decimal(18, 2)) end
{%- endmacro %}

{#-
  Half of the last printed digit, in 元: how far the true amount may lie from the printed one
  (as in XBRL Calculations 1.1). Amounts printed to the 分 are exact, hence 0. An amount printed in 元
  without decimals may have been rounded to the 元: half a 元.
-#}
{% macro half_unit(decimals, factor) -%}
    case
        when {{ factor }} is null or {{ decimals }} is null then null
        when {{ factor }} = 1 and {{ decimals }} >= 2 then cast(0 as decimal(18, 2))
        else cast(
            cast({{ factor }} as decimal(9, 0)) * cast(5 as decimal(9, 0))
            * cast(
                case {{ decimals }}
                    when 0 then 0.1 when 1 then 0.01 when 2 then 0.001 when 3 then 0.0001
                    when 4 then 0.00001 when 5 then 0.000001 else 0
                end as decimal(9, 6)
            ) as decimal(18, 2)
        )
    end
{%- endmacro %}

{#- An amount as people write it, with separators of thousands: 46,460,000.00. Digits only. -#}
{% macro written(amount) -%}
    (
        case when {{ amount }} < 0 then '-' else '' end
        || format('{:,}', cast(split_part(cast(abs({{ amount }}) as varchar), '.', 1) as bigint))
        || '.' || split_part(cast({{ amount }} as varchar), '.', 2)
    )
{%- endmacro %}

{#- What one amount is more than another; NULL where that has no room in DECIMAL(18, 2). -#}
{% macro difference(amount, other) -%}
    try_cast(cast({{ amount }} as decimal(20, 2)) - {{ other }} as decimal(18, 2))
{%- endmacro %}

{#- An amount in percent of another, with two decimals; NULL where the other is 0. -#}
{% macro percentage(part, whole) -%}
    try_cast(
        cast(100 as decimal(3, 0)) * cast({{ part }} as decimal(20, 2)) / nullif({{ whole }}, 0)
        as decimal(18, 2)
    )
{%- endmacro %}
