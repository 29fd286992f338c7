-- Grain: one row per term of an equation between two forms of a document that print the same money.
-- A printing is one universe in one form. Each printing is compared with one other, the reference:
-- its total, and each of its codes with the reference's leaves under that code. So n printings give
-- n - 1 equations a code, not n * (n - 1) / 2.
-- A sum of rounded leaves says little of the last digit. So rounded figures are compared with the
-- row that the reference itself prints for the code, too: two prints of one figure have no rounding
-- between them. Recognised text is left out: there the row would count as evidence twice.

-- Where a form of revenue has a column 上年结转, its 合计 takes that in: it is the 收入总计 of the
-- summary, not 本年收入合计.
with carrying_forms as (
    select distinct form_id
    from {{ ref('int_universe_lines') }}
    where
        form_layout = 'rows' and flow = 'revenue' and fund = 'carry_over'
        and (state = 'damaged' or amount_yuan <> 0)
),

totals_of_forms as (
    select
        totals.*,
        carrying_forms.form_id is not null and totals.flow = 'revenue' and totals.fund = 'all'
        and coalesce(lines.column_item, '') <> 'revenue_current' as takes_in_carry_over,
    from {{ ref('int_universe_totals') }} as totals
    inner join {{ ref('int_universe_lines') }} as lines on totals.line_id = lines.line_id
    left join carrying_forms on totals.form_id = carrying_forms.form_id
),

grand_totals as (
    select
        universe_id,
        comparison_id,
        document_id,
        fund,
        flow,
        form_id,
        form,
        form_ordinal,
        universe_priority,
        is_repeated_form,
        line_id,
        state,
        amount_yuan,
        true as is_printed,
        true as takes_in_carry_over,
    from {{ ref('int_universe_lines') }}
    where
        form_layout = 'panels' and flow = 'revenue' and fund = 'all' and row_role = 'revenue_total'
        and function_code = 'all' and economic_code = 'all' and state in ('amount', 'damaged')
    qualify row_number() over (partition by universe_id, form_id order by panel, row_index) = 1
),

printed_totals as (
    select * from totals_of_forms
    union all by name
    select * from grand_totals
),

totals as (
    select
        *,
        concat_ws(
            '/', universe_id, form_id, case when takes_in_carry_over then 'with_carry_over' end
        ) as printing_id,
        dense_rank() over (
            partition by comparison_id, takes_in_carry_over
            order by
                not is_printed, flow <> 'expenditure', universe_priority, form_ordinal, form_id,
                universe_id
        ) as printing_rank,
    from printed_totals
    where not is_repeated_form
),

-- What is carried over. Two totals that differ by just that are of two reaches: one form takes it
-- in, the other prints the money of the year, and neither says so.
carried as (
    select distinct
        document_id,
        amount_yuan,
    from {{ ref('int_lines') }}
    where
        measure = 'money' and amount_yuan <> 0
        and (flow = 'opening_balance' or fund = 'carry_over')
),

sums_of_totals as (
    select
        comparison_id,
        document_id,
        form_id,
        sum(amount_yuan) as amount_yuan,
    from totals
    where not takes_in_carry_over
    group by comparison_id, document_id, form_id, universe_id
),

forms_apart as (
    select distinct
        ones.comparison_id,
        ones.form_id,
        others.form_id as other_form_id,
    from sums_of_totals as ones
    inner join sums_of_totals as others on ones.comparison_id = others.comparison_id
    inner join carried
        on
            ones.document_id = carried.document_id
            and abs(ones.amount_yuan - others.amount_yuan) = carried.amount_yuan
),

total_pairs as (
    select
        others.printing_id as equation_key,
        others.document_id,
        others.form_id,
        others.form,
        others.line_id as other_line_id,
        referents.line_id as reference_line_id,
        case
            when others.flow <> referents.flow then 'total_across_flows'
            when others.fund <> referents.fund then 'total_across_funds'
            else 'total_across_forms'
        end as identity,
    from totals as others
    inner join totals as referents
        on
            others.comparison_id = referents.comparison_id
            and others.takes_in_carry_over = referents.takes_in_carry_over
            and referents.printing_rank = 1
    anti join forms_apart
        on
            others.comparison_id = forms_apart.comparison_id
            and others.form_id = forms_apart.form_id
            and referents.form_id = forms_apart.other_form_id
    where others.printing_rank > 1 and others.form_id <> referents.form_id
),

coded as (
    select
        universe_id || '/' || form_id as printing_id,
        comparison_id,
        axis,
        document_id,
        form_id,
        form,
        form_ordinal,
        universe_id,
        universe_priority,
        fund,
        flow,
        panel,
        row_index,
        parent_row_index,
        case axis when 'function' then function_code else economic_code end as code,
        line_id,
        is_leaf,
        state,
        amount_yuan,
        term_tolerance_yuan,
    from {{ ref('int_universe_lines') }}
    where axis in ('function', 'economic') and not is_repeated_form
),

printings as (
    select
        printing_id,
        comparison_id,
        axis,
        any_value(document_id) as document_id,
        any_value(form_id) as form_id,
        any_value(form) as form,
        any_value(form_ordinal) as form_ordinal,
        any_value(universe_id) as universe_id,
        any_value(universe_priority) as universe_priority,
        any_value(fund) as fund,
        any_value(flow) as flow,
        count(*) filter (where is_leaf and length(code) >= 5 and state in ('amount', 'damaged'))
            as detailed_leaves,
        -- Accounts that head columns are printed of totals alone where rows are accounts of the
        -- other classification: such a form has no leaves along this axis.
        bool_or(is_leaf) as has_leaves,
        -- An amount under no code may belong under any: such a form is no yardstick for codes.
        bool_and(code <> 'all') filter (
            where is_leaf and (state = 'damaged' or amount_yuan <> 0)
        ) as is_fully_coded,
    from coded
    group by printing_id, comparison_id, axis
    having bool_or(code <> 'all' and state in ('amount', 'damaged'))
),

referents as (
    select *
    from printings
    where has_leaves and coalesce(is_fully_coded, true)
    qualify row_number() over (
        partition by comparison_id, axis
        order by
            detailed_leaves = 0 asc, flow <> 'expenditure' asc, universe_priority asc,
            detailed_leaves desc, form_ordinal asc, form_id asc, universe_id asc
    ) = 1
),

pairs as (
    select
        others.axis,
        others.printing_id,
        others.document_id,
        others.form_id,
        others.form,
        referents.printing_id as reference_printing_id,
        case
            when others.flow <> referents.flow then others.axis || '_across_flows'
            when others.fund <> referents.fund then others.axis || '_across_funds'
            else others.axis || '_across_forms'
        end as identity,
    from printings as others
    inner join referents
        on others.comparison_id = referents.comparison_id and others.axis = referents.axis
    anti join forms_apart
        on
            others.comparison_id = forms_apart.comparison_id
            and others.form_id = forms_apart.form_id
            and referents.form_id = forms_apart.other_form_id
    where others.form_id <> referents.form_id
),

-- A row under another one of the same account is a part of it: the unit's 301 under the total's.
outermost as (
    select coded.*
    from coded
    left join coded as above
        on
            coded.printing_id = above.printing_id
            and coded.axis = above.axis
            and coded.panel = above.panel
            and coded.parent_row_index = above.row_index
            and coded.code = above.code
    where above.line_id is null
),

-- What the other printing says of a code. A code printed twice counts as the sum of its rows. A
-- printed zero is worth it: the reference must print none under that code either.
other_codes as (
    select
        pairs.*,
        coded.code,
        pairs.printing_id || '/' || coded.code as equation_key,
        -- Its row, if one alone of those that are rounded has that code.
        case
            when
                count(*) filter (where coded.state = 'amount' and coded.term_tolerance_yuan > 0) = 1
                then
                    any_value(coded.line_id)
                    filter (where coded.state = 'amount' and coded.term_tolerance_yuan > 0)
        end as rounded_line_id,
    from pairs
    inner join coded on pairs.printing_id = coded.printing_id and pairs.axis = coded.axis
    where coded.code <> 'all' and coded.state in ('amount', 'damaged')
    group by all
),

reference_leaves as (
    select
        coded.printing_id,
        coded.axis,
        coded.code,
        coded.line_id,
        coded.state,
    from coded
    semi join referents on coded.printing_id = referents.printing_id and coded.axis = referents.axis
    where coded.is_leaf
),

-- Each leaf under its own code and under every code above it.
leaves_by_code as (
    select
        printing_id,
        axis,
        line_id,
        state,
        unnest(list_distinct([left(code, 3), left(code, 5), code])) as code,
    from reference_leaves
),

parts as (
    select
        other_codes.equation_key,
        other_codes.axis,
        leaves.line_id,
        leaves.state,
    from other_codes
    inner join leaves_by_code as leaves
        on
            other_codes.reference_printing_id = leaves.printing_id
            and other_codes.axis = leaves.axis
            and other_codes.code = leaves.code
),

-- The reference cannot say anything about a code that is finer than its own leaf.
codes_above as (
    select
        reference_printing_id,
        equation_key,
        axis,
        code,
        unnest(list_distinct([left(code, 3), left(code, 5)])) as code_above,
    from other_codes
),

finer_codes as (
    select
        codes.equation_key,
        codes.axis,
    from codes_above as codes
    inner join reference_leaves as leaves
        on
            codes.reference_printing_id = leaves.printing_id
            and codes.axis = leaves.axis
            and codes.code_above = leaves.code
    where leaves.code <> codes.code
),

comparable as (
    select other_codes.*
    from other_codes
    anti join finer_codes
        on
            other_codes.equation_key = finer_codes.equation_key
            and other_codes.axis = finer_codes.axis
),

-- The row that the reference prints for a code, if it is the only one.
reference_rows as (
    select
        coded.printing_id,
        coded.axis,
        coded.code,
        coded.line_id,
        coded.term_tolerance_yuan,
    from coded
    semi join referents on coded.printing_id = referents.printing_id and coded.axis = referents.axis
    inner join {{ ref('int_documents') }} as documents on coded.document_id = documents.document_id
    where
        coded.code <> 'all' and coded.state = 'amount' and not coded.is_leaf
        and documents.text_origin <> 'ocr'
    qualify count(*) over (partition by coded.printing_id, coded.axis, coded.code) = 1
),

descents as (
    select
        leaves.printing_id,
        leaves.axis,
        leaves.line_id,
        unnest([parents.code, grandparents.code]) as code,
    from coded as leaves
    inner join coded as parents
        on
            leaves.printing_id = parents.printing_id
            and leaves.axis = parents.axis
            and leaves.panel = parents.panel
            and leaves.parent_row_index = parents.row_index
    left join coded as grandparents
        on
            parents.printing_id = grandparents.printing_id
            and parents.axis = grandparents.axis
            and parents.panel = grandparents.panel
            and parents.parent_row_index = grandparents.row_index
    where leaves.is_leaf
),

-- All leaves under the code stand below that row: it is not one unit's of several.
whole_reference_rows as (
    select reference_rows.*
    from reference_rows
    inner join leaves_by_code as leaves
        on
            reference_rows.printing_id = leaves.printing_id
            and reference_rows.axis = leaves.axis
            and reference_rows.code = leaves.code
    left join descents
        on
            leaves.line_id = descents.line_id
            and leaves.axis = descents.axis
            and leaves.code = descents.code
    group by all
    having bool_and(descents.line_id is not null) and count(*) > 1
),

prints as (
    select
        other_codes.identity,
        other_codes.equation_key || '/row' as equation_key,
        other_codes.document_id,
        other_codes.form_id,
        other_codes.form,
        other_codes.rounded_line_id as other_line_id,
        whole_reference_rows.line_id as reference_line_id,
    from other_codes
    inner join whole_reference_rows
        on
            other_codes.reference_printing_id = whole_reference_rows.printing_id
            and other_codes.axis = whole_reference_rows.axis
            and other_codes.code = whole_reference_rows.code
    where
        other_codes.rounded_line_id is not null and whole_reference_rows.term_tolerance_yuan > 0
)

select distinct
    identity,
    equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    other_line_id as line_id,
from total_pairs
union all
select distinct
    identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    reference_line_id as line_id,
from total_pairs
union all
select
    comparable.identity,
    comparable.equation_key,
    comparable.document_id,
    comparable.form_id,
    comparable.form,
    'left' as side,
    1 as sign,
    outermost.line_id,
from comparable
inner join outermost
    on
        comparable.printing_id = outermost.printing_id
        and comparable.axis = outermost.axis
        and comparable.code = outermost.code
where outermost.state in ('amount', 'damaged')
union all
select
    comparable.identity,
    comparable.equation_key,
    comparable.document_id,
    comparable.form_id,
    comparable.form,
    'right' as side,
    1 as sign,
    parts.line_id,
from comparable
inner join parts
    on comparable.equation_key = parts.equation_key and comparable.axis = parts.axis
union all
select
    identity,
    equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    other_line_id as line_id,
from prints
union all
select
    identity,
    equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    reference_line_id as line_id,
from prints
