-- Grain: one row per term of an equation between prose and forms (文表一致).
-- What a sentence names is what the forms print; what it says of last year is the difference to the
-- forms of last year, where these are here too, or to what it says of last year itself; the parts
-- that it lists are the sum that it names; what it names twice is alike.

with cells as (
    select * from {{ ref('int_narrative_cells') }}
),

amounts as (
    select
        amounts.*,
        documents.fiscal_year as document_year,
        documents.department_id,
        documents.reporting_scope,
        documents.document_kind,
    from {{ ref('stg_narrative_amounts') }} as amounts
    inner join {{ ref('int_documents') }} as documents
        on amounts.document_id = documents.document_id
),

-- A zero beside a blank says nothing. A figure that prose cuts off instead of rounding it is no
-- interval of its print: it stands in int_stated_amounts.
printed as (
    select
        cells.*,
        amounts.sentence,
    from cells
    inner join amounts on cells.narrative_amount_id = amounts.narrative_amount_id
    where
        cells.measure = 'amount' and cells.cell_rank = 1
        and (amounts.amount_yuan <> 0 or cells.term_yuan <> 0)
        and not cells.is_cut_off
        -- What a budget expects to be carried out in the year that is ending is no account of it.
        and not (
            amounts.fiscal_year < amounts.document_year
            and contains(regexp_replace(amounts.sentence, '\s', '', 'g'), '预算执行数')
        )
),

-- 执行数 and 决算数 of last year are not what was budgeted for it.
changes as (
    select *
    from amounts
    where
        measure = 'change' and direction is not null and document_year = fiscal_year
        and coalesce(compared_with, 'prior_year') = 'prior_year'
        and not regexp_matches(sentence, '执行数|执行情况|决算数')
),

-- The figure of this year as the sentence itself rounds it, where it does; publishers subtract
-- rounded figures.
current_figures as (
    select
        changes.narrative_amount_id,
        cells.named_item,
        cells.code,
        cells.fund,
        cells.flow,
        cells.spending_kind,
        cells.form,
        cells.form_id,
        cells.cell_rank,
        coalesce(said.narrative_amount_id, cells.line_id) as line_id,
        coalesce(said.amount_yuan, cells.term_yuan) as term_yuan,
        coalesce(said.tolerance_yuan, cells.term_tolerance_yuan) as tolerance_yuan,
    from changes
    inner join cells on changes.narrative_amount_id = cells.narrative_amount_id
    left join lateral (
        select others.*
        from amounts as others
        inner join cells as other_cells
            on
                others.narrative_amount_id = other_cells.narrative_amount_id
                and other_cells.cell_rank = 1 and other_cells.is_equal
        where
            others.document_id = changes.document_id
            and others.measure = 'amount'
            and other_cells.named_item is not distinct from cells.named_item
            and other_cells.code is not distinct from cells.code
            and other_cells.fund = cells.fund
            and other_cells.spending_kind = cells.spending_kind
            and abs(others.amount_yuan - cells.term_yuan)
            <= others.tolerance_yuan + cells.term_tolerance_yuan
        order by
            others.sentence <> changes.sentence, others.page, others.row_number,
            others.narrative_amount_id
        limit 1
    ) as said on true
),

comparisons as (
    select
        changes.narrative_amount_id,
        changes.document_id,
        changes.direction,
        figures.form,
        figures.form_id,
        figures.line_id as current_line_id,
        priors.line_id as prior_line_id,
        row_number() over (
            partition by changes.narrative_amount_id
            order by
                abs(
                    figures.term_yuan - priors.term_yuan
                    - case changes.direction
                        when 'increase' then changes.amount_yuan
                        when 'decrease' then -changes.amount_yuan
                        else 0
                    end
                ) > figures.tolerance_yuan + priors.term_tolerance_yuan
                + coalesce(changes.tolerance_yuan, 0) asc,
                figures.cell_rank asc, priors.line_id asc
        ) as choice,
    from changes
    inner join current_figures as figures
        on changes.narrative_amount_id = figures.narrative_amount_id
    inner join {{ ref('int_documents') }} as prior_documents
        on
            changes.department_id = prior_documents.department_id
            and changes.reporting_scope = prior_documents.reporting_scope
            and changes.document_kind = prior_documents.document_kind
            and changes.document_year - 1 = prior_documents.fiscal_year
    inner join {{ ref('int_nameable_cells') }} as priors
        on
            prior_documents.document_id = priors.document_id
            and changes.phase = priors.phase
            and figures.form = priors.form
            and figures.named_item is not distinct from priors.named_item
            and figures.code is not distinct from priors.code
            and figures.fund = priors.fund
            and figures.flow = priors.flow
            and figures.spending_kind = priors.spending_kind
),

chosen as (
    select * from comparisons
    where choice = 1
),

-- 2023年预算执行数为9万元,2024年预算安排9万元,比2023年预算执行数持平: last year's figure is said beside the
-- change, and this year's, too, or the forms print it.
said_years as (
    select
        changes.narrative_amount_id,
        any_value(changes.document_id) as document_id,
        any_value(changes.direction) as direction,
        any_value(changes.sentence) as sentence,
        any_value(others.narrative_amount_id) filter (
            where others.fiscal_year = changes.fiscal_year
        ) as current_id,
        any_value(others.narrative_amount_id) filter (
            where others.fiscal_year = changes.fiscal_year - 1
        ) as prior_id,
        any_value(others.phase) filter (where others.fiscal_year = changes.fiscal_year - 1)
            as prior_phase,
    from amounts as changes
    inner join amounts as others
        on
            changes.document_id = others.document_id
            and changes.page = others.page
            and changes.sentence = others.sentence
            and changes.item = others.item
    where
        changes.measure = 'change' and changes.direction is not null
        and changes.document_year = changes.fiscal_year and others.measure = 'amount'
    group by changes.narrative_amount_id
    having
        count(*) filter (where others.fiscal_year = changes.fiscal_year - 1) = 1
        and count(*) filter (where others.fiscal_year = changes.fiscal_year) = count(*) - 1
        and count(*) <= 2
),

-- What was carried out is another figure of that year than what was budgeted.
said_comparisons as (
    select
        said_years.*,
        coalesce(said_years.current_id, cells.line_id) as current_line_id,
    from said_years
    left join cells
        on said_years.narrative_amount_id = cells.narrative_amount_id and cells.cell_rank = 1
    where
        coalesce(said_years.current_id, cells.line_id) is not null
        and (said_years.prior_phase = 'final_account') = regexp_matches(
            regexp_replace(said_years.sentence, '\s', '', 'g'),
            '[比较与和同](20[0-9]{2}年|上年|去年)[^,，。;；0-9]{0,12}(执行数|决算数)'
        )
),

-- 项目总预算9万元,其中A 4万元,B 5万元,合计9万元: the whole is named before its parts and after them, and
-- every figure of the sentence was read.
listed as (
    select
        narrative_amount_id,
        document_id,
        measure,
        fiscal_year,
        phase,
        document_id || '/' || page || '/' || sentence as sentence_key,
        count(*) over (partition by document_id, page, sentence, item) as namings,
        len(regexp_extract_all(sentence, '[0-9]\s*[百千万亿]*[元万亿]')) as figures,
    from amounts
    where
        item is not null
        and regexp_matches(sentence, '其中.*[,，、](以上)?(合计|共计|总计)(为|约)?\s*[0-9]')
),

listed_sums as (
    select sentence_key
    from listed
    group by sentence_key
    having
        bool_and(measure = 'amount') and min(fiscal_year) = max(fiscal_year)
        and min(phase) = max(phase)
        and count(*) filter (where namings = 2) = 2 and max(namings) = 2
        and count(*) = any_value(figures)
),

-- One cell that several sentences name: each of them is held against the first.
namings as (
    select
        amounts.narrative_amount_id,
        amounts.document_id,
        first_value(amounts.narrative_amount_id) over (
            partition by amounts.document_id, printed.line_id
            order by amounts.page, amounts.row_number, amounts.narrative_amount_id
        ) as first_id,
    from amounts
    inner join printed on amounts.narrative_amount_id = printed.narrative_amount_id
    where amounts.amount_yuan <> 0
),

-- The changes of the three public expenses, each said once, add up as these do. 持平 is none.
expense_sums as (
    select
        identity,
        side,
        sign,
        column_item,
        count(*) over (partition by identity) as terms,
    from {{ ref('balance_column_terms') }}
    where identity in ('three_public_total', 'three_public_vehicle')
),

expenses_named_once as (
    select
        narrative_amount_id,
        document_id,
        named_item,
        phase,
        direction,
    from {{ ref('int_narrative_items') }}
    where
        measure = 'change' and direction is not null and compared_with = 'prior_year'
        and fiscal_year = document_year and not regexp_matches(sentence, '执行数|执行情况|决算数')
    qualify count(*) over (partition by document_id, phase, named_item) = 1
),

expense_changes as (
    select
        sums.identity,
        sums.side,
        sums.sign * case changes.direction when 'decrease' then -1 else 1 end as sign,
        changes.narrative_amount_id,
        changes.document_id,
        changes.phase,
        changes.direction,
    from expense_sums as sums
    inner join expenses_named_once as changes on sums.column_item = changes.named_item
    qualify
        count(*) over (partition by changes.document_id, changes.phase, sums.identity) = sums.terms
),

-- 基本支出…,其中: (一) 人员经费… (二) 公用经费…: what follows one another, in the order of the print.
basic_amounts as (
    select
        narrative_amount_id,
        document_id,
        spending_kind,
        regexp_matches(sentence, '其中|包括') as is_divided,
        row_number() over (
            partition by document_id
            order by page, row_number, strpos(sentence, amount_text), narrative_amount_id
        ) as place,
    from {{ ref('int_narrative_items') }}
    where
        measure = 'amount' and named_item is null and fiscal_year = document_year
        and spending_kind in ('basic', 'basic_personnel', 'basic_public')
),

basic_parts as (
    select
        wholes.document_id,
        wholes.narrative_amount_id as whole_id,
        personnel.narrative_amount_id as personnel_id,
        public_parts.narrative_amount_id as public_id,
    from basic_amounts as wholes
    inner join basic_amounts as personnel
        on
            wholes.document_id = personnel.document_id and wholes.place + 1 = personnel.place
            and personnel.spending_kind = 'basic_personnel'
    inner join basic_amounts as public_parts
        on
            wholes.document_id = public_parts.document_id and wholes.place + 2 = public_parts.place
            and public_parts.spending_kind = 'basic_public'
    where wholes.spending_kind = 'basic' and wholes.is_divided
),

basic_terms as (
    select
        whole_id,
        document_id,
        unnest(['left', 'right', 'right']) as side,
        unnest([whole_id, personnel_id, public_id]) as line_id,
    from basic_parts
),

-- The change of the appropriation and those of its three budgets, each said once in the document.
fund_changes as (
    select
        narrative_amount_id,
        document_id,
        flow,
        direction,
        case fund when 'fiscal_appropriation' then 'left' else 'right' end as side,
        count(distinct fund) over (partition by document_id, flow) as funds,
        count(*) over (partition by document_id, flow) as changes,
    from {{ ref('int_narrative_items') }}
    where
        measure = 'change' and direction is not null and compared_with = 'prior_year'
        and fiscal_year = document_year and named_item is null and spending_kind is null
        and flow in ('revenue', 'expenditure')
        and fund in (
            'fiscal_appropriation', 'general_public_budget', 'government_fund_budget',
            'state_capital_budget'
        )
),

-- The three kinds of procurement named in one sentence with their total.
purchases as (
    select
        narrative_amount_id,
        document_id,
        named_item,
        document_id || '/' || page || '/' || sentence as sentence_key,
    from {{ ref('int_narrative_items') }}
    where measure = 'amount' and starts_with(named_item, 'procurement_')
),

purchase_sentences as (
    select sentence_key
    from purchases
    group by sentence_key
    having count(*) = 4 and count(distinct named_item) = 4
)

select
    'prose_amount' as identity,
    narrative_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    narrative_amount_id as line_id,
from printed
union all
select
    'prose_amount' as identity,
    narrative_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    line_id,
from printed
union all
select
    'prose_change' as identity,
    narrative_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    current_line_id as line_id,
from chosen
union all
select
    'prose_change' as identity,
    narrative_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    prior_line_id as line_id,
from chosen
union all
select
    'prose_change' as identity,
    narrative_amount_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    case direction when 'decrease' then -1 else 1 end as sign,
    narrative_amount_id as line_id,
from chosen
where direction <> 'unchanged'
union all
select
    'prose_change' as identity,
    narrative_amount_id || '/said' as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    unnest(['left', 'right']) as side,
    1 as sign,
    unnest([current_line_id, prior_id]) as line_id,
from said_comparisons
union all
select
    'prose_change' as identity,
    narrative_amount_id || '/said' as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    'right' as side,
    case direction when 'decrease' then -1 else 1 end as sign,
    narrative_amount_id as line_id,
from said_comparisons
where direction <> 'unchanged'
union all
select
    'prose_listed_sum' as identity,
    wholes.narrative_amount_id as equation_key,
    wholes.document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    case listed.namings when 2 then 'left' else 'right' end as side,
    1 as sign,
    listed.narrative_amount_id as line_id,
from listed as wholes
semi join listed_sums on wholes.sentence_key = listed_sums.sentence_key
inner join listed
    on
        wholes.sentence_key = listed.sentence_key
        and (listed.namings = 1 or wholes.narrative_amount_id = listed.narrative_amount_id)
where wholes.namings = 2
union all
select
    'prose_named_twice' as identity,
    narrative_amount_id as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    unnest(['left', 'right']) as side,
    1 as sign,
    unnest([narrative_amount_id, first_id]) as line_id,
from namings
where narrative_amount_id <> first_id
union all
select
    'prose_change_by_expense' as identity,
    concat_ws('/', document_id, phase, identity) as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    side,
    sign,
    narrative_amount_id as line_id,
from expense_changes
where direction <> 'unchanged'
union all
select
    'prose_procurement' as identity,
    md5(purchases.sentence_key) as equation_key,
    purchases.document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    case purchases.named_item when 'procurement_total' then 'left' else 'right' end as side,
    1 as sign,
    purchases.narrative_amount_id as line_id,
from purchases
semi join purchase_sentences on purchases.sentence_key = purchase_sentences.sentence_key
union all
select
    'prose_basic_by_part' as identity,
    whole_id as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    side,
    1 as sign,
    line_id,
from basic_terms
union all
select
    'prose_change_by_budget' as identity,
    concat_ws('/', document_id, flow) as equation_key,
    document_id,
    cast(null as varchar) as form_id,
    cast(null as varchar) as form,
    side,
    case direction when 'decrease' then -1 else 1 end as sign,
    narrative_amount_id as line_id,
from fund_changes
where funds = 4 and changes = 4 and direction <> 'unchanged'
