{#-
  The two sides of each equation. relation needs equation_id, identity, kind, document_id, form,
  form_id, side (left, right), sign (1, -1), amount_yuan, tolerance_yuan, state. An equation is
  computable if each of its terms has an amount; a nil term counts as zero. A side without terms is 0.
  comparison_kind: same_figure, if apart from zeros there is one amount on either side, printed equally
  fine (both round one figure, so they should be equal to the last digit); rounded_figure, if one of
  the two is printed more finely; else sum.
-#}
{% macro balance_sides(relation) -%}
    select
        equation_id,
        any_value(identity) as identity,
        any_value(kind) as kind,
        any_value(document_id) as document_id,
        any_value(form) as form,
        any_value(form_id) as form_id,
        try_cast(coalesce(sum(sign * amount_yuan) filter (where side = 'left'), 0)
            as decimal(18, 2)) as left_yuan,
        try_cast(coalesce(sum(sign * amount_yuan) filter (where side = 'right'), 0)
            as decimal(18, 2)) as right_yuan,
        try_cast(coalesce(sum(case side when 'left' then sign else -sign end * amount_yuan), 0)
            as decimal(18, 2)) as difference_yuan,
        try_cast(coalesce(sum(tolerance_yuan), 0) as decimal(18, 2)) as tolerance_yuan,
        coalesce(bool_and(state in ('amount', 'nil') and amount_yuan is not null), false)
            as is_computable,
        case
            when
                count(*) filter (where side = 'left' and amount_yuan <> 0) <> 1
                or count(*) filter (where side = 'right' and amount_yuan <> 0) <> 1
                or min(sign) filter (where amount_yuan <> 0) < 1
                then 'sum'
            when count(distinct tolerance_yuan) filter (where amount_yuan <> 0) = 1
                then 'same_figure'
            else 'rounded_figure'
        end as comparison_kind,
        count(*) as terms,
    from {{ relation }}
    group by equation_id
{%- endmacro %}

{#-
  What becomes of an equation: each printed amount is the interval of what may have been rounded to it,
  so the equation holds if the intervals of its two sides meet, that is if the difference is at most
  the sum of the terms' tolerances.
-#}
{% macro verdict(difference, tolerance, is_computable) -%}
    case
        when not {{ is_computable }} or {{ difference }} is null then 'not_computable'
        when {{ difference }} = 0 then 'holds'
        when abs({{ difference }}) <= {{ tolerance }} then 'holds_within_rounding'
        else 'violated'
    end
{%- endmacro %}

{#-
  The rows of a relation of judged equations that do not balance: those violated, and those that no
  verdict is known for. Equations that could not be computed are counted elsewhere, not failed.
-#}
{% macro unbalanced(relation) -%}
    select *
    from {{ relation }}
    where verdict is null or verdict not in (
        'holds', 'holds_within_rounding', 'holds_after_repair', 'not_computable'
    )
{%- endmacro %}

{#-
  The terms of an equation as one text, for the rows that a failing test prints: side, sign and amount,
  then form, page, row, label and print of each.
-#}
{% macro terms_text(equation_id) -%}
    (
        select
            string_agg(
                concat_ws(
                    ' ', terms.side, case when terms.sign < 0 then '-' else '+' end,
                    terms.amount_yuan, '=', prints.form_number, 'p' || prints.page,
                    'r' || prints.row_number, prints.label, prints.column_path,
                    '“' || prints.printed_text || '”'
                ),
                '; ' order by terms.side, prints.page, prints.row_number, terms.line_id
            )
        from {{ ref('balance_terms') }} as terms
        inner join {{ ref('printed_terms') }} as prints on terms.line_id = prints.line_id
        where terms.equation_id = {{ equation_id }}
    )
{%- endmacro %}

{#-
  Panels that print one column for several phases (预算数, 决算数): there each phase is its own equation;
  in others a sum may be of parts that are of other phases (年初预算数 + 预算调整数). relation needs
  form_id, panel, row_index, column_item, phase.
-#}
{% macro phased_panels(relation) -%}
    select distinct
        form_id,
        panel,
    from (
        select
            form_id,
            panel,
        from {{ relation }}
        where column_item is not null
        group by form_id, panel, row_index, column_item
        having count(distinct phase) > 1
    )
{%- endmacro %}
