-- Grain: one row per (ratio that is stated, part and whole that it may be of): shares, growth rates
-- and rates of completion in prose, and rates of execution in forms. Key: none; statement_id names
-- the ratio. It is stated rightly if it is right of one of them. Amounts are intervals of what
-- rounds to their print, so the ratio is one too.

with amounts as (
    select
        *,
        regexp_replace(sentence, '\s', '', 'g') as text,
    from {{ ref('stg_narrative_amounts') }}
    where amount_yuan is not null or percentage is not null
),

stated as (
    select * from amounts
    where percentage is not null
),

cells as (
    select * from {{ ref('int_narrative_cells') }}
),

-- What a sentence names beside its ratio.
beside as (
    select
        stated.narrative_amount_id as statement_id,
        others.*,
    from stated
    inner join amounts as others
        on
            stated.document_id = others.document_id
            and stated.page = others.page
            and stated.sentence = others.sentence
            and stated.narrative_amount_id <> others.narrative_amount_id
            and others.amount_yuan is not null
),

-- The amount of which a share or a change is said: named beside it, else printed in a form.
figures as (
    select
        stated.narrative_amount_id as statement_id,
        beside.narrative_amount_id as line_id,
        beside.amount_yuan,
        beside.tolerance_yuan,
    from stated
    inner join beside
        on stated.narrative_amount_id = beside.statement_id and stated.item = beside.item
    where beside.measure = 'amount' and beside.fiscal_year is not distinct from stated.fiscal_year
    union
    select
        narrative_amount_id as statement_id,
        line_id,
        term_yuan as amount_yuan,
        term_tolerance_yuan as tolerance_yuan,
    from cells
    where
        measure in ('rate', 'share')
        -- 减少100% leaves nothing.
        and (term_yuan <> 0 or (measure = 'rate' and cell_rank = 1))
),

growth as (
    select
        stated.narrative_amount_id as statement_id,
        'prose_growth_rate' as identity,
        beside.narrative_amount_id as part_line_id,
        figures.line_id as whole_line_id,
        case stated.direction when 'increase' then -1 else 1 end as part_sign,
        beside.amount_yuan as part_yuan,
        beside.tolerance_yuan as part_tolerance_yuan,
        case stated.direction
            when 'increase' then figures.amount_yuan - beside.amount_yuan
            else figures.amount_yuan + beside.amount_yuan
        end as whole_yuan,
        figures.tolerance_yuan + beside.tolerance_yuan as whole_tolerance_yuan,
        true as is_proper_whole,
    from stated
    inner join beside
        on
            stated.narrative_amount_id = beside.statement_id and stated.item = beside.item
            and stated.direction = beside.direction and beside.measure = 'change'
    inner join figures on stated.narrative_amount_id = figures.statement_id
    where stated.measure = 'rate'
),

-- 2023年当年预算执行数为9万元,2024年预算安排12万元,比2023年预算执行数增加33.33%: both figures stand beside
-- the rate, so what is stated is their quotient less one.
growth_between as (
    select
        stated.narrative_amount_id as statement_id,
        'prose_growth_between' as identity,
        any_value(beside.narrative_amount_id) filter (where beside.fiscal_year = stated.fiscal_year)
            as part_line_id,
        any_value(beside.narrative_amount_id) filter (where beside.fiscal_year < stated.fiscal_year)
            as whole_line_id,
        0 as part_sign,
        any_value(beside.amount_yuan) filter (where beside.fiscal_year = stated.fiscal_year)
            as part_yuan,
        any_value(beside.tolerance_yuan) filter (where beside.fiscal_year = stated.fiscal_year)
            as part_tolerance_yuan,
        any_value(beside.amount_yuan) filter (where beside.fiscal_year < stated.fiscal_year)
            as whole_yuan,
        any_value(beside.tolerance_yuan) filter (where beside.fiscal_year < stated.fiscal_year)
            as whole_tolerance_yuan,
        true as is_proper_whole,
    from stated
    inner join beside
        on stated.narrative_amount_id = beside.statement_id and stated.item = beside.item
    where stated.measure = 'rate' and stated.direction in ('increase', 'decrease')
    group by stated.narrative_amount_id
    having
        count(*) = 2 and bool_and(beside.measure = 'amount')
        and min(beside.fiscal_year) = any_value(stated.fiscal_year) - 1
        and max(beside.fiscal_year) = any_value(stated.fiscal_year)
),

completion as (
    select
        stated.narrative_amount_id as statement_id,
        'prose_completion_rate' as identity,
        any_value(beside.narrative_amount_id) filter (where beside.phase = 'final_account')
            as part_line_id,
        any_value(beside.narrative_amount_id) filter (where beside.phase = 'initial_budget')
            as whole_line_id,
        0 as part_sign,
        any_value(beside.amount_yuan) filter (where beside.phase = 'final_account') as part_yuan,
        any_value(beside.tolerance_yuan) filter (where beside.phase = 'final_account')
            as part_tolerance_yuan,
        any_value(beside.amount_yuan) filter (where beside.phase = 'initial_budget')
            as whole_yuan,
        any_value(beside.tolerance_yuan) filter (where beside.phase = 'initial_budget')
            as whole_tolerance_yuan,
        true as is_proper_whole,
    from stated
    inner join beside on stated.narrative_amount_id = beside.statement_id
    where
        stated.measure = 'rate' and stated.direction is null and beside.measure = 'amount'
        and contains(stated.text, '完成') and contains(stated.text, '预算的')
    group by stated.narrative_amount_id
    having
        count(*) = 2
        and count(distinct beside.phase) filter (
            where beside.phase in ('final_account', 'initial_budget')
        ) = 2
),

-- 占…的: a share of what the sentence names, or of a total of the forms. Where this may be the very
-- figure that the share is said of, it is no proper whole: what is stated follows from nothing.
wholes as (
    select
        beside.statement_id,
        beside.narrative_amount_id as line_id,
        beside.amount_yuan,
        beside.tolerance_yuan,
        beside.item <> stated.item as is_other,
    from beside
    inner join stated on beside.statement_id = stated.narrative_amount_id
    where beside.measure = 'amount'
    union
    -- What 其中 divides may stand sentences before its parts.
    select
        stated.narrative_amount_id as statement_id,
        divided.narrative_amount_id as line_id,
        divided.amount_yuan,
        divided.tolerance_yuan,
        true as is_other,
    from stated
    inner join amounts as divided
        on
            stated.document_id = divided.document_id
            and stated.fiscal_year is not distinct from divided.fiscal_year
            and stated.phase = divided.phase
            and stated.item <> divided.item
            and regexp_replace(stated.share_of, '^本年', '') = divided.item
    where divided.measure = 'amount'
    union
    select
        stated.narrative_amount_id as statement_id,
        totals.line_id,
        totals.term_yuan as amount_yuan,
        totals.term_tolerance_yuan as tolerance_yuan,
        bool_or(
            cells.cell_rank = 1
            and (
                totals.fund <> cells.fund
                or totals.spending_kind <> cells.spending_kind
                or totals.named_item is distinct from cells.named_item
                or totals.code is distinct from cells.code
            )
        ) as is_other,
    from stated
    inner join cells on stated.narrative_amount_id = cells.narrative_amount_id
    inner join {{ ref('int_nameable_cells') }} as totals
        on cells.cell_document_id = totals.document_id and stated.phase = totals.phase
    where
        stated.measure = 'share' and totals.code is null
        and (
            totals.named_item in (
                'three_public_total', 'three_public_and_meetings', 'procurement_total'
            )
            or (totals.named_item is null and totals.spending_kind in ('all', 'basic'))
        )
    group by
        stated.narrative_amount_id, totals.line_id, totals.term_yuan, totals.term_tolerance_yuan
),

shares as (
    select
        stated.narrative_amount_id as statement_id,
        'prose_share' as identity,
        figures.line_id as part_line_id,
        wholes.line_id as whole_line_id,
        0 as part_sign,
        figures.amount_yuan as part_yuan,
        figures.tolerance_yuan as part_tolerance_yuan,
        wholes.amount_yuan as whole_yuan,
        wholes.tolerance_yuan as whole_tolerance_yuan,
        wholes.is_other or wholes.amount_yuan <> figures.amount_yuan as is_proper_whole,
    from stated
    inner join figures on stated.narrative_amount_id = figures.statement_id
    inner join wholes on stated.narrative_amount_id = wholes.statement_id
    where stated.measure = 'share' and wholes.amount_yuan >= figures.amount_yuan
),

candidates as (
    select * from growth
    union all
    select * from growth_between
    union all
    select * from completion
    union all
    select * from shares
),

execution as (
    select
        rates.line_id as statement_id,
        'execution_rate' as identity,
        final_account.line_id as part_line_id,
        budget.line_id as whole_line_id,
        0 as part_sign,
        final_account.term_yuan as part_yuan,
        final_account.term_tolerance_yuan as part_tolerance_yuan,
        budget.term_yuan as whole_yuan,
        budget.term_tolerance_yuan as whole_tolerance_yuan,
        true as is_proper_whole,
        rates.document_id,
        rates.form,
        rates.page,
        rates.row_number,
        concat_ws(' · ', rates.label, rates.column_path) as subject,
        rates.printed_text as stated_text,
        cast(rates.quantity as decimal(20, 4)) as stated_percent,
        rates.decimals,
        0 as base_percent,
        1 as stated_sign,
    from {{ ref('int_lines') }} as rates
    inner join {{ ref('int_lines') }} as budget
        on
            rates.form_id = budget.form_id and rates.panel = budget.panel
            and rates.row_index = budget.row_index and budget.column_item = 'adjusted_budget'
    inner join {{ ref('int_lines') }} as final_account
        on
            rates.form_id = final_account.form_id and rates.panel = final_account.panel
            and rates.row_index = final_account.row_index
            and final_account.column_item = 'final_account'
    where
        rates.column_item = 'execution_rate' and rates.quantity is not null
        and budget.term_state = 'amount' and final_account.term_state in ('amount', 'nil')
),

in_prose as (
    select
        candidates.*,
        stated.document_id,
        cast(null as varchar) as form,
        stated.page,
        stated.row_number,
        stated.item as subject,
        stated.amount_text as stated_text,
        cast(stated.percentage as decimal(20, 4)) as stated_percent,
        stated.decimals,
        -- 增加33.33% is 133.33 % of last year's figure, 减少 the rest of it.
        case candidates.identity when 'prose_growth_between' then 100 else 0 end as base_percent,
        case
            when candidates.identity = 'prose_growth_between' and stated.direction = 'decrease'
                then -1
            else 1
        end as stated_sign,
    from candidates
    inner join stated on candidates.statement_id = stated.narrative_amount_id
),

statements as (
    select * from in_prose
    union all
    select * from execution
),

-- The last printed digit of the percentage: publishers cut off, and make shares add up to 100, so a
-- whole digit is what a percentage may be off.
with_steps as (
    select
        *,
        case decimals
            when 0 then 1.0000 when 1 then 0.1000 when 2 then 0.0100 when 3 then 0.0010
            else 0.0001
        end as step,
    from statements
    where whole_yuan > whole_tolerance_yuan and part_yuan is not null
)

select
    statement_id,
    identity,
    document_id,
    form,
    page,
    row_number,
    subject,
    stated_text,
    stated_percent,
    part_line_id,
    whole_line_id,
    part_sign,
    cast(step as decimal(9, 4)) as step,
    part_yuan,
    part_tolerance_yuan,
    whole_yuan,
    whole_tolerance_yuan,
    is_proper_whole,
    base_percent,
    stated_sign,
    -- Ten-thousandths of a percent, cut off, by whole numbers: a quotient of decimals is a float.
    cast(
        stated_sign * (
            cast(
                cast(part_yuan * 100 as hugeint) * 1000000 // cast(whole_yuan * 100 as hugeint)
                as decimal(24, 0)
            ) * cast(0.0001 as decimal(5, 4)) - base_percent
        ) as decimal(24, 4)
    ) as expected_percent,
    cast(base_percent + stated_sign * stated_percent - step as decimal(20, 4))
    * cast(whole_yuan - whole_tolerance_yuan as decimal(18, 2))
    <= 100 * cast(part_yuan + part_tolerance_yuan as decimal(20, 2))
    and cast(base_percent + stated_sign * stated_percent + step as decimal(20, 4))
    * cast(whole_yuan + whole_tolerance_yuan as decimal(18, 2))
    >= 100 * cast(part_yuan - part_tolerance_yuan as decimal(20, 2)) as is_right,
from with_steps
